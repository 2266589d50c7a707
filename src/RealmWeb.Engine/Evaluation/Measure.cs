namespace RealmWeb.Engine.Evaluation;

/// <summary>A measure of an evaluation, in percent or milliseconds, with its 95 % interval.</summary>
/// <param name="Questions">Questions that it is measured on.</param>
public sealed record MeasuredValue(string Measure, int Questions, double Value, double Low, double High);

/// <summary>Something that an evaluation measures question by question.</summary>
/// <param name="Counts">Whether it is measured on a question.</param>
/// <param name="Value">The question's value: percent, or milliseconds.</param>
/// <param name="LowerIsBetter">A fall is a gain.</param>
/// <param name="IsMedian">The median of the questions is taken, not their mean.</param>
public sealed record Measure(
    string Name, Func<QuestionOutcome, bool> Counts, Func<QuestionOutcome, double> Value, bool LowerIsBetter = false, bool IsMedian = false)
{
    public const string MedianLatency = "p50Milliseconds";

    /// <summary>All measures, in the order in which they are shown.</summary>
    public static IReadOnlyList<Measure> All { get; } =
    [
        new("em", outcome => outcome.IsAnswerable, outcome => outcome.NoAnswer ? 0 : 100 * outcome.ExactMatch),
        new("f1", outcome => outcome.IsAnswerable, outcome => outcome.NoAnswer ? 0 : 100 * outcome.F1),
        new("emOrqa", outcome => outcome.IsAnswerable, outcome => outcome.NoAnswer ? 0 : 100 * outcome.ExactMatchOrqa),
        .. At("recall", outcome => !outcome.IsImpossible, outcome => outcome.GoldRank),
        .. At("recallByAnswer", outcome => outcome.IsAnswerable, outcome => outcome.AnswerRank),
        .. At("recallByPassage", outcome => outcome is { HasPassage: true, IsImpossible: false }, outcome => outcome.PassageRank),
        .. At("recallByDocument", outcome => outcome.Ndcg is not null, outcome => outcome.DocumentRank),
        new("ndcg@10", outcome => outcome.Ndcg is not null, outcome => 100 * (outcome.Ndcg ?? 0)),
        new("mrr", outcome => !outcome.IsImpossible, outcome => outcome.GoldRank is { } rank ? 100.0 / rank : 0),
        new("unanswerableRecognised", outcome => outcome.IsImpossible, outcome => outcome.NoAnswer ? 100 : 0),
        new("falseRefusals", outcome => outcome.IsAnswerable, outcome => outcome.NoAnswer ? 100 : 0, LowerIsBetter: true),
        new(MedianLatency, outcome => outcome.Milliseconds is not null, outcome => outcome.Milliseconds ?? 0, LowerIsBetter: true, IsMedian: true),
    ];

    public static Measure? Find(string name) => All.FirstOrDefault(measure => measure.Name == name);

    /// <summary>The measure over questions; null where none of them is measured.</summary>
    public double? Of(IReadOnlyList<QuestionOutcome> outcomes)
    {
        double[] values = [.. outcomes.Where(Counts).Select(Value)];
        return values.Length == 0 ? null : Middle(values);
    }

    /// <summary>The measure with its 95 % interval: Wilson's where a question counts wholly or not at all, else that of the bootstrap over questions.</summary>
    /// <param name="seed">Decides the resamples.</param>
    /// <returns>Null where no question is measured.</returns>
    public MeasuredValue? Interval(IReadOnlyList<QuestionOutcome> outcomes, int seed = 1, int resamples = 1000)
    {
        double[] values = [.. outcomes.Where(Counts).Select(Value)];
        if (values.Length == 0)
            return null;
        if (!IsMedian && Array.TrueForAll(values, value => value is 0 or 100))
        {
            var (least, most) = Wilson.Interval(values.Count(value => value > 0), values.Length);
            return new MeasuredValue(Name, values.Length, Middle(values), 100 * least, 100 * most);
        }
        var (low, high) = IsMedian
            ? PairedBootstrap.Interval(values.Length, seed, resamples, drawn => Median(Drawn(values, drawn)))
            : PairedBootstrap.Interval(values, seed, resamples);
        return new MeasuredValue(Name, values.Length, Middle(values), low, high);
    }

    /// <summary>The measure in two evaluations of the same questions; null where no question is measured in both.</summary>
    /// <param name="seed">Decides the resamples of the interval.</param>
    public MeasureDifference? Compare(
        IReadOnlyList<(QuestionOutcome A, QuestionOutcome B)> pairs, int seed = 1, int resamples = PairedBootstrap.Resamples)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var measured = pairs.Where(pair => Counts(pair.A) && Counts(pair.B)).ToList();
        if (measured.Count == 0)
            return null;
        double[] a = [.. measured.Select(pair => Value(pair.A))], b = [.. measured.Select(pair => Value(pair.B))];
        var (ofA, ofB) = (Middle(a), Middle(b));
        var (low, high) = IsMedian
            ? PairedBootstrap.Interval(a.Length, seed, resamples, drawn => Median(Drawn(b, drawn)) - Median(Drawn(a, drawn)))
            : PairedBootstrap.Interval([.. a.Zip(b, (before, after) => after - before)], seed, resamples);
        return new MeasureDifference(Name, measured.Count, ofA, ofB, ofB - ofA, low, high);
    }

    private static IEnumerable<Measure> At(string name, Func<QuestionOutcome, bool> counts, Func<QuestionOutcome, int?> rank) =>
        EvaluationReport.Depths.Select(k => new Measure($"{name}@{k}", counts, outcome => rank(outcome) <= k ? 100 : 0));

    private static double[] Drawn(double[] values, ReadOnlySpan<int> drawn)
    {
        var taken = new double[drawn.Length];
        for (var i = 0; i < taken.Length; i++)
            taken[i] = values[drawn[i]];
        return taken;
    }

    private double Middle(double[] values) => IsMedian ? Median(values) : values.Average();

    private static double Median(double[] values)
    {
        var sorted = (double[])values.Clone();
        Array.Sort(sorted);
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
