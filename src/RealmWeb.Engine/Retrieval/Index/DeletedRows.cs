using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>Rows that an index still has and its corpus has no more.</summary>
public static class DeletedRows
{
    /// <summary>A filter that keeps them out of searches; null where there is none.</summary>
    public static RowFilter? Filter(DenseBlockIndex index, SearchableCorpus corpus)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(corpus);
        return index.Manifest.CorpusVersion == corpus.Version ? null : Filter(index, corpus.Blocks);
    }

    /// <summary>The same where it is known that the corpus has changed since.</summary>
    public static RowFilter? Filter(DenseBlockIndex index, IBlockStore blocks)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(blocks);
        // Both ascend.
        using var live = blocks.EnumerateRows().GetEnumerator();
        var more = live.MoveNext();
        var deleted = new List<long>();
        foreach (var row in index.RowsAscending())
        {
            while (more && live.Current < row)
                more = live.MoveNext();
            if (!more || live.Current != row)
                deleted.Add(row);
        }
        return deleted.Count == 0 ? null : RowFilter.Without(deleted);
    }
}
