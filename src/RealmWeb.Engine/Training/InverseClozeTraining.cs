using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Training;

/// <summary>Trains the retriever on the text of a corpus: which passage was this sentence taken from? Paper §3.4.</summary>
public static class InverseClozeTraining
{
    /// <param name="blocks">Passages that sentences are taken from.</param>
    public static TrainingOutcome Run(TrainingRun run, InverseClozeOptions options, IReadOnlyList<Block> blocks)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        var (training, heldOut) = HeldOut.Part(blocks, options.HeldOutShare);
        var measure = heldOut.Count == 0 ? null : run.Measuring(Objective(run, options, heldOut), "accuracy");
        return run.Train("ict", Objective(run, options, training), options.Training, options, measure);
    }

    private static ContrastiveRetrievalObjective Objective(TrainingRun run, InverseClozeOptions options, IReadOnlyList<Block> blocks)
    {
        var (model, training) = (run.Model, options.Training);
        var length = Math.Min(options.MaxBlockLength, model.Options.Encoder.MaxPositions);
        var examples = new InverseClozeExamples(model.Inputs, blocks, options.RemoveProbability, options.MaxQueryLength, length);
        return new ContrastiveRetrievalObjective(
            model.Embedder, model.Featurizer, training.Seed, training.BatchSize, examples.Draw, "Inverse cloze", model.Device, model.QueryEmbedder);
    }
}
