using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>Vectors on their way into a generation.</summary>
/// <param name="Rows">Ascending, also from shard to shard; a row again for each half of its block, behind the whole.</param>
/// <param name="Ids">16 bytes a vector: the content hash of the block, or of its half.</param>
/// <param name="Vectors">Row-major [rows, d].</param>
public sealed record VectorShard(long[] Rows, byte[] Ids, float[] Vectors)
{
    /// <summary>Blocks, or halves of blocks, with their vectors.</summary>
    internal static VectorShard Of((long Row, Block Text)[] texts, float[] vectors)
    {
        var ids = new byte[texts.Length * SectionTable.IdBytes];
        for (var i = 0; i < texts.Length; i++)
            Convert.FromHexString(texts[i].Text.Id, ids.AsSpan(i * SectionTable.IdBytes), out _, out _);
        return new([.. texts.Select(text => text.Row)], ids, vectors);
    }
}
