namespace RealmWeb.Engine.Retrieval.Lexical;

/// <summary>What the terms of a question say of blocks: its first hits are candidates, and those far behind them tell the BM25 of what the dense list
/// brought.</summary>
public sealed class LexicalList
{
    /// <summary>Hits whose scores are known. The search has scored every block with a term anyway; more of them cost next to nothing.</summary>
    public const int Depth = 1000;

    private readonly Dictionary<long, float> _scores;
    private readonly HashSet<long> _listed;
    private readonly float _bound;

    /// <param name="found">Best first.</param>
    /// <param name="candidates">How many of them are candidates.</param>
    /// <param name="depth">How many were asked for.</param>
    public LexicalList(IReadOnlyList<BlockHit> found, int candidates, int depth)
    {
        ArgumentNullException.ThrowIfNull(found);
        Hits = [.. found.Take(candidates)];
        _listed = [.. Hits.Select(hit => hit.Row)];
        _scores = found.ToDictionary(hit => hit.Row, hit => hit.Score);
        // A shorter list is whole: no term stands in the others.
        _bound = found.Count < depth ? 0 : found[^1].Score;
    }

    /// <summary>The candidates, best first.</summary>
    public IReadOnlyList<BlockHit> Hits { get; }

    /// <summary>The greatest score of all blocks; 0 where no term stands in any.</summary>
    public float Most => Hits.Count == 0 ? 0 : Hits[0].Score;

    /// <summary>Whether the block is among <see cref="Hits"/>.</summary>
    public bool Lists(long row) => _listed.Contains(row);

    /// <summary>BM25 of any block; where it stands further down than was searched, the score that it has at most.</summary>
    public float Score(long row) => _scores.GetValueOrDefault(row, _bound);
}
