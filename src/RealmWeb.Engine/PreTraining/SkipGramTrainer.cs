using System.Numerics.Tensors;
using RealmWeb.Engine.Progress;

namespace RealmWeb.Engine.PreTraining;

/// <summary>Skip-gram with negative sampling over word pieces: vectors to start a small model's word embeddings from.</summary>
/// <remarks>Not in the paper, whose models start from BERT. A minute of this gives a model of our size more than half an hour of masked
/// language modelling (docs/decisions/0005-small-model.md has the measurement). Mikolov et al. 2013, arXiv 1310.4546.</remarks>
public static class SkipGramTrainer
{
    private const int NoiseTableSize = 1 << 20;

    /// <summary>Trains vectors over a text given as piece ids.</summary>
    /// <param name="pieces">The text; negative ids separate paragraphs, and no context reaches across one.</param>
    /// <param name="vocabularySize">Number of pieces V; ids are below it.</param>
    /// <returns>Row-major [V, d]; pieces that never occur keep their random start (uniform in ±0.5/d).</returns>
    public static float[] Train(
        int[] pieces, int vocabularySize, SkipGramOptions options, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        ArgumentNullException.ThrowIfNull(options);
        var d = options.Dimension;
        var random = new Random(options.Seed);
        var input = new float[vocabularySize * d];
        for (var i = 0; i < input.Length; i++)
            input[i] = (random.NextSingle() - 0.5f) / d;
        var output = new float[vocabularySize * d];

        var counts = new long[vocabularySize];
        long total = 0;
        foreach (var piece in pieces)
        {
            if (piece >= 0)
            {
                counts[piece]++;
                total++;
            }
        }
        if (total == 0)
            throw new ArgumentException("The text has no pieces. Import documents into the corpus before training vectors on it.", nameof(pieces));
        var noise = NoiseTable(counts);
        var keep = counts.Select(count => KeepProbability(count, total, options.Subsampling)).ToArray();

        long done = 0;
        var all = total * options.Epochs;
        var started = TimeProvider.System.GetTimestamp();
        void Worker(int thread)
        {
            var state = new Random(options.Seed + 7919 * (thread + 1));
            var gradient = new float[d];
            var sentence = new List<int>(1024);
            var share = pieces.Length / options.Threads;
            var from = thread * share;
            var to = thread == options.Threads - 1 ? pieces.Length : from + share;
            for (var epoch = 0; epoch < options.Epochs; epoch++)
            {
                for (var i = from; i < to;)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    sentence.Clear();
                    var seen = 0;
                    for (; i < to && sentence.Count < 1000; i++)
                    {
                        if (pieces[i] < 0)
                        {
                            i++;
                            break;
                        }
                        seen++;
                        if (state.NextDouble() < keep[pieces[i]])
                            sentence.Add(pieces[i]);
                    }
                    var before = Interlocked.Add(ref done, seen);
                    var rate = options.LearningRate * MathF.Max(1e-4f, 1 - (float)before / all);
                    TrainSentence(sentence, rate, state, gradient);
                    if (thread == 0 && progress is not null && before / 200_000 != (before - seen) / 200_000)
                        progress.Report(new OperationProgress(
                            "Word vectors", before, all, "pieces", before / TimeProvider.System.GetElapsedTime(started).TotalSeconds));
                }
            }
        }

        void TrainSentence(List<int> sentence, float rate, Random state, float[] gradient)
        {
            for (var center = 0; center < sentence.Count; center++)
            {
                var reach = 1 + state.Next(options.Window);
                for (var other = Math.Max(0, center - reach); other <= Math.Min(sentence.Count - 1, center + reach); other++)
                {
                    if (other == center)
                        continue;
                    var v = input.AsSpan(sentence[other] * d, d);
                    gradient.AsSpan().Clear();
                    for (var n = 0; n <= options.Negatives; n++)
                    {
                        var target = n == 0 ? sentence[center] : noise[state.Next(NoiseTableSize)];
                        if (n > 0 && target == sentence[center])
                            continue;
                        var u = output.AsSpan(target * d, d);
                        var label = n == 0 ? 1f : 0f;
                        var error = (label - Sigmoid(TensorPrimitives.Dot<float>(v, u))) * rate;
                        TensorPrimitives.MultiplyAdd(u, error, gradient, gradient);
                        TensorPrimitives.MultiplyAdd(v, error, u, u);
                    }
                    TensorPrimitives.Add(v, gradient, v);
                }
            }
        }

        if (options.Threads == 1)
        {
            Worker(0);
        }
        else
        {
            var threads = Enumerable.Range(0, options.Threads).Select(t => Task.Run(() => Worker(t), cancellationToken)).ToArray();
            // Waiting this way a cancellation stays one, and is not wrapped with others.
            Task.WhenAll(threads).GetAwaiter().GetResult();
        }
        return input;
    }

    private static float Sigmoid(float x) => x > 8 ? 1 : x < -8 ? 0 : 1 / (1 + MathF.Exp(-x));

    private static double KeepProbability(long count, long total, double threshold)
    {
        if (count == 0 || threshold <= 0)
            return 1;
        var frequency = (double)count / total;
        return Math.Min(1, Math.Sqrt(threshold / frequency) + threshold / frequency);
    }

    // Noise is drawn from the unigram distribution to the power 3/4 by picking an entry of this table.
    private static int[] NoiseTable(long[] counts)
    {
        var weights = counts.Select(count => Math.Pow(count, 0.75)).ToArray();
        var sum = weights.Sum();
        var table = new int[NoiseTableSize];
        double cumulative = 0;
        var at = 0;
        for (var piece = 0; piece < counts.Length; piece++)
        {
            cumulative += weights[piece] / sum;
            for (; at < NoiseTableSize && at < cumulative * NoiseTableSize; at++)
                table[at] = piece;
        }
        for (; at < NoiseTableSize; at++)
            table[at] = table[at - 1];
        return table;
    }
}
