using RealmWeb.Engine.Models;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>Trains the tower of questions to find what answers: the loss of <see cref="ExactMarginal"/>, readings fixed. Where the tower of passages is
/// trained beside it, that has the loss of <see cref="EncodedMarginal"/>, and the index follows it.</summary>
/// <param name="examples">What sentences hide; may be empty where <paramref name="cloze"/> is all.</param>
/// <param name="cloze">Sentences with the block they were taken from.</param>
/// <param name="refresher">The index as it follows the tower of passages; null where that stays as it is.</param>
/// <param name="start">The tower as the run began; null where the options have no anchor.</param>
internal sealed class AdaptationObjective(
    RealmModel model, IReadOnlyList<AdaptationExample> examples, IReadOnlyList<AdaptationExample> cloze, IndexedBlocks indexed, AdaptationOptions options,
    IndexRefresher? refresher, Embedder? start, TimeProvider time) : IObjective, IDisposable
{
    /// <summary>Name of the share of held-out examples with a block that gives y among the first five.</summary>
    public const string HeldOutRecall = "heldOutRecallAt5";

    private const int RecallDepth = 5;

    private readonly BucketedBatches<AdaptationExample> _batches = new(
        options.Training.Seed, options.Training.BatchSize, random => Draw(random, examples, cloze, options.InverseClozeShare),
        example => example.Query.Length, windowSteps: 4);

    private readonly EncodedMarginal? _encoded = refresher is null ? null : new(model, indexed, options);
    private readonly Scalar _anchor = options.Anchor;
    private ExactMarginal? _marginal;
    private RefreshedIndex? _index;
    private Tensor? _vectors;

    public string Stage => "Adaptation";

    public nn.Module Module { get; } = refresher is null ? model.QueryEmbedder : TrainedParts.Of(model.Embedder, model.QueryEmbedder, null);

    public StepLoss Loss(long step)
    {
        var batch = _batches.Batch(step);
        // Dropout would blur which of many near blocks is meant.
        Module.eval();
        var marginal = Marginal(step / options.Training.Accumulate);
        using var scope = NewDisposeScope();
        using var inputs = model.Featurizer.Pack([.. batch.Select(example => example.Query)], model.Device);
        var queries = model.QueryEmbedder.Embed(inputs);
        var (loss, likelihoods) = marginal.Loss(queries, [.. batch.Select(example => example.Target)]);
        if (start is not null)
            loss = loss.Plus(Distance(queries, start, inputs) * _anchor);
        var (tokens, padded) = (batch.Sum(example => (long)example.Query.Length), (long)batch.Count * batch.Max(example => example.Query.Length));
        if (_encoded is not null)
        {
            var (encoded, more, morePadded) = _encoded.Loss(queries.detach(), batch, marginal);
            (loss, tokens, padded) = (loss.Plus(encoded), tokens + more, padded + morePadded);
        }
        return new StepLoss(loss.MoveToOuterDisposeScope(), tokens, padded, batch.Count) { Metrics = Metrics(likelihoods, step) };
    }

    /// <summary>How often a block that gives y is among the first five of all, over examples that no step sees.</summary>
    /// <param name="step">Steps that were taken.</param>
    public IReadOnlyDictionary<string, double> Measure(IReadOnlyList<AdaptationExample> heldOut, long step, CancellationToken cancelled) =>
        Measure(_marginal ?? Marginal(Math.Max(0, step - 1)), heldOut, cancelled);

    private Dictionary<string, double> Measure(ExactMarginal marginal, IReadOnlyList<AdaptationExample> heldOut, CancellationToken cancelled)
    {
        var (found, likelihood) = (0, 0.0);
        foreach (var batch in heldOut.Chunk(options.Training.BatchSize))
        {
            cancelled.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var inputs = model.Featurizer.Pack([.. batch.Select(example => example.Query)], model.Device);
            using var noGradient = no_grad();
            var queries = model.QueryEmbedder.Embed(inputs);
            List<MarginalTarget> targets = [.. batch.Select(example => example.Target)];
            found += marginal.Best(queries, targets, RecallDepth).Zip(targets)
                .Count(pair => pair.First.Any(position => pair.Second.Readings.Any(reading => reading.Position == position)));
            likelihood += marginal.Loss(queries, targets).Likelihoods.Sum();
        }
        return new Dictionary<string, double>
        {
            [HeldOutRecall] = found / (double)heldOut.Count, ["heldOutLikelihood"] = likelihood / heldOut.Count,
        };
    }

    /// <summary>Share of held-out examples with a block that gives y among the first five, with the weights and the index that a round begins with.</summary>
    public double RecallBefore(IReadOnlyList<AdaptationExample> heldOut, CancellationToken cancelled)
    {
        Module.eval();
        return Measure(New(indexed.Vectors), heldOut, cancelled)[HeldOutRecall];
    }

    public void Dispose() => _vectors?.Dispose();

    private ExactMarginal Marginal(long step)
    {
        if (_marginal is not null && refresher is null)
            return _marginal;
        if (refresher is null)
            return _marginal = New(indexed.Vectors);
        var index = refresher.At(step);
        if (index == _index)
            return _marginal!;
        _vectors?.Dispose();
        // Steps come in scopes of their own, which it outlives.
        (_index, _vectors) = (index, indexed.VectorsIn(index.Index).DetachFromDisposeScope());
        return _marginal = New(_vectors);
    }

    private ExactMarginal New(Tensor vectors) => new(vectors, options.Sharpness, options.Floor, options.Beam);

    private Dictionary<string, double> Metrics(double[] likelihoods, long step)
    {
        var metrics = new Dictionary<string, double>
        {
            ["likelihood"] = likelihoods.Average(),
            // log p(y | x) − log p(y | null, x): how much retrieval helps. Paper appendix D.
            ["retrievalUtility"] = likelihoods.Average(likelihood => Math.Log((likelihood + options.Floor) / options.Floor)),
        };
        if (_index is not null)
        {
            metrics["stalenessSteps"] = step / options.Training.Accumulate - _index.Step;
            metrics["stalenessSeconds"] = (time.GetUtcNow() - _index.TakenAt).TotalSeconds;
        }
        return metrics;
    }

    private static AdaptationExample Draw(
        Random random, IReadOnlyList<AdaptationExample> examples, IReadOnlyList<AdaptationExample> cloze, double share)
    {
        // Nothing is drawn where there is one kind, so that a run of former settings draws the examples that it drew.
        var list = share <= 0 ? examples : share >= 1 || random.NextDouble() < share ? cloze : examples;
        return list[random.Next(list.Count)];
    }

    // |q − q0|² relative to |q0|², its mean.
    private static Tensor Distance(Tensor queries, Embedder start, Bert.BertInputs inputs)
    {
        Tensor former;
        using (no_grad())
            former = start.Embed(inputs).to(ScalarType.Float32);
        var moved = (queries.to(ScalarType.Float32) - former).square().sum(1);
        return (moved / former.square().sum(1)).mean();
    }
}
