namespace RealmWeb.Engine.Answering;

/// <summary>Which rows go through the reader together: rows of like length, so that little of what is computed is padding.</summary>
internal static class ReadingPasses
{
    /// <summary>What a forward pass costs beyond its pieces, in pieces (docs/performance.md).</summary>
    private const int PassCost = 24;

    /// <summary>Parts the rows so that pieces, padding included, and passes cost least.</summary>
    /// <param name="lengths">Pieces of each row.</param>
    /// <param name="maxRows">Rows of a pass at most, which bounds the memory that it takes.</param>
    /// <returns>The places of the rows of each pass.</returns>
    public static IReadOnlyList<int[]> Of(IReadOnlyList<int> lengths, int maxRows)
    {
        int[] order = [.. Enumerable.Range(0, lengths.Count).OrderBy(i => lengths[i])];
        // Of the first n rows: the least cost, and with how many rows their last pass has it.
        var least = new int[order.Length + 1];
        var last = new int[order.Length + 1];
        for (var n = 1; n <= order.Length; n++)
        {
            least[n] = int.MaxValue;
            for (var rows = 1; rows <= Math.Min(n, maxRows); rows++)
            {
                var cost = least[n - rows] + rows * lengths[order[n - 1]] + PassCost;
                if (cost < least[n])
                    (least[n], last[n]) = (cost, rows);
            }
        }
        var passes = new List<int[]>();
        for (var n = order.Length; n > 0; n -= last[n])
            passes.Add(order[(n - last[n])..n]);
        return passes;
    }
}
