using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Corpora;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>Vectors of passages that were embedded elsewhere, read as they are needed: those of published open-QA checkpoints, whose passages are
/// block_records.npy or blocks.tfr. Paper §4.2; the released index.</summary>
public sealed class GivenVectors
{
    private readonly ITensorFile _file;

    /// <param name="file">Stays the caller's, and open as long as this is used.</param>
    /// <exception cref="CheckpointException">The file has no such tensor, or it is not one vector a row.</exception>
    public GivenVectors(ITensorFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        _file = file;
        if (!file.Contains(TensorNames.BlockVectors))
            throw new CheckpointException(
                file.Path, TensorNames.BlockVectors,
                "the file has no vectors of passages. Published open-QA checkpoints have them; other models embed the corpus with `realm index build`.");
        var shape = file.ShapeOf(TensorNames.BlockVectors);
        if (shape is not [var count, var dimension and > 0 and <= int.MaxValue])
            throw new CheckpointException(file.Path, TensorNames.BlockVectors, $"its shape is [{string.Join(", ", shape)}] and not [passages, dimension].");
        (Count, Dimension) = (count, (int)dimension);
    }

    public string Path => _file.Path;

    /// <summary>Number of vectors.</summary>
    public long Count { get; }

    /// <summary>Width of a vector.</summary>
    public int Dimension { get; }

    /// <summary>The blocks of a corpus with their vectors: the n-th document has the n-th vector, and so have all blocks that it was cut into.</summary>
    /// <exception cref="IndexException">There are more or fewer documents than vectors.</exception>
    internal IEnumerable<VectorShard> Shards(IBlockStore blocks, CancellationToken cancellationToken)
    {
        (long? document, var number) = (null, -1L);
        foreach (var chunk in blocks.EnumerateBlocks().Chunk(IndexBuilder.ShardBlocks))
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The first may go on with the last document of the chunk before.
            var first = chunk[0].DocumentId == document ? number : number + 1;
            var places = new long[chunk.Length];
            for (var i = 0; i < chunk.Length; i++)
            {
                if (chunk[i].DocumentId != document)
                {
                    // A document that was changed stands behind the others, one that was removed leaves a gap: the order is no more that of the file.
                    if (document is { } before && chunk[i].DocumentId != before + 1)
                        throw new IndexException(
                            Path, $"Documents of the corpus were changed or removed since they were imported, so its order is not that of {Path} any more. "
                            + $"Import the block_records.npy or blocks.tfr into a new corpus.");
                    (document, number) = (chunk[i].DocumentId, number + 1);
                }
                places[i] = number - first;
            }
            if (number >= Count)
                throw Mismatch($"more than {Count}");
            yield return VectorShard.Of([.. chunk.Select(block => (block.Row, block.Block))], Vectors(first, number - first + 1, places));
        }
        if (number + 1 != Count)
            throw Mismatch($"{number + 1}");
    }

    // The vectors at some places of a run of rows, row-major [places, d].
    private float[] Vectors(long first, long count, long[] places)
    {
        using var scope = NewDisposeScope();
        // [count, d]
        var rows = _file.LoadRows(TensorNames.BlockVectors, first, count, ScalarType.Float32);
        // [places, d]
        return rows.index_select(0, tensor(places)).data<float>().ToArray();
    }

    private IndexException Mismatch(string documents) => new(
        Path, $"{Path} has vectors of {Count} passages, the corpus has {documents} documents. They belong together one by one: import the block_records.npy "
            + $"or blocks.tfr of the same checkpoint, and nothing else, into a new corpus.");
}
