using System.Globalization;
using System.Runtime.InteropServices;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>Finds spans as labelled sentences have them: an averaged perceptron over the words' form and neighbours, decoded as a whole. Paper §3.4 trains
/// a BERT on CoNLL-2003; this learns from the same kind of file in seconds.</summary>
/// <remarks>Collins 2002. Safe for concurrent use.</remarks>
public sealed class PerceptronTagger : ISalientSpanTagger
{
    private const string Format = "realm-perceptron-1";
    private const int Tags = 3, Start = Tags;

    private readonly Dictionary<ulong, Weights> _weights;

    private PerceptronTagger(Dictionary<ulong, Weights> weights) => _weights = weights;

    /// <param name="sentences">At least one; see <see cref="ConllFile"/>.</param>
    /// <param name="epochs">Passes over them, in an order that depends on <paramref name="seed"/> alone.</param>
    public static PerceptronTagger Train(IEnumerable<ConllSentence> sentences, int epochs = 5, int seed = 1, CancellationToken cancellationToken = default)
    {
        var data = sentences.Select(sentence => (Features: Features(sentence.Words), Gold: sentence.Tags.Select(tag => (int)tag).ToArray())).ToArray();
        if (data.Length == 0)
            throw new ArgumentException("There is no labelled sentence to learn from.", nameof(sentences));
        var (current, sums) = (new Dictionary<ulong, Weights>(), new Dictionary<ulong, Weights>());
        var learner = new PerceptronTagger(current);
        var step = 0;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            SeededRandom.At(seed, epoch).Shuffle(data);
            foreach (var (features, gold) in data)
            {
                cancellationToken.ThrowIfCancellationRequested();
                step++;
                var guess = learner.Decode(features);
                for (var i = 0; i < gold.Length; i++)
                {
                    foreach (var feature in guess[i] == gold[i] ? [] : features[i])
                        Move(feature, gold[i], guess[i]);
                    var (before, guessed) = (i == 0 ? Start : gold[i - 1], i == 0 ? Start : guess[i - 1]);
                    if (guess[i] == gold[i] && before == guessed)
                        continue;
                    Add(Transition(before), gold[i], 1);
                    Add(Transition(guessed), guess[i], -1);
                }
            }
        }
        // The average over all steps: the last weights less what came late, weighted by how late.
        var averaged = new Dictionary<ulong, Weights>();
        foreach (var (feature, weights) in current)
        {
            var mean = new Weights();
            for (var tag = 0; tag < Tags; tag++)
                mean[tag] = weights[tag] - sums[feature][tag] / (step + 1);
            averaged[feature] = mean;
        }
        return new PerceptronTagger(averaged);

        void Move(ulong feature, int to, int from)
        {
            Add(feature, to, 1);
            Add(feature, from, -1);
        }

        void Add(ulong feature, int tag, float by)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(current, feature, out _)[tag] += by;
            CollectionsMarshal.GetValueRefOrAddDefault(sums, feature, out _)[tag] += by * step;
        }
    }

    /// <summary>Writes the weights as a text file: whole or not at all.</summary>
    public void Save(string path) => TaggerFile.Write(path, Format, _weights.OrderBy(entry => entry.Key).Select(entry =>
        string.Create(CultureInfo.InvariantCulture, $"{entry.Key:x16}\t{entry.Value[0]:R}\t{entry.Value[1]:R}\t{entry.Value[2]:R}")));

    /// <exception cref="InvalidDataException">The file holds no such weights; the message names the line.</exception>
    public static PerceptronTagger Load(string path)
    {
        var all = new Dictionary<ulong, Weights>();
        foreach (var line in TaggerFile.Read(path, Format))
        {
            if (line.Fields.Length != 1 + Tags
                || !ulong.TryParse(line.Fields[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var feature))
                throw line.Failure("is no feature with its three weights");
            var weights = new Weights();
            for (var tag = 0; tag < Tags; tag++)
                weights[tag] = line.Weight(1 + tag);
            all[feature] = weights;
        }
        return new PerceptronTagger(all);
    }

    public IReadOnlyList<TextSpan> Tag(string sentence)
    {
        var words = SpanWords.Split(sentence);
        var tags = Decode(Features([.. words.Select(word => word.Of(sentence))]));
        var spans = new List<TextSpan>();
        for (var i = 0; i < tags.Length; i++)
        {
            if (tags[i] == (int)SpanTag.Begin)
                spans.Add(words[i]);
            else if (tags[i] == (int)SpanTag.Inside)
                spans[^1] = spans[^1] with { End = words[i].End };
        }
        return spans;
    }

    // Viterbi; "inside" never stands behind "outside" or first.
    private int[] Decode(ulong[][] features)
    {
        var (n, best, back) = (features.Length, new float[Tags + 1], new int[features.Length, Tags]);
        Array.Fill(best, float.NegativeInfinity);
        best[Start] = 0;
        for (var i = 0; i < n; i++)
        {
            var own = new Weights();
            foreach (var feature in features[i])
                AddTo(ref own, feature);
            var next = new float[Tags + 1];
            Array.Fill(next, float.NegativeInfinity);
            for (var before = 0; before <= Tags; before++)
            {
                if (float.IsNegativeInfinity(best[before]))
                    continue;
                var moves = new Weights();
                AddTo(ref moves, Transition(before));
                for (var tag = 0; tag < Tags; tag++)
                {
                    var score = best[before] + own[tag] + moves[tag];
                    if (tag == (int)SpanTag.Inside && before is (int)SpanTag.Outside or Start || score <= next[tag])
                        continue;
                    (next[tag], back[i, tag]) = (score, before);
                }
            }
            best = next;
        }
        var tags = new int[n];
        for (var i = n - 1; i >= 0; i--)
            tags[i] = i == n - 1 ? Array.IndexOf(best, best.Max()) : back[i + 1, tags[i + 1]];
        return tags;
    }

    private void AddTo(ref Weights sum, ulong feature)
    {
        if (!_weights.TryGetValue(feature, out var weights))
            return;
        for (var tag = 0; tag < Tags; tag++)
            sum[tag] += weights[tag];
    }

    private static ulong[][] Features(IReadOnlyList<string> words)
    {
        var lower = words.Select(word => word.ToLowerInvariant()).ToArray();
        var shapes = words.Select(SpanWords.Shape).ToArray();
        return [.. Enumerable.Range(0, words.Count).Select(i => (ulong[])
        [
            Hash(0, shapes[i]), Hash(1, lower[i]), Hash(2, words[i]), Hash(3, lower[i].AsSpan(0, Math.Min(3, lower[i].Length))),
            Hash(4, lower[i].AsSpan(Math.Max(0, lower[i].Length - 3))), Hash(5, lower[i].AsSpan(Math.Max(0, lower[i].Length - 2))),
            Hash(6, At(lower, i - 1)), Hash(7, At(lower, i + 1)), Hash(8, At(lower, i - 2)), Hash(9, At(lower, i + 2)),
            Hash(10, $"{At(shapes, i - 1)} {shapes[i]}"), Hash(11, $"{shapes[i]} {At(shapes, i + 1)}"),
                Hash(12, $"{At(shapes, i - 1)} {shapes[i]} {At(shapes, i + 1)}"),
            Hash(13, $"{At(lower, i - 1)} {shapes[i]}"), Hash(14, $"{shapes[i]} {At(lower, i + 1)}"), Hash(15, ""),
        ])];

        static string At(string[] all, int i) => i < 0 ? "<" : i >= all.Length ? ">" : all[i];
    }

    private static ulong Transition(int before) => 0xFFFF_FFFF_0000_0000UL + (ulong)before;

    // FNV-1a, which is the same in every process.
    private static ulong Hash(int template, ReadOnlySpan<char> value)
    {
        var hash = unchecked((14695981039346656037UL ^ (ulong)template) * 1099511628211UL);
        foreach (var c in value)
            hash = unchecked((hash ^ c) * 1099511628211UL);
        return hash;
    }

    [System.Runtime.CompilerServices.InlineArray(Tags)]
    private struct Weights
    {
        private float _first;
    }
}
