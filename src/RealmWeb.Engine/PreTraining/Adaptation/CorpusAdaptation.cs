using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>REALM pre-training for an owner's documents: without labels the retriever learns to find the passages of other documents that give what a
/// sentence hides. Paper §3 with the sum over all passages (<see cref="ExactMarginal"/>). Vectors of passages stay, so the index does, unless
/// <see cref="AdaptationOptions.BlockTower"/> says otherwise.</summary>
public static class CorpusAdaptation
{
    private const string Readings = "readings.txt";

    /// <param name="run">Holds the model that adapts, which must have read questions before.</param>
    /// <param name="openIndex">Opens the index of the corpus and a model, or builds it. Whoever calls it disposes what it gives.</param>
    /// <param name="questions">Labelled questions of the corpus, which choose how much of what was learned is kept; none to keep
    /// <see cref="AdaptationOptions.DefaultShare"/>.</param>
    public static async Task<AdaptationResult> RunAsync(
        TrainingRun run, AdaptationOptions options, SearchableCorpus corpus, Func<RealmModel, DenseBlockIndex> openIndex,
        IReadOnlyList<QuestionExample> questions)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(openIndex);
        ArgumentNullException.ThrowIfNull(questions);
        var (mixture, nullBias) = (run.Model.Answering.Mixture, run.Model.Answering.NullBias);
        run.Change(model => model.WithSeparateTowers());
        using var start = new TowerWeights(run.Model, options.BlockTower);
        using var cache = new ReadingCache(Path.Combine(run.FolderOf("adapt"), Readings), run.Resume);
        var rounds = new List<AdaptationRound>();
        IReadOnlyList<string> sentences = [];
        for (var round = 0; round < options.Rounds; round++)
        {
            using var index = openIndex(run.Model);
            using var indexed = IndexedBlocks.Load(corpus.Blocks, index, run.Model.Device);
            var tagger = RealmMasking.Tagger(options.Salient, [.. indexed.Blocks.Select(block => block.Block)], run.BaseFolder, run.Cancelled);
            var (examples, cloze) = await new AdaptationExamples(run.Model, corpus, indexed, options, tagger, cache, run.Time, run.Progress)
                .MakeAsync(round, run.Cancelled);
            var (before, outcome) = Train(run, options, corpus, indexed, (examples, cloze), $"adapt{round + 1}", start);
            sentences = [.. examples.Concat(cloze).Select(example => example.Text)];
            rounds.Add(new AdaptationRound(options.Sentences, examples.Count, outcome.Metrics.GetValueOrDefault("likelihood"))
            {
                HeldOutRecallAt5Before = before,
                HeldOutRecallAt5 = outcome.Metrics.TryGetValue(AdaptationObjective.HeldOutRecall, out var recall) ? recall : null,
            });
        }
        using var learned = new TowerWeights(run.Model, options.BlockTower);
        var asked = questions.Count > 0 ? [.. questions.Select(question => question.Question)] : sentences;
        var answering = run.Model.Answering with { Mixture = mixture, NullBias = nullBias };
        var adapted = new PartlyAdaptedModel(run, corpus, openIndex, start, learned, answering, asked);
        var (kept, measurements) = await ChooseAsync(run, options, adapted, questions, hasMixture: mixture is not null);
        await adapted.PutAsync(kept.Share, kept.Carry);
        if (kept.Share > 0 && questions.Count > 0)
            await adapted.RefuseAtMostAsync(options.FalseRefusals, questions);
        return new AdaptationResult(rounds, kept.Share, questions.Count, measurements);
    }

    private static (double? RecallBefore, TrainingOutcome Outcome) Train(
        TrainingRun run, AdaptationOptions options, SearchableCorpus corpus, IndexedBlocks indexed,
        (IReadOnlyList<AdaptationExample> Hiding, IReadOnlyList<AdaptationExample> Cloze) examples, string stage, TowerWeights start)
    {
        using var refresher = !options.BlockTower ? null
            : new IndexRefresher(
                run.Model, corpus.Blocks, corpus.Version, options.Refresh, Path.Combine(run.FolderOf(stage), "refresh"), run.Resume,
                options.Training.FarthestBack, corpus.IndexFolders, run.Time, run.Progress, run.Cancelled);
        var (hiding, heldHiding) = Part(examples.Hiding, options.HeldOutShare);
        var (cloze, heldCloze) = Part(examples.Cloze, options.HeldOutShare);
        var held = heldHiding.Count > 0 ? heldHiding : heldCloze;
        using var objective = new AdaptationObjective(
            run.Model, hiding, cloze, indexed, options, refresher, options.Anchor > 0 ? start.Queries : null, run.Time);
        double? before = held.Count == 0 ? null : objective.RecallBefore(held, run.Cancelled);
        return (before, run.Train(
            stage, objective, Steps(run, options, hiding.Count), options, held.Count == 0 ? null : step => objective.Measure(held, step, run.Cancelled)));
    }

    // By the passage that a sentence stands in, so that no form of it is on the other side.
    private static (IReadOnlyList<AdaptationExample> Training, IReadOnlyList<AdaptationExample> HeldOut) Part(
        IReadOnlyList<AdaptationExample> examples, double share)
    {
        var sides = examples.ToLookup(example => HeldOut.Holds(example.Source, share));
        return ([.. sides[false]], [.. sides[true]]);
    }

    private static TrainingOptions Steps(TrainingRun run, AdaptationOptions options, int examples)
    {
        var most = (int)Math.Max(1, options.MostEpochs * examples / Math.Max(1e-9, options.Training.BatchSize * (1 - options.InverseClozeShare)));
        if (options.InverseClozeShare >= 1 || options.Training.Steps <= most)
            return options.Training;
        run.Warn(
            $"Other documents answer {examples} of {options.Sentences} sentences, which is enough for {most} steps, not for {options.Training.Steps}. Raise "
            + "\"sentences\" for more.");
        return options.Training.ForSteps(most);
    }

    private static async Task<((double Share, MixtureCarry Carry) Kept, IReadOnlyList<ShareMeasurement> Measurements)> ChooseAsync(
        TrainingRun run, AdaptationOptions options, PartlyAdaptedModel adapted, IReadOnlyList<QuestionExample> questions, bool hasMixture)
    {
        if (questions.Count == 0)
        {
            run.Warn(
                "Without labelled questions nobody knows whether this retriever is better: it is a candidate to try. About a hundred questions with their "
                + "passages choose how much of it to keep.");
            return ((options.DefaultShare, MixtureCarry.Balanced), []);
        }
        var measurements = new List<ShareMeasurement>();
        IReadOnlyList<QuestionOutcome>? dense = null;
        IReadOnlyList<QuestionOutcome>? mixture = null;
        foreach (var share in options.Shares.Where(share => share > 0).Order().Prepend(0))
        {
            await adapted.PutAsync(share, MixtureCarry.Balanced);
            var found = await adapted.RetrieveAsync(questions, RetrieverKind.Dense);
            dense ??= found;
            var measured = ShareMeasurement.Of(share, dense, found, options.Training.Seed);
            // What BM25 is worth beside a better dense list differs by corpus: the questions say it.
            foreach (var carry in hasMixture ? Enum.GetValues<MixtureCarry>().Take(share == 0 ? 1 : 2) : [])
            {
                await adapted.PutAsync(share, carry);
                found = await adapted.RetrieveAsync(questions, RetrieverKind.Hybrid);
                mixture ??= found;
                measured = measured.WithBetter(ShareMeasurement.Of(share, mixture, found, options.Training.Seed), carry);
            }
            measurements.Add(measured);
        }
        var best = ShareMeasurement.Choose(measurements);
        if (best.Share == 0)
            run.Warn(
                $"On the {questions.Count} labelled questions no share of what was learned is surely better than the start (dense retrieval's 95 % interval "
                + "above 0, of its gain or of the rise of right passages, the mixture's not below it), so the new model retrieves as before. More questions "
                + "would show smaller gains.");
        return ((best.Share, best.Carry), measurements);
    }
}

/// <summary>What an adaptation came to.</summary>
/// <param name="Share">How much of what was learned the model has, 0 to 1.</param>
/// <param name="Questions">Labelled questions that chose it; 0 where none were given.</param>
/// <param name="Measurements">One a share that was tried, from 0; empty without questions.</param>
public sealed record AdaptationResult(
    IReadOnlyList<AdaptationRound> Rounds, double Share, int Questions, IReadOnlyList<ShareMeasurement> Measurements);

/// <param name="Sentences">That were asked for.</param>
/// <param name="Examples">Of them those that passages of other documents answer.</param>
/// <param name="Likelihood">Mean p(y | x) of the last steps.</param>
public sealed record AdaptationRound(int Sentences, int Examples, double Likelihood)
{
    /// <summary>How often one of five passages gives what a sentence hides, over sentences that were not trained on, 0 to 1; null where none were held
    /// out.</summary>
    public double? HeldOutRecallAt5 { get; init; }

    /// <summary>The same as the round began.</summary>
    public double? HeldOutRecallAt5Before { get; init; }
}
