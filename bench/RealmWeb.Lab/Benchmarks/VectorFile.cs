using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using RealmWeb.Engine.Retrieval.Index;

namespace RealmWeb.Lab.Benchmarks;

/// <summary>float32 vectors in a file, row-major: a plain one of our own, or a two-dimensional .npy of little-endian float32.</summary>
internal sealed partial class VectorFile
{
    private const int ShardRows = 16_384;
    private readonly string _path;
    private readonly long _offset;

    private VectorFile(string path, long offset, long count, int dimension) => (_path, _offset, Count, Dimension) = (path, offset, count, dimension);

    public string Path => _path;

    /// <summary>Where the numbers begin.</summary>
    public long Offset => _offset;

    public long Count { get; }

    public int Dimension { get; }

    public static VectorFile Plain(string path, int dimension) => new(path, 0, new FileInfo(path).Length / sizeof(float) / dimension, dimension);

    /// <exception cref="InvalidDataException">The file is no such array.</exception>
    public static VectorFile OpenNpy(string path)
    {
        using var stream = File.OpenRead(path);
        var start = new byte[10];
        stream.ReadExactly(start);
        if (start[0] != 0x93 || !start.AsSpan(1, 5).SequenceEqual("NUMPY"u8) || start[6] != 1)
            throw new InvalidDataException($"{path} is no .npy file of version 1. Write one with numpy.save.");
        var header = new byte[BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8))];
        stream.ReadExactly(header);
        var text = Encoding.Latin1.GetString(header);
        if (!text.Contains("'<f4'", StringComparison.Ordinal) || !text.Contains("'fortran_order': False", StringComparison.Ordinal)
            || Shape().Match(text) is not { Success: true } shape)
            throw new InvalidDataException($"{path} is no two-dimensional array of float32 in C order; its header is {text.Trim()}.");
        return new VectorFile(path, 10 + header.Length, long.Parse(shape.Groups[1].ValueSpan), int.Parse(shape.Groups[2].ValueSpan));
    }

    /// <summary>The vectors [from, from + count), row-major.</summary>
    public float[] Read(long from, int count)
    {
        using var stream = File.OpenRead(_path);
        stream.Seek(_offset + from * Dimension * sizeof(float), SeekOrigin.Begin);
        var vectors = new float[(long)count * Dimension];
        stream.ReadExactly(MemoryMarshal.AsBytes(vectors.AsSpan()));
        return vectors;
    }

    /// <summary>The first vectors as shards; vector i belongs to row <paramref name="firstRow"/> + <paramref name="rowStep"/> · i.</summary>
    public IEnumerable<VectorShard> Shards(long count, long firstRow = 0, int rowStep = 1)
    {
        for (long from = 0; from < count; from += ShardRows)
        {
            var rows = (int)Math.Min(ShardRows, count - from);
            var ids = new byte[rows * 16];
            for (var i = 0; i < rows; i++)
                BinaryPrimitives.WriteInt64LittleEndian(ids.AsSpan(16 * i), from + i);
            yield return new VectorShard([.. Enumerable.Range(0, rows).Select(i => firstRow + rowStep * (from + i))], ids, Read(from, rows));
        }
    }

    [GeneratedRegex(@"'shape': \((\d+), (\d+)\)")]
    private static partial Regex Shape();
}
