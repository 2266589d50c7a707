namespace RealmWeb.Engine.Evaluation;

/// <summary>What happened to one question of an evaluation.</summary>
/// <param name="Answers">What would have been right; empty for an unanswerable question.</param>
/// <param name="Prediction">The best span, whatever the null mass; null when there is none.</param>
/// <param name="NoAnswer">The model prefers no answer.</param>
/// <param name="GoldRank">Rank from 1 of the first retrieved passage that answers; null when none did.</param>
public sealed record QuestionOutcome(
    string Id, string Question, IReadOnlyList<string> Answers, string? Prediction, bool NoAnswer, double NullMass, double Confidence,
    double ExactMatch, double F1, int? GoldRank);

/// <summary>Quality over a set of questions, in percent.</summary>
/// <param name="Questions">Number of questions.</param>
/// <param name="Answerable">Of them, those with answers. The next four are over these.</param>
/// <param name="ExactMatch">The given answer is right (SQuAD v1.1); a refusal is wrong.</param>
/// <param name="F1">Token overlap of the given answer; a refusal counts 0.</param>
/// <param name="ForcedExactMatch">The same if the model always had to answer.</param>
/// <param name="ForcedF1">The same if the model always had to answer.</param>
/// <param name="RecallAt">Share with an answering passage among the first k.</param>
/// <param name="UnanswerableRecognised">Share of unanswerable questions that got no answer; null without such questions.</param>
/// <param name="FalseRefusals">Share of answerable questions that got no answer.</param>
public sealed record EvaluationReport(
    int Questions, int Answerable, double ExactMatch, double F1, double ForcedExactMatch, double ForcedF1, IReadOnlyDictionary<int, double> RecallAt,
    double? UnanswerableRecognised, double FalseRefusals)
{
    /// <summary>The k of recall@k.</summary>
    public static IReadOnlyList<int> Depths { get; } = [1, 5, 20];

    /// <summary>Sums up outcomes.</summary>
    public static EvaluationReport Of(IReadOnlyList<QuestionOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        var answerable = outcomes.Where(outcome => outcome.Answers.Count > 0).ToList();
        var impossible = outcomes.Where(outcome => outcome.Answers.Count == 0).ToList();
        return new EvaluationReport(
            outcomes.Count, answerable.Count,
            Percent(answerable, outcome => outcome.NoAnswer ? 0 : outcome.ExactMatch), Percent(answerable, outcome => outcome.NoAnswer ? 0 : outcome.F1),
            Percent(answerable, outcome => outcome.ExactMatch), Percent(answerable, outcome => outcome.F1),
            Depths.ToDictionary(k => k, k => Percent(answerable, outcome => outcome.GoldRank <= k ? 1 : 0)),
            impossible.Count == 0 ? null : Percent(impossible, outcome => outcome.NoAnswer ? 1 : 0),
            Percent(answerable, outcome => outcome.NoAnswer ? 1 : 0));
    }

    private static double Percent(IReadOnlyList<QuestionOutcome> outcomes, Func<QuestionOutcome, double> value) =>
        outcomes.Count == 0 ? 0 : 100 * outcomes.Average(value);
}
