namespace RealmWeb.Engine.Retrieval.Lexical;

/// <summary>Merges ranked lists without comparing their scores.</summary>
/// <remarks>Reciprocal rank fusion, Cormack, Clarke and Büttcher 2009: score = sum of weight / (60 + rank).</remarks>
public static class RankFusion
{
    private const double RankOffset = 60;

    /// <summary>The best <paramref name="k"/> rows of weighted ranked lists.</summary>
    /// <param name="lists">Each list best first, with its weight.</param>
    /// <returns>Best first; equal scores by ascending row.</returns>
    public static IReadOnlyList<long> Merge(int k, params ReadOnlySpan<(IReadOnlyList<BlockHit> Hits, double Weight)> lists)
    {
        var scores = new Dictionary<long, double>();
        foreach (var (hits, weight) in lists)
        {
            for (var rank = 1; rank <= hits.Count; rank++)
            {
                var row = hits[rank - 1].Row;
                scores[row] = scores.GetValueOrDefault(row) + weight / (RankOffset + rank);
            }
        }
        return [.. scores.OrderByDescending(score => score.Value).ThenBy(score => score.Key).Take(k).Select(score => score.Key)];
    }
}
