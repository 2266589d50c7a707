using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>REALM pre-training for an owner's documents: without labels the retriever learns to find the passages of other documents that give what a
/// sentence hides. Paper §3 with the sum over all passages (<see cref="ExactMarginal"/>); vectors of passages stay, so the index does.</summary>
public static class CorpusAdaptation
{
    private const string Readings = "readings.txt";

    /// <param name="run">Holds the model that adapts, which must have read questions before.</param>
    /// <param name="index">Of that model and the corpus.</param>
    /// <param name="questions">Labelled questions of the corpus, which choose how much of what was learned is kept; none to keep
    /// <see cref="AdaptationOptions.DefaultShare"/>.</param>
    public static async Task<AdaptationResult> RunAsync(
        TrainingRun run, AdaptationOptions options, SearchableCorpus corpus, DenseBlockIndex index, IReadOnlyList<QuestionExample> questions)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(questions);
        var (mixture, nullBias) = (run.Model.Answering.Mixture, run.Model.Answering.NullBias);
        run.Change(model => model.WithSeparateTowers());
        using var start = run.Model.CopyOfQueryEmbedder();
        using var indexed = IndexedBlocks.Load(corpus.Blocks, index, run.Model.Device);
        var tagger = RealmMasking.Tagger(options.Salient, [.. indexed.Blocks.Select(block => block.Block)], run.BaseFolder, run.Cancelled);
        using var cache = new ReadingCache(Path.Combine(run.FolderOf("adapt"), Readings), run.Resume);
        var rounds = new List<AdaptationRound>();
        for (var round = 0; round < options.Rounds; round++)
        {
            var examples = await new AdaptationExamples(run.Model, corpus, indexed, options, tagger, cache, run.Time, run.Progress)
                .MakeAsync(round, run.Cancelled);
            var objective = new AdaptationObjective(run.Model, examples, indexed.Vectors, options, options.Anchor > 0 ? start : null);
            var outcome = run.Train($"adapt{round + 1}", objective, Steps(run, options, examples.Count), options, measure: null);
            rounds.Add(new AdaptationRound(options.Sentences, examples.Count, outcome.Metrics.GetValueOrDefault("likelihood")));
        }
        // Both lists are weighed as before: the vectors kept their length, and the passages their places.
        run.Change(model => model.WithAnswering(model.Answering with { Mixture = mixture, NullBias = nullBias }));
        var (share, measurements) = await ChooseAsync(run, options, corpus, index, questions, start);
        Keep(run, start, share);
        return new AdaptationResult(rounds, share, questions.Count, measurements);
    }

    private static TrainingOptions Steps(TrainingRun run, AdaptationOptions options, int examples)
    {
        var most = (int)Math.Max(1, options.MostEpochs * examples / options.Training.BatchSize);
        if (options.Training.Steps <= most)
            return options.Training;
        run.Warn(
            $"Other documents answer {examples} of {options.Sentences} sentences, which is enough for {most} steps, not for {options.Training.Steps}. Raise "
            + "\"sentences\" for more.");
        return options.Training.ForSteps(most);
    }

    private static async Task<(double Share, IReadOnlyList<ShareMeasurement> Measurements)> ChooseAsync(
        TrainingRun run, AdaptationOptions options, SearchableCorpus corpus, DenseBlockIndex index, IReadOnlyList<QuestionExample> questions, Embedder start)
    {
        if (questions.Count == 0)
        {
            run.Warn(
                "Without labelled questions nobody knows whether this retriever is better: it is a candidate to try. About a hundred questions with their "
                + "passages choose how much of it to keep.");
            return (options.DefaultShare, []);
        }
        using var learned = run.Model.CopyOfQueryEmbedder();
        var measurements = new List<ShareMeasurement>();
        IReadOnlyList<QuestionOutcome>? before = null;
        foreach (var share in options.Shares.Where(share => share > 0).Order().Prepend(0))
        {
            Put(run.Model, start, learned, share);
            await using var server = new ModelServer(run.Model, temperatures: []);
            var answerer = new QuestionAnswerer(server, corpus.Blocks, index, corpus.Terms, run.Time);
            var outcomes = await Evaluator.RetrieveAsync(answerer, questions, RetrieverKind.Dense, run.Time, run.Progress, run.Cancelled);
            before ??= outcomes;
            measurements.Add(ShareMeasurement.Of(share, before, outcomes, options.Training.Seed));
        }
        Put(run.Model, start, learned, 1);
        var best = measurements.MaxBy(measurement => measurement.Gain)!;
        if (best.Share == 0)
            run.Warn(
                $"On the {questions.Count} labelled questions no share of what was learned is better than the start, so the new model retrieves as before.");
        return (best.Share, measurements);
    }

    private static void Keep(TrainingRun run, Embedder start, double share)
    {
        using var learned = run.Model.CopyOfQueryEmbedder();
        Put(run.Model, start, learned, share);
        run.Change(model => model.WithTrainedWeights());
    }

    private static void Put(RealmModel model, Embedder start, Embedder learned, double share)
    {
        WeightCopy.Between(start, model.QueryEmbedder);
        WeightCopy.Average(learned, model.QueryEmbedder, share);
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
public sealed record AdaptationRound(int Sentences, int Examples, double Likelihood);
