namespace RealmWeb.Lab.Evidence;

/// <summary>Where the right quotation stood among the candidates.</summary>
/// <param name="Length">Sentences of the quotation.</param>
/// <param name="Rank">From 1.</param>
/// <param name="Candidates">Runs of that many sentences in the book.</param>
public sealed record EvidenceOutcome(string Book, string Id, int Length, int Rank, int Candidates);

/// <summary>Ranks summed up, overall or for one length of quotations.</summary>
/// <param name="RecallAt">Percent of the quotations among the first k.</param>
/// <param name="MeanCandidates">Candidates that a quotation is sought among, on average.</param>
public sealed record EvidenceQuality(int Quotes, double MeanRank, IReadOnlyDictionary<int, double> RecallAt, double MeanCandidates)
{
    /// <summary>The published k.</summary>
    public static IReadOnlyList<int> Depths { get; } = [1, 3, 5, 10, 50, 100];

    public static EvidenceQuality Of(IReadOnlyList<EvidenceOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        return outcomes.Count == 0 ? new(0, 0, Depths.ToDictionary(k => k, _ => 0.0), 0) : new(
            outcomes.Count, outcomes.Average(outcome => outcome.Rank),
                Depths.ToDictionary(k => k, k => 100 * outcomes.Average(outcome => outcome.Rank <= k ? 1.0 : 0)),
            outcomes.Average(outcome => outcome.Candidates));
    }

    /// <summary>One for each length of quotations, shortest first.</summary>
    public static IReadOnlyDictionary<int, EvidenceQuality> ByLength(IEnumerable<EvidenceOutcome> outcomes) =>
        new SortedDictionary<int, EvidenceQuality>(outcomes.GroupBy(outcome => outcome.Length).ToDictionary(group => group.Key, group => Of([.. group])));
}
