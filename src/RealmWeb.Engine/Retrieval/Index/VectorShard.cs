using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>Vectors on their way into a generation.</summary>
/// <param name="Rows">Ascending, also from shard to shard.</param>
/// <param name="Ids">16 bytes a row: the content hash of the block.</param>
/// <param name="Vectors">Row-major [rows, d].</param>
public sealed record VectorShard(long[] Rows, byte[] Ids, float[] Vectors)
{
    /// <summary>Blocks with their vectors.</summary>
    internal static VectorShard Of(StoredBlock[] blocks, float[] vectors)
    {
        var ids = new byte[blocks.Length * SectionTable.IdBytes];
        for (var i = 0; i < blocks.Length; i++)
            Convert.FromHexString(blocks[i].Block.Id, ids.AsSpan(i * SectionTable.IdBytes), out _, out _);
        return new([.. blocks.Select(block => block.Row)], ids, vectors);
    }
}
