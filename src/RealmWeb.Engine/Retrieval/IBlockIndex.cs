namespace RealmWeb.Engine.Retrieval;

/// <summary>A block found by an index.</summary>
/// <param name="Row">Row of the block in its corpus (<see cref="Corpora.StoredBlock.Row"/>).</param>
/// <param name="Score">f(x, z): inner product for a dense index, BM25 (higher is better) for a lexical one.</param>
public readonly record struct BlockHit(long Row, float Score);

/// <summary>Inner products of a query with the vectors of one block; NaN where the index lacks it.</summary>
/// <param name="Best">The greatest: f(x, z).</param>
/// <param name="Whole">That with the vector of the whole block.</param>
public readonly record struct BlockProducts(float Best, float Whole)
{
    /// <summary>Of a block that the index lacks.</summary>
    public static BlockProducts None { get; } = new(float.NaN, float.NaN);
}

/// <summary>Maximum inner product search over the block embeddings of one corpus and one model. A block may have
/// vectors of its halves too; its inner product is then the greatest (docs/decisions/0026-vectors-of-halves.md). Narrow on purpose: what is inside may be
/// replaced without a caller noticing. A search sees one generation from start to end.</summary>
public interface IBlockIndex : IDisposable
{
    /// <summary>Number of blocks.</summary>
    long Count { get; }

    /// <summary>Width d of the vectors.</summary>
    int Dimension { get; }

    /// <summary>The generation that answers, for display and for the manifest of what was answered with it.</summary>
    string Generation { get; }

    /// <summary>Top k by inner product for each query.</summary>
    /// <param name="queries">Query vectors, row-major [batch, d], finite.</param>
    /// <param name="k">How many blocks a query, at least 1. Fewer come back where fewer are allowed.</param>
    /// <param name="options">What may be found, and how surely.</param>
    /// <returns>One list a query.</returns>
    IReadOnlyList<SearchHits> Search(ReadOnlyMemory<float> queries, int k, SearchOptions options, CancellationToken cancellationToken = default);

    /// <summary>Exact top k by inner product for each query, over all rows.</summary>
    IReadOnlyList<SearchHits> Search(ReadOnlyMemory<float> queries, int k, CancellationToken cancellationToken = default) =>
        Search(queries, k, SearchOptions.Exact, cancellationToken);

    /// <summary>Inner products of a query with the vectors of each row.</summary>
    /// <param name="query">[d].</param>
    BlockProducts[] InnerProducts(ReadOnlyMemory<float> query, IReadOnlyList<long> rows);

    /// <summary>The stored vector of each row's whole block, row-major [rows, d]; a row that the index lacks gets NaN.</summary>
    float[] Vectors(IReadOnlyList<long> rows);
}
