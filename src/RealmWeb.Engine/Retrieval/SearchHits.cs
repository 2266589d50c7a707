using System.Collections;

namespace RealmWeb.Engine.Retrieval;

/// <summary>What one query found, best first; equal scores by ascending row.</summary>
/// <param name="hits">The blocks.</param>
/// <param name="scanned">Vectors whose codes were looked at.</param>
/// <param name="rescored">Vectors whose inner product had to be computed, because their codes alone did not rule them out.</param>
public sealed class SearchHits(IReadOnlyList<BlockHit> hits, long scanned, long rescored) : IReadOnlyList<BlockHit>
{
    public IReadOnlyList<BlockHit> Hits => hits;

    /// <summary>Vectors whose codes were looked at.</summary>
    public long Scanned => scanned;

    /// <summary>Vectors whose inner product had to be computed.</summary>
    public long Rescored => rescored;

    public int Count => hits.Count;

    public BlockHit this[int index] => hits[index];

    public IEnumerator<BlockHit> GetEnumerator() => hits.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
