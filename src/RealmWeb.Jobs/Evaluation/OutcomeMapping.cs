using RealmWeb.Contracts.Evaluations;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.Questions;
using RealmWeb.Engine.Evaluation;

namespace RealmWeb.Jobs.Evaluation;

/// <summary>What an evaluation measured, as it crosses the wire.</summary>
public static class OutcomeMapping
{
    /// <summary>What a model answered to a question, with the passages that it read where they were kept.</summary>
    public static GivenAnswer GivenAnswerOf(string model, QuestionOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return new GivenAnswer(
            model, outcome.NoAnswer ? null : outcome.Prediction, outcome.IsRight, outcome.Confidence, outcome.GoldRank, outcome.Milliseconds,
            [.. (outcome.Evidence ?? []).Select((passage, i) => new EvidencePassage(
                i + 1, passage.BlockId, passage.DocumentId, passage.Title, passage.Text, passage.DocumentStart, passage.Start, passage.End,
                0, passage.Probability, null, passage.Share))]);
    }

    /// <summary>What would have been right.</summary>
    public static ExpectedAnswer ExpectedOf(QuestionOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return new ExpectedAnswer(outcome.Answers.Count == 0 && outcome.AnswerRegex is { } pattern ? [pattern] : outcome.Answers, outcome.IsImpossible);
    }

    public static MeasureComparison ComparisonOf(MeasureDifference measured)
    {
        ArgumentNullException.ThrowIfNull(measured);
        return new MeasureComparison(
            measured.Measure, measured.Questions, measured.A, measured.B, measured.Difference, measured.Low, measured.High);
    }
}
