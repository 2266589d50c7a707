using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.FineTuning;

using Measure = Func<long, IReadOnlyDictionary<string, double>>;

/// <summary>What fine-tuning measures on development questions at each checkpoint. A measure is null where the settings name no such questions.</summary>
internal sealed class DevelopmentMeasures(TrainingRun run, FineTuningOptions options, FineTuningQuestions questions)
{
    private const int RecallDepth = 5;

    /// <summary>The retriever alone: which passage of a batch is the question's own?</summary>
    public Measure? OfPairs(TrainingOptions training)
    {
        if (questions.Development() is not { } development)
            return null;
        var pairs = new QuestionBlockExamples(run.Model.Inputs, development, options.RetrieverBlockPieces);
        if (pairs.Count == 0)
            return null;
        var objective = new ContrastiveRetrievalObjective(
            run.Model.Embedder, run.Model.Featurizer, training.Seed, training.BatchSize, pairs.Draw, "Retriever", run.Model.Device, run.Model.QueryEmbedder);
        return run.Measuring(objective, "accuracy");
    }

    /// <summary>The reader alone, in the questions' own passages.</summary>
    public Measure? OfReading()
    {
        if (Chosen(example => example.Context is not null, "a passage and an answer to measure the reader on") is not { } examples)
            return null;
        return _ => GoldPassageReader.Measure(run.Model, examples, run.Cancelled);
    }

    /// <summary>Retriever and reader together: what the published checkpoints were chosen by.</summary>
    /// <param name="answerer">Answers after so many steps.</param>
    public Measure? OfAnswers(Func<long, QuestionAnswerer> answerer, RetrieverKind retriever)
    {
        if (Chosen(_ => true, "an answer to measure with") is not { } examples)
            return null;
        return step =>
        {
            var outcomes = Evaluator.RunAsync(answerer(step), examples, run.Model.Options.Reader.BeamSize, retriever, run.Time, null, run.Cancelled)
                .GetAwaiter().GetResult();
            var report = EvaluationReport.Of(outcomes);
            return new Dictionary<string, double>
            {
                [GoldPassageReader.ExactMatchName] = report.ForcedExactMatch,
                [GoldPassageReader.F1Name] = report.ForcedF1,
                [FineTuner.RecallName] = report.RecallAt[RecallDepth],
            };
        };
    }

    private IReadOnlyList<QuestionExample>? Chosen(Func<QuestionExample, bool> usable, string what)
    {
        if (questions.Development() is not { } development)
            return null;
        var examples = development.Where(example => !example.IsImpossible && usable(example)).ToList();
        return examples.Count > 0 ? QuestionSets.Spread(examples, options.DevelopmentQuestions)
            : throw new InvalidDataException($"No question of {options.Development!.File} has {what}. Give such a file as \"development\", or leave it out.");
    }
}
