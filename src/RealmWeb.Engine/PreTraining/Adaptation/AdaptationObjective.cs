using RealmWeb.Engine.Models;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Training;
using static TorchSharp.torch;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>Trains the tower of questions to find what answers: the loss of <see cref="ExactMarginal"/>, blocks and readings fixed.</summary>
/// <param name="start">The tower as the run began; null where the options have no anchor.</param>
internal sealed class AdaptationObjective(
    RealmModel model, IReadOnlyList<AdaptationExample> examples, Tensor vectors, AdaptationOptions options, Embedder? start) : IObjective
{
    private readonly ExactMarginal _marginal = new(vectors, options.Sharpness, options.Floor);

    private readonly BucketedBatches<AdaptationExample> _batches = new(
        options.Training.Seed, options.Training.BatchSize, random => examples[random.Next(examples.Count)], example => example.Query.Length, windowSteps: 4);

    public string Stage => "Adaptation";

    public nn.Module Module => model.QueryEmbedder;

    public StepLoss Loss(long step)
    {
        var batch = _batches.Batch(step);
        // Dropout would blur which of many near blocks is meant.
        model.QueryEmbedder.eval();
        using var scope = NewDisposeScope();
        using var inputs = model.Featurizer.Pack([.. batch.Select(example => example.Query)], model.Device);
        var queries = model.QueryEmbedder.Embed(inputs);
        var (loss, likelihoods) = _marginal.Loss(queries, [.. batch.Select(example => example.Target)]);
        if (start is not null)
            loss = loss.Plus(Distance(queries, start, inputs) * options.Anchor);
        return new StepLoss(
            loss.MoveToOuterDisposeScope(), batch.Sum(example => (long)example.Query.Length), (long)batch.Count * batch.Max(example => example.Query.Length),
            batch.Count)
        { Metrics = new Dictionary<string, double> { ["likelihood"] = likelihoods.Average() } };
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
