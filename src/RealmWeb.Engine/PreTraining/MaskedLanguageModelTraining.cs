using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.PreTraining;

/// <summary>Trains the encoder alone, by masked language modelling: what comes before REALM. Paper §2.</summary>
public static class MaskedLanguageModelTraining
{
    /// <param name="blocks">The text.</param>
    public static TrainingOutcome Run(TrainingRun run, PreTrainingOptions options, IReadOnlyList<Block> blocks)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        var (training, heldOut) = HeldOut.Part(blocks, options.HeldOutShare);
        var masking = RealmMasking.Create(options, run.Model.Vocabulary, blocks, run.BaseFolder, run.Cancelled);
        // A head that starts at random takes the run's seed: one that was killed before its first checkpoint would differ otherwise.
        run.Change(model => model.WithHead(options.MaskedLanguageModel.Seed));
        var measure = heldOut.Count == 0 ? null : run.Measuring(Objective(heldOut), "accuracy");
        // What concerns the other objective may change between a run and its resumption.
        var outcome = run.Train("pretrain", Objective(training), options.MaskedLanguageModel, options with { Realm = new() }, measure);
        if (options.Embedder)
            run.Change(model => model.WithReaderEncoderInRetriever());
        return outcome;

        MaskedLanguageModelObjective Objective(IReadOnlyList<Block> texts) => new(run.Model, texts, options.MaskedLanguageModel, options.MaxLength, masking);
    }
}
