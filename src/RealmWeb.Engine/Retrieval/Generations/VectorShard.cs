namespace RealmWeb.Engine.Retrieval;

/// <summary>Vectors on their way into a generation.</summary>
/// <param name="Rows">Ascending, also from shard to shard.</param>
/// <param name="Ids">16 bytes a row: the content hash of the block.</param>
/// <param name="Vectors">Row-major [rows, d].</param>
public sealed record VectorShard(long[] Rows, byte[] Ids, float[] Vectors);
