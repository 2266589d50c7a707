namespace RealmWeb.Engine.Evaluation;

/// <summary>A measure in two reports, in percent, with the 95 % interval of B - A (<see cref="PairedBootstrap"/>).</summary>
/// <param name="Questions">Questions that it is measured on.</param>
public sealed record MeasureDifference(string Measure, int Questions, double A, double B, double Difference, double Low, double High);

/// <summary>A question that one report has right and the other wrong. A prediction is null where no answer was given.</summary>
public sealed record ChangedQuestion(string Id, string Question, IReadOnlyList<string> Answers, string? A, string? B);

/// <summary>What changed between two evaluations of the same questions.</summary>
/// <param name="Fixed">Wrong in A, right in B.</param>
/// <param name="Broke">Right in A, wrong in B.</param>
public sealed record ReportComparison(
    int Questions, IReadOnlyList<MeasureDifference> Measures, IReadOnlyList<ChangedQuestion> Fixed, IReadOnlyList<ChangedQuestion> Broke)
{
    /// <summary>Compares question by question.</summary>
    /// <param name="seed">Decides the resamples of the intervals.</param>
    /// <exception cref="InvalidDataException">The reports are of different questions.</exception>
    public static ReportComparison Of(
        IReadOnlyList<QuestionOutcome> a, IReadOnlyList<QuestionOutcome> b, int seed = 1, int resamples = PairedBootstrap.Resamples)
    {
        var pairs = Pair(a, b);
        var measures = new List<MeasureDifference>();
        void Add(string name, Func<QuestionOutcome, bool> counts, Func<QuestionOutcome, double> value)
        {
            var values = pairs.Where(pair => counts(pair.A)).Select(pair => (A: 100 * value(pair.A), B: 100 * value(pair.B))).ToList();
            if (values.Count == 0)
                return;
            var (low, high) = PairedBootstrap.Interval([.. values.Select(pair => pair.B - pair.A)], seed, resamples);
            var (meanA, meanB) = (values.Average(pair => pair.A), values.Average(pair => pair.B));
            measures.Add(new MeasureDifference(name, values.Count, meanA, meanB, meanB - meanA, low, high));
        }
        Add("em", outcome => outcome.IsAnswerable, outcome => outcome.NoAnswer ? 0 : outcome.ExactMatch);
        Add("f1", outcome => outcome.IsAnswerable, outcome => outcome.NoAnswer ? 0 : outcome.F1);
        Add("emOrqa", outcome => outcome.IsAnswerable, outcome => outcome.NoAnswer ? 0 : outcome.ExactMatchOrqa);
        foreach (var k in EvaluationReport.Depths)
            Add($"recall@{k}", outcome => !outcome.IsImpossible, outcome => outcome.GoldRank <= k ? 1 : 0);
        foreach (var k in EvaluationReport.Depths)
            Add($"recallByAnswer@{k}", outcome => outcome.IsAnswerable, outcome => outcome.AnswerRank <= k ? 1 : 0);
        foreach (var k in EvaluationReport.Depths)
            Add($"recallByPassage@{k}", outcome => outcome is { HasPassage: true, IsImpossible: false }, outcome => outcome.PassageRank <= k ? 1 : 0);
        foreach (var k in EvaluationReport.Depths)
            Add($"recallByDocument@{k}", outcome => outcome.Ndcg is not null, outcome => outcome.DocumentRank <= k ? 1 : 0);
        Add("ndcg@10", outcome => outcome.Ndcg is not null, outcome => outcome.Ndcg ?? 0);
        Add("mrr", outcome => !outcome.IsImpossible, outcome => outcome.GoldRank is { } rank ? 1.0 / rank : 0);
        Add("noAnswerRecall", outcome => outcome.IsImpossible, outcome => outcome.NoAnswer ? 1 : 0);
        return new ReportComparison(
            pairs.Count, measures, [.. pairs.Where(pair => !pair.A.IsRight && pair.B.IsRight).Select(Changed)],
            [.. pairs.Where(pair => pair.A.IsRight && !pair.B.IsRight).Select(Changed)]);
    }

    private static ChangedQuestion Changed((QuestionOutcome A, QuestionOutcome B) pair) =>
        new(pair.A.Id, pair.A.Question, pair.A.Answers, pair.A.NoAnswer ? null : pair.A.Prediction, pair.B.NoAnswer ? null : pair.B.Prediction);

    private static List<(QuestionOutcome A, QuestionOutcome B)> Pair(IReadOnlyList<QuestionOutcome> a, IReadOnlyList<QuestionOutcome> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var others = Keyed(b).ToDictionary(entry => entry.Key, entry => entry.Outcome);
        var pairs = new List<(QuestionOutcome, QuestionOutcome)>(a.Count);
        foreach (var (key, outcome) in Keyed(a))
        {
            if (!others.Remove(key, out var other))
                throw Different(a, b, $"question {key.Id} (\"{outcome.Question}\") is in the first only");
            if (other.Question != outcome.Question || !other.Answers.SequenceEqual(outcome.Answers) || other.AnswerRegex != outcome.AnswerRegex)
                throw Different(a, b,
                    $"question {key.Id} is \"{outcome.Question}\" in the first and \"{other.Question}\" in the second, or its answers differ");
            pairs.Add((outcome, other));
        }
        return others.Count == 0 ? pairs
            : throw Different(a, b, $"question {others.First().Key.Id} (\"{others.First().Value.Question}\") is in the second only");
    }

    // Some sets use an id once a passage; the n-th of them belongs to the n-th.
    private static IEnumerable<((string Id, int Occurrence) Key, QuestionOutcome Outcome)> Keyed(IEnumerable<QuestionOutcome> outcomes)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var outcome in outcomes)
        {
            var occurrence = seen[outcome.Id] = seen.GetValueOrDefault(outcome.Id) + 1;
            yield return ((outcome.Id, occurrence), outcome);
        }
    }

    private static InvalidDataException Different(IReadOnlyList<QuestionOutcome> a, IReadOnlyList<QuestionOutcome> b, string what) =>
        new($"The reports are of different questions ({a.Count} and {b.Count}): {what}. Evaluate both models with the same --data, --part and --limit.");
}
