namespace RealmWeb.Engine.Evaluation;

/// <summary>Retrieval measured by documents, of which only the best passage counts.</summary>
/// <remarks>nDCG as trec_eval and BEIR have it: the gain is the grade itself (not 2^grade - 1), the discount log2(rank + 1), and the ideal order is that of
/// all judged documents, found or not. Järvelin and Kekäläinen 2002.</remarks>
public static class DocumentRanking
{
    /// <summary>Documents that nDCG looks at.</summary>
    public const int Depth = 10;

    /// <summary>Documents by their first passage.</summary>
    /// <param name="passages">Document of each retrieved passage, best first.</param>
    public static IReadOnlyList<string> Of(IEnumerable<string> passages) => [.. passages.Distinct(StringComparer.Ordinal)];

    /// <summary>nDCG of the first <see cref="Depth"/> documents, 0 to 1; null where no document is relevant.</summary>
    /// <param name="ranking">Best first.</param>
    /// <param name="grades">By document; what is not in it, or below 0, has no gain.</param>
    public static double? Ndcg(IReadOnlyList<string> ranking, IReadOnlyDictionary<string, int> grades)
    {
        ArgumentNullException.ThrowIfNull(ranking);
        ArgumentNullException.ThrowIfNull(grades);
        var ideal = Gain(grades.Values.OrderDescending());
        return ideal == 0 ? null : Gain(ranking.Select(document => grades.GetValueOrDefault(document))) / ideal;
    }

    /// <summary>Rank from 1 of the first relevant document; null when none was found.</summary>
    public static int? Rank(IReadOnlyList<string> ranking, IReadOnlyDictionary<string, int> grades)
    {
        ArgumentNullException.ThrowIfNull(ranking);
        ArgumentNullException.ThrowIfNull(grades);
        for (var i = 0; i < ranking.Count; i++)
        {
            if (grades.GetValueOrDefault(ranking[i]) > 0)
                return i + 1;
        }
        return null;
    }

    private static double Gain(IEnumerable<int> grades) => grades.Take(Depth).Select((grade, i) => Math.Max(0, grade) / Math.Log2(i + 2)).Sum();
}
