namespace RealmWeb.Data.Runs;

/// <summary>Thins a curve without hiding its spikes.</summary>
internal static class CurveThinning
{
    /// <summary>Cuts the curve into pieces of equal length and keeps the lowest and the highest point of each.</summary>
    /// <param name="curve">Points by step; of several with one step the last counts.</param>
    public static IEnumerable<RunMetric> Thin(IReadOnlyList<RunMetric> curve, int maxPoints)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPoints, 2);
        var distinct = curve.Where((point, i) => i + 1 == curve.Count || curve[i + 1].Step != point.Step).ToList();
        if (distinct.Count <= maxPoints)
            return distinct;
        var size = (int)Math.Ceiling(distinct.Count / (maxPoints / 2.0));
        return distinct.Chunk(size).SelectMany(piece =>
        {
            var (low, high) = (piece.MinBy(point => point.Value)!, piece.MaxBy(point => point.Value)!);
            return low == high ? [low] : low.Step < high.Step ? new[] { low, high } : [high, low];
        });
    }
}
