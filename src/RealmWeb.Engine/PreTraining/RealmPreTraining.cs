using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;

namespace RealmWeb.Engine.PreTraining;

/// <summary>Trains retriever and encoder together: fills in what a sentence hides, with the help of retrieved passages, while the index follows the
/// retriever. Paper §3.</summary>
public static class RealmPreTraining
{
    private const string Stage = "realm";

    /// <param name="corpus">What is retrieved from.</param>
    /// <param name="texts">Passages that sentences are taken from.</param>
    public static TrainingOutcome Run(TrainingRun run, RealmPreTrainingOptions options, SearchableCorpus corpus, IReadOnlyList<Block> texts)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(corpus);
        Prepare(run, options);
        var (sentences, heldOut) = HeldOut.Part(texts, options.HeldOutShare);
        var masking = RealmMasking.Create(options, run.Model.Vocabulary, texts, run.BaseFolder, run.Cancelled);
        // A head that starts at random takes the run's seed: one that was killed before its first checkpoint would differ otherwise.
        run.Change(model => model.WithHead(options.Training.Seed));
        // Of a retriever that does not learn, every index would be the first again.
        var refreshed = options.RetrieverRate > 0 ? options : options with { Refresh = options.Refresh with { Mode = RefreshMode.Frozen } };
        using var refresher = new IndexRefresher(
            run.Model, corpus.Blocks, corpus.Version, refreshed.Refresh, Path.Combine(run.FolderOf(Stage), "refresh"), run.Resume,
                options.Training.FarthestBack,
            corpus.IndexFolders, run.Time, run.Progress, run.Cancelled);
        using var objective = Objective(sentences, refresher.At);
        return run.Train(Stage, objective, options.Training, options, heldOut.Count == 0 ? null : MeasureHeldOut);

        RealmObjective Objective(IReadOnlyList<Block> from, Func<long, RefreshedIndex> index) =>
            new(run.Model, from, corpus.Blocks, masking, refreshed, index, run.Time, corpus.Terms);

        // With the index of the moment, which the next measurement may not have any more. A run that goes on with a measurement has none yet: then that of the
        // last step that was taken.
        IReadOnlyDictionary<string, double> MeasureHeldOut(long step)
        {
            var index = refresher.Current ?? refresher.At(Math.Max(0, step - 1));
            using var held = Objective(heldOut, _ => index);
            return HeldOut.Measure(held, run.Cancelled, "retrievalUtility");
        }
    }

    private static void Prepare(TrainingRun run, RealmPreTrainingOptions options)
    {
        if (run.Model.Head is null)
            run.Warn(
                $"{run.Model.Name} has never predicted masked words: its head starts at random. `realm pretrain --objective mlm` first makes a better start.");
        if (options.SeparateTowers)
            run.Change(model => model.WithSeparateTowers());
    }
}
