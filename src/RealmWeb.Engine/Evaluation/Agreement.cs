using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Evaluation;

/// <summary>A figure of agreement.</summary>
/// <param name="Value">1 is full agreement, 0 what chance gives; null where it is not defined: too few units, or everybody always said the same.</param>
/// <param name="Low">Lower end of the 95 % interval; null with <paramref name="Value"/>.</param>
/// <param name="N">Units that at least two annotators judged.</param>
public sealed record AgreementFigure(double? Value, double? Low, double? High, int N);

/// <summary>How far annotators agree.</summary>
public static class Agreement
{
    private const int Resamples = 1000;
    private const int Seed = 17;

    /// <summary>Cohen's kappa of two annotators (Cohen 1960), categories without an order; null where chance alone would always agree.</summary>
    public static double? Kappa(IReadOnlyCollection<(int First, int Second)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.Count == 0)
            return null;
        double n = pairs.Count;
        var observed = pairs.Count(pair => pair.First == pair.Second) / n;
        var second = pairs.CountBy(pair => pair.Second).ToDictionary();
        var expected = pairs.CountBy(pair => pair.First).Sum(first => first.Value / n * (second.GetValueOrDefault(first.Key) / n));
        return expected < 1 ? (observed - expected) / (1 - expected) : null;
    }

    /// <summary>Krippendorff's alpha of any number of annotators, for grades, whose order counts (ordinal metric; Krippendorff 2011).</summary>
    /// <param name="units">The grades that a unit was given; those with fewer than two are left out.</param>
    /// <returns>Null where no two grades can differ.</returns>
    public static double? Alpha(IEnumerable<IReadOnlyList<int>> units)
    {
        var judged = units.Where(unit => unit.Count > 1).ToList();
        var grades = judged.SelectMany(unit => unit).Distinct().Order().ToList();
        var places = grades.Select((grade, i) => (grade, i)).ToDictionary(pair => pair.grade, pair => pair.i);
        // o(c, k): how often grades c and k meet in one unit, each unit weighing as much as it has grades.
        var met = new double[grades.Count, grades.Count];
        foreach (var unit in judged)
        {
            for (var i = 0; i < unit.Count; i++)
            {
                for (var j = 0; j < unit.Count; j++)
                {
                    if (i != j)
                        met[places[unit[i]], places[unit[j]]] += 1.0 / (unit.Count - 1);
                }
            }
        }
        var counts = Enumerable.Range(0, grades.Count).Select(c => Enumerable.Range(0, grades.Count).Sum(k => met[c, k])).ToArray();
        var total = counts.Sum();
        double observed = 0, expected = 0;
        for (var c = 0; c < grades.Count; c++)
        {
            for (var k = 0; k < grades.Count; k++)
            {
                observed += met[c, k] * Distance(counts, c, k);
                expected += counts[c] * counts[k] * Distance(counts, c, k);
            }
        }
        return expected > 0 ? 1 - (total - 1) * observed / expected : null;
    }

    /// <summary>F1 of the characters that two annotators marked in one text, white space not counted; 1 where neither marked any.</summary>
    public static double SpanF1(string text, IEnumerable<TextSpan> first, IEnumerable<TextSpan> second)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (one, other) = (Marked(text, first), Marked(text, second));
        return one.Count + other.Count == 0 ? 1 : 2.0 * one.Intersect(other).Count() / (one.Count + other.Count);
    }

    /// <summary>A figure over units with its interval: percentiles of the figure over units drawn anew, with replacement.</summary>
    public static AgreementFigure Figure<T>(IReadOnlyList<T> units, Func<IReadOnlyList<T>, double?> figure)
    {
        ArgumentNullException.ThrowIfNull(units);
        ArgumentNullException.ThrowIfNull(figure);
        if (units.Count == 0 || figure(units) is not { } value)
            return new AgreementFigure(null, null, null, units.Count);
        var random = new Random(Seed);
        var drawn = new T[units.Count];
        var values = new List<double>(Resamples);
        for (var resample = 0; resample < Resamples; resample++)
        {
            for (var i = 0; i < drawn.Length; i++)
                drawn[i] = units[random.Next(units.Count)];
            if (figure(drawn) is { } again)
                values.Add(again);
        }
        values.Sort();
        // Where most draws hold one grade alone there is no telling how sure the figure is.
        return values.Count < Resamples / 2
            ? new AgreementFigure(value, null, null, units.Count)
            : new AgreementFigure(value, values[(int)(0.025 * (values.Count - 1))], values[(int)Math.Ceiling(0.975 * (values.Count - 1))], units.Count);
    }

    // The ordinal metric: how many grades lie between two, those at the ends by half.
    private static double Distance(double[] counts, int c, int k)
    {
        if (c == k)
            return 0;
        var (low, high) = c < k ? (c, k) : (k, c);
        var between = counts[low..(high + 1)].Sum() - (counts[low] + counts[high]) / 2;
        return between * between;
    }

    private static HashSet<int> Marked(string text, IEnumerable<TextSpan> spans) =>
        [.. spans.SelectMany(span => Enumerable.Range(span.Start, span.Length)).Where(at => !char.IsWhiteSpace(text[at]))];
}
