using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Lexical;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;

namespace RealmWeb.Engine.FineTuning;

/// <summary>Fine-tunes retriever and reader on question lines: embedder on question-passage pairs, then reader on given passages, then reader on
/// what retrieval brings, then both together through retrieval. Paper §3.2; the released code has the last stage alone.</summary>
/// <remarks>Every stage checkpoints by itself; a resumed run skips stages that are complete.</remarks>
/// <param name="leftOut">Told once of each question that was left out or repaired; null for nobody.</param>
public sealed class FineTuner(
    RealmModel model, FineTuningOptions options, string baseFolder, string workFolder, TimeProvider time, Action<Skipped>? leftOut = null)
{
    /// <summary>Share of the development questions, in percent, with an answering passage among the best five; measured where stages retrieve.</summary>
    public const string RecallName = "devRecallAt5";

    private const int RecallDepth = 5;

    // Several stages read the same files.
    private readonly HashSet<Skipped> _leftOut = [];

    /// <summary>Trains the embedder. Call before the index is built for joint training.</summary>
    /// <param name="blocks">Blocks for inverse cloze pairs; may be empty.</param>
    public TrainingOutcome? TrainRetriever(IReadOnlyList<Block> blocks, bool resume, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        if (options.Retriever is not { } training)
            return null;
        var examples = Load(source => source.Retriever).SelectMany(set => set.Examples).ToList();
        var pairs = new QuestionBlockExamples(model.Inputs, examples, options.RetrieverBlockPieces);
        var cloze = blocks.Count == 0 ? null : new InverseClozeExamples(model.Inputs, blocks, maxBlockLength: options.RetrieverBlockPieces);
        if (pairs.Count == 0 && cloze is null)
            throw new InvalidOperationException("There is nothing to train the retriever on: no question line has its passage, and no corpus was given. Give question lines with \"context\", or a corpus.");
        var clozeShare = cloze is null ? 0 : pairs.Count == 0 ? 1 : options.InverseClozeShare;
        var objective = new ContrastiveRetrievalObjective(
            model.Embedder, model.Featurizer, training.Seed, training.BatchSize,
            random => random.NextDouble() < clozeShare ? cloze!.Draw(random) : pairs.Draw(random), "Retriever", model.Device, model.QueryEmbedder);
        var outcome = Loop(objective, training, "retriever").Run(resume, progress, DevelopmentPairs(training, cancellationToken), cancellationToken);
        model.WeightsChanged();
        return outcome;
    }

    /// <summary>Trains the reader on questions with their passages.</summary>
    public TrainingOutcome? TrainReader(bool resume, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        if (options.Reader is not { } training)
            return null;
        var shape = options.Passages with { MaxLength = Math.Min(options.Passages.MaxLength, model.Options.Encoder.MaxPositions) };
        var passages = new PassageExamples(model.Tokenizer, model.Features, shape, Load(source => source.Reader));
        var objective = new SpanReadingObjective(model.Reader, model.Featurizer, training.Seed, training.BatchSize, passages.Draw, model.Device);
        return Loop(objective, training, "reader").Run(resume, progress, DevelopmentMeasure(cancellationToken), cancellationToken);
    }

    /// <summary>Trains the reader on what retrieval brings for the questions; the corpus must have an index of this model.</summary>
    public async Task<TrainingOutcome?> TrainJointlyAsync(
        QuestionAnswerer answerer, bool resume, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        if (options.Joint is not { } training)
            return null;
        if (options.DenseFusionWeight is { } weight)
            model.Calibrate(model.Answering with { DenseFusionWeight = weight });
        var sets = Load(source => source.Joint).Select(set => (Spread(set.Examples, options.JointQuestions), set.Weight)).ToList();
        var examples = await JointExamples.RetrieveAsync(model, options, answerer, sets, progress, time, cancellationToken);
        var objective = new SpanReadingObjective(model.Reader, model.Featurizer, training.Seed, training.BatchSize, examples.Draw, model.Device, "Reader on retrieved passages");
        return Loop(objective, training, "joint").Run(resume, progress, DevelopmentAnswers(_ => answerer, RetrieverKind.Hybrid, cancellationToken), cancellationToken);
    }

    /// <summary>Trains question embedder and reader together through retrieval, and the block embedder too where the options say so.</summary>
    /// <param name="corpusVersion">Version of the corpus, for generations of the index that are built on the way.</param>
    /// <param name="index">The corpus's vectors from the block embedder as it is now.</param>
    /// <param name="indexFolder">Where that index stands.</param>
    /// <param name="server">The model, to answer the development questions with.</param>
    public TrainingOutcome? TrainOpenQa(
        ModelServer server, IBlockStore blocks, string corpusVersion, IBlockIndex index, string indexFolder, ILexicalIndex lexical, bool resume, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        if (options.OpenQa is not { } open)
            return null;
        ArgumentNullException.ThrowIfNull(index);
        if (index.Count == 0)
            throw new InvalidOperationException("The corpus has no passages to retrieve. Import documents before fine-tuning on it.");
        progress?.Report(new OperationProgress("Looking for the questions' passages", 0, null, "passages", 0));
        var examples = new OpenQaExamples(model, blocks, open.GoldPassages, Load(source => source.OpenQa), cancellationToken);
        if (open.DocumentTower == DocumentTower.Frozen)
            model.SeparateTowers();
        using var refresher = open.DocumentTower == DocumentTower.Frozen ? null : new IndexRefresher(
            model, blocks, corpusVersion, open.Refresh, Path.Combine(workFolder, "openqa", "refresh"), resume, open.Training.FarthestBack, [indexFolder], time, progress,
            cancellationToken);
        var objective = refresher is null
            ? new OpenQaObjective(model, open, examples, blocks, _ => index, lexical)
            : new OpenQaObjective(model, open, examples, blocks, step => refresher.At(step).Index, lexical, () => refresher.Current!.Step);
        var measure = DevelopmentAnswers(step => new QuestionAnswerer(server, blocks, IndexAt(step), lexical, time), open.ReadBeam, cancellationToken);
        var outcome = Loop(objective, open.Training, "openqa").Run(resume, progress, measure, cancellationToken);
        model.WeightsChanged();
        return outcome;

        // That of the moment; a run that goes on with a measurement has none yet: then that of the last step that was taken.
        IBlockIndex IndexAt(long step) => refresher is null ? index : (refresher.Current ?? refresher.At(Math.Max(0, step - 1))).Index;
    }

    /// <summary>Fits the weight of the dense list in rank fusion and then the no-answer threshold, on questions that were set aside for it, and
    /// stores both with the model.</summary>
    public async Task FitAnsweringAsync(QuestionAnswerer answerer, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answerer);
        if (options.Calibration is not { } source)
            return;
        var questions = Spread(Questions(source), options.CalibrationQuestions);
        IReadOnlyList<QuestionOutcome> best = [];
        var bestAnswering = model.Answering;
        foreach (var weight in options.FusionWeights.DefaultIfEmpty(model.Answering.DenseFusionWeight))
        {
            model.Calibrate(model.Answering with { DenseFusionWeight = weight });
            var outcomes = await Evaluator.RunAsync(answerer, questions, model.Options.Reader.BeamSize, RetrieverKind.Hybrid, time, progress, cancellationToken);
            if (best.Count == 0 || Read(outcomes) > Read(best))
                (best, bestAnswering) = (outcomes, model.Answering);
        }
        model.Calibrate(bestAnswering with { NoAnswerThreshold = NoAnswerFit.Threshold(best, model.Options.Reader.BeamSize, options.FalseRefusals) });

        // Questions whose answering passage is among those that are read.
        int Read(IReadOnlyList<QuestionOutcome> outcomes) => outcomes.Count(outcome => outcome.GoldRank <= model.Options.Reader.BeamSize);
    }

    private List<QuestionExample> Questions(QuestionSource source) => QuestionSets.Read(source, baseFolder, skipped =>
    {
        if (_leftOut.Add(skipped))
            leftOut?.Invoke(skipped);
    });

    private IReadOnlyList<(IReadOnlyList<QuestionExample> Examples, double Weight)> Load(Func<QuestionSource, bool> used)
    {
        var excluded = QuestionSets.Questions(options.Exclude, baseFolder);
        return [.. options.Data.Where(used).Select(source => (
            (IReadOnlyList<QuestionExample>)[.. Questions(source).Where(example => !excluded.Contains(QuestionSets.Key(example)))],
            source.Weight))];
    }

    /// <summary>At most so many of the examples, evenly spread over the file; 0 for all.</summary>
    private static IReadOnlyList<QuestionExample> Spread(IReadOnlyList<QuestionExample> examples, int most) =>
        most <= 0 || examples.Count <= most ? examples : [.. Enumerable.Range(0, most).Select(i => examples[(int)((long)i * examples.Count / most)])];

    // What concerns the other stages may change between a run and its resumption.
    private TrainingLoop Loop(IObjective objective, TrainingOptions training, string stage)
    {
        var questions = new { options.Data, options.Exclude, options.Development, options.DevelopmentQuestions };
        object settings = stage switch
        {
            "retriever" => new { questions, options.Retriever, options.InverseClozeShare, options.RetrieverBlockPieces },
            "reader" => new { questions, options.Reader, options.Passages },
            "joint" => new { questions, options.Joint, options.Passages, options.JointCandidates, options.JointQuestions, options.JointWithoutAnswer, options.DenseFusionWeight },
            _ => new { questions, options.OpenQa },
        };
        return new TrainingLoop(objective, training, Path.Combine(workFolder, stage), time, settings);
    }

    // The retriever alone: which passage of a batch is the development question's own?
    private Func<long, IReadOnlyDictionary<string, double>>? DevelopmentPairs(TrainingOptions training, CancellationToken cancellationToken)
    {
        if (options.Development is not { } development)
            return null;
        var pairs = new QuestionBlockExamples(model.Inputs, Questions(development), options.RetrieverBlockPieces);
        if (pairs.Count == 0)
            return null;
        var objective = new ContrastiveRetrievalObjective(
            model.Embedder, model.Featurizer, training.Seed, training.BatchSize, pairs.Draw, "Retriever", model.Device, model.QueryEmbedder);
        return _ => HeldOut.Measure(objective, cancellationToken, "accuracy");
    }

    // Retriever and reader together: what stage "openQa" is for, and what the published checkpoints were chosen by.
    private Func<long, IReadOnlyDictionary<string, double>>? DevelopmentAnswers(Func<long, QuestionAnswerer> answerer, RetrieverKind retriever, CancellationToken cancellationToken)
    {
        if (options.Development is not { } development)
            return null;
        var questions = Spread([.. Questions(development).Where(example => !example.IsImpossible)], options.DevelopmentQuestions);
        if (questions.Count == 0)
            throw new InvalidDataException($"No question of {development.File} has an answer to measure with. Give such a file as \"development\", or leave it out.");
        return step =>
        {
            var outcomes = Evaluator.RunAsync(answerer(step), questions, model.Options.Reader.BeamSize, retriever, time, null, cancellationToken).GetAwaiter().GetResult();
            var report = EvaluationReport.Of(outcomes);
            return new Dictionary<string, double>
            {
                [GoldPassageReader.ExactMatchName] = report.ForcedExactMatch, [GoldPassageReader.F1Name] = report.ForcedF1, [RecallName] = report.RecallAt[RecallDepth],
            };
        };
    }

    private Func<long, IReadOnlyDictionary<string, double>>? DevelopmentMeasure(CancellationToken cancellationToken)
    {
        if (options.Development is not { } development)
            return null;
        var all = Questions(development).Where(example => example.Context is not null && !example.IsImpossible).ToList();
        if (all.Count == 0)
            throw new InvalidDataException($"No question of {development.File} has a passage and an answer to measure the reader on. Give such a file as \"development\", or leave it out.");
        var examples = Spread(all, options.DevelopmentQuestions);
        return _ => GoldPassageReader.Measure(model, examples, cancellationToken);
    }
}
