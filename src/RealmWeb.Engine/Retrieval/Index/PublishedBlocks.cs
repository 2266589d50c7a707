using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Corpora.Formats;
using RealmWeb.Engine.Models;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>Passages and vectors of a corpus and its index, as a published open-QA checkpoint holds them.</summary>
/// <param name="store">The corpus, without titles in the file: the published class reads none.</param>
/// <param name="index">Its index, of the model that is written and no older than the corpus.</param>
public sealed class PublishedBlocks(IBlockStore store, DenseBlockIndex index) : IPublishedBlocks
{
    /// <summary>The file of passages, beside the weights.</summary>
    public const string RecordsFile = "block_records.npy";

    private const int RowsAtOnce = 10_000;

    public int Count => checked((int)index.Count);

    /// <inheritdoc/>
    public Tensor Vectors()
    {
        var vectors = empty(index.Count, index.Dimension);
        var at = 0L;
        foreach (var rows in index.RowsAscending().Chunk(RowsAtOnce))
        {
            using var part = tensor(index.Vectors(rows), [rows.Length, index.Dimension]);
            using var target = vectors.narrow(0, at, rows.Length);
            target.copy_(part).Dispose();
            at += rows.Length;
        }
        return vectors;
    }

    /// <inheritdoc/>
    public void SaveRecords(string folder) =>
        BlockRecordsFile.Write(Path.Combine(folder, RecordsFile), index.RowsAscending().Chunk(RowsAtOnce).SelectMany(Texts), Count);

    private IEnumerable<string> Texts(long[] rows)
    {
        var blocks = store.GetBlocks(rows);
        return blocks.Count == rows.Length ? blocks.Select(block => block.Block.Text)
            : throw new InvalidOperationException("The index has passages that the corpus has not any more. Build it anew: `realm index build`.");
    }
}
