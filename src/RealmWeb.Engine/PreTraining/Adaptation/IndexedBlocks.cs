using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Index;
using static TorchSharp.torch;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>The blocks of a corpus with their vectors, in memory, by position.</summary>
internal sealed class IndexedBlocks : IDisposable
{
    private const int RowsAtOnce = 10_000;

    private readonly Dictionary<long, List<int>> _ofDocument = [];
    private readonly Dictionary<long, int> _ofRow = [];

    private readonly DenseBlockIndex _index;

    private IndexedBlocks(DenseBlockIndex index, IReadOnlyList<StoredBlock> blocks, Tensor vectors)
    {
        (_index, Blocks, Vectors) = (index, blocks, vectors);
        for (var position = 0; position < blocks.Count; position++)
        {
            _ofRow[blocks[position].Row] = position;
            if (!_ofDocument.TryGetValue(blocks[position].DocumentId, out var own))
                _ofDocument[blocks[position].DocumentId] = own = [];
            own.Add(position);
        }
    }

    public IReadOnlyList<StoredBlock> Blocks { get; }

    /// <summary>Shape [blocks, d].</summary>
    public Tensor Vectors { get; }

    /// <summary>Positions of a document's blocks.</summary>
    public IReadOnlyList<int> OfDocument(long document) => _ofDocument[document];

    /// <summary>Position of a row; null for one without a vector.</summary>
    public int? OfRow(long row) => _ofRow.TryGetValue(row, out var position) ? position : null;

    /// <summary>Vectors of some blocks, row-major [positions, d].</summary>
    public float[] VectorsOf(IEnumerable<int> positions) => _index.Vectors([.. positions.Select(position => Blocks[position].Row)]);

    /// <param name="index">Of the model that adapts; it stays the caller's, and open while this lives. Blocks that it lacks are left out.</param>
    /// <exception cref="InvalidOperationException">The index has none of the blocks.</exception>
    public static IndexedBlocks Load(IBlockStore store, DenseBlockIndex index, Device device)
    {
        var blocks = new List<StoredBlock>();
        var vectors = new List<float>();
        foreach (var rows in index.RowsAscending().Chunk(RowsAtOnce))
        {
            var live = store.GetBlocks(rows);
            blocks.AddRange(live);
            vectors.AddRange(index.Vectors([.. live.Select(block => block.Row)]));
        }
        if (blocks.Count == 0)
            throw new InvalidOperationException("The corpus has no passages, so there is nothing to adapt to. Import documents first.");
        return new IndexedBlocks(index, blocks, tensor(vectors.ToArray(), [blocks.Count, index.Dimension], device: device));
    }

    /// <summary>Vectors of the same blocks in another index, which the caller disposes of. Shape [blocks, d].</summary>
    public Tensor VectorsIn(IBlockIndex index)
    {
        var vectors = new List<float>(Blocks.Count * index.Dimension);
        foreach (var rows in Blocks.Select(block => block.Row).Chunk(RowsAtOnce))
            vectors.AddRange(index.Vectors(rows));
        return tensor(vectors.ToArray(), [Blocks.Count, index.Dimension], device: Vectors.device);
    }

    public void Dispose() => Vectors.Dispose();
}
