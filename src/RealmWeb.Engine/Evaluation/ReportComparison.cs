namespace RealmWeb.Engine.Evaluation;

/// <summary>A measure in two reports, in percent or milliseconds, with the 95 % interval of B - A (<see cref="PairedBootstrap"/>).</summary>
/// <param name="Questions">Questions that it is measured on.</param>
public sealed record MeasureDifference(string Measure, int Questions, double A, double B, double Difference, double Low, double High);

/// <summary>A question that one report has right and the other wrong. A prediction is null where no answer was given.</summary>
/// <param name="Number">Place of the question in the first report, from 1.</param>
public sealed record ChangedQuestion(int Number, string Id, string Question, IReadOnlyList<string> Answers, string? A, string? B);

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
        var measures = Measure.All.Select(measure => measure.Compare(pairs, seed, resamples)).OfType<MeasureDifference>().ToList();
        return new ReportComparison(
            pairs.Count, measures, Changes(pairs, pair => !pair.A.IsRight && pair.B.IsRight),
            Changes(pairs, pair => pair.A.IsRight && !pair.B.IsRight));
    }

    private static IReadOnlyList<ChangedQuestion> Changes(
        IReadOnlyList<(QuestionOutcome A, QuestionOutcome B)> pairs, Func<(QuestionOutcome A, QuestionOutcome B), bool> changed) =>
        [.. pairs.Index().Where(pair => changed(pair.Item)).Select(pair => Changed(pair.Index + 1, pair.Item))];

    private static ChangedQuestion Changed(int number, (QuestionOutcome A, QuestionOutcome B) pair) =>
        new(number, pair.A.Id, pair.A.Question, pair.A.Answers, pair.A.NoAnswer ? null : pair.A.Prediction, pair.B.NoAnswer ? null : pair.B.Prediction);

    /// <summary>The outcomes of each question in both reports, in the order of the first.</summary>
    /// <exception cref="InvalidDataException">The reports are of different questions.</exception>
    public static IReadOnlyList<(QuestionOutcome A, QuestionOutcome B)> Pair(IReadOnlyList<QuestionOutcome> a, IReadOnlyList<QuestionOutcome> b)
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
