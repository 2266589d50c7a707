using System.IO.Hashing;
using System.Runtime.InteropServices;
using RealmWeb.Engine.Corpora;
using RealmWeb.Files;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>One shard of a build that is under way: count, rows, ids, vectors and their checksum. Written whole or not at all.</summary>
internal static class ShardFile
{
    private const int HeaderBytes = 2 * sizeof(long);

    public static void Write(string path, VectorShard shard) => DurableFile.Write(path, stream =>
    {
        stream.Write(BitConverter.GetBytes((long)shard.Rows.Length));
        stream.Write(BitConverter.GetBytes(Checksum(shard)));
        stream.Write(MemoryMarshal.AsBytes<long>(shard.Rows));
        stream.Write(shard.Ids);
        stream.Write(MemoryMarshal.AsBytes<float>(shard.Vectors));
    });

    /// <summary>Rows of a shard, after a look at its length alone.</summary>
    /// <returns>Empty where there is no such shard or it is not whole.</returns>
    public static long[] ReadRows(string path, int dimension)
    {
        if (!File.Exists(path))
            return [];
        using var stream = File.OpenRead(path);
        var count = ReadCount(stream, dimension);
        if (count == 0)
            return [];
        stream.Seek(HeaderBytes, SeekOrigin.Begin);
        var rows = new long[count];
        stream.ReadExactly(MemoryMarshal.AsBytes(rows.AsSpan()));
        return rows;
    }

    /// <summary>A whole shard. One that is damaged is removed, so that the next build embeds it again.</summary>
    /// <exception cref="IndexException">It is missing or damaged.</exception>
    public static VectorShard Read(string path, int dimension)
    {
        if (!File.Exists(path))
            throw new IndexException(path, $"The shard {path} is missing. Build the index again; the other shards are kept.");
        using (var stream = File.OpenRead(path))
        {
            var count = ReadCount(stream, dimension);
            if (count > 0)
            {
                stream.Seek(sizeof(long), SeekOrigin.Begin);
                var expected = new byte[sizeof(ulong)];
                stream.ReadExactly(expected);
                var shard = new VectorShard(new long[count], new byte[count * SectionTable.IdBytes], new float[count * dimension]);
                stream.ReadExactly(MemoryMarshal.AsBytes(shard.Rows.AsSpan()));
                stream.ReadExactly(shard.Ids);
                stream.ReadExactly(MemoryMarshal.AsBytes(shard.Vectors.AsSpan()));
                if (Checksum(shard) == BitConverter.ToUInt64(expected))
                    return shard;
            }
        }
        File.Delete(path);
        throw new IndexException(path, $"The shard {path} was damaged and has been removed. Build the index again; the other shards are kept.");
    }

    // 0 where the length does not fit.
    private static int ReadCount(FileStream stream, int dimension)
    {
        var header = new byte[HeaderBytes];
        if (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes)
            return 0;
        var count = BitConverter.ToInt64(header);
        var each = sizeof(long) + SectionTable.IdBytes + (long)dimension * sizeof(float);
        return count is > 0 and <= IndexBuilder.ShardBlocks * BlockHalves.MostTexts && stream.Length == HeaderBytes + count * each ? (int)count : 0;
    }

    private static ulong Checksum(VectorShard shard)
    {
        var hash = new XxHash3();
        hash.Append(MemoryMarshal.AsBytes<long>(shard.Rows));
        hash.Append(shard.Ids);
        hash.Append(MemoryMarshal.AsBytes<float>(shard.Vectors));
        return hash.GetCurrentHashAsUInt64();
    }
}
