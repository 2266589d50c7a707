using RealmWeb.Engine.Retrieval.Scan;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>The parts of a generation's file.</summary>
internal enum Section
{
    /// <summary>8-bit codes with their scales, group after group (<see cref="CodeLayout"/>).</summary>
    Codes,

    /// <summary>Two float32 numbers a group: largest residual norm, largest norm.</summary>
    Bounds,

    /// <summary>The vectors by position.</summary>
    Vectors,

    /// <summary>int64: the row at each position.</summary>
    Rows,

    /// <summary>int32: positions by ascending row.</summary>
    Order,

    /// <summary>16 bytes: the content hash of the block at each position.</summary>
    Ids,

    /// <summary>float32: a centroid a partition.</summary>
    Centroids,

    /// <summary>int64: the first position of each partition, and the end.</summary>
    Starts,

    /// <summary>XxHash3 of every chunk of the sections before, section after section.</summary>
    Checksums,
}

/// <summary>Where the sections lie. Everything follows from count, width, format and number of partitions.</summary>
internal sealed class SectionTable
{
    public const int Alignment = 64;
    public const int HeaderBytes = 4096;

    private const int ChunkBytes = 1 << 16;

    private readonly long[] _offsets = new long[Sections + 1];
    private readonly long[] _lengths = new long[Sections];
    private readonly long[] _firstChunks = new long[Sections];

    public SectionTable(long count, int dimension, VectorFormat format, int partitions)
    {
        (Count, Dimension, Format, Partitions) = (count, dimension, format, partitions);
        var groups = CodeLayout.Groups(count);
        _lengths[(int)Section.Codes] = groups * CodeLayout.GroupBytes(dimension);
        _lengths[(int)Section.Bounds] = groups * CodeLayout.BoundNumbers * sizeof(float);
        _lengths[(int)Section.Vectors] = count * VectorBytes;
        _lengths[(int)Section.Rows] = count * sizeof(long);
        _lengths[(int)Section.Order] = count * sizeof(int);
        _lengths[(int)Section.Ids] = count * IdBytes;
        _lengths[(int)Section.Centroids] = (long)partitions * dimension * sizeof(float);
        _lengths[(int)Section.Starts] = partitions == 0 ? 0 : (partitions + 1L) * sizeof(long);
        long chunks = 0;
        for (var section = 0; section < (int)Section.Checksums; section++)
        {
            _firstChunks[section] = chunks;
            chunks += ChunksOf((Section)section);
        }
        _firstChunks[(int)Section.Checksums] = chunks;
        _lengths[(int)Section.Checksums] = chunks * sizeof(ulong);
        _offsets[0] = HeaderBytes;
        for (var section = 0; section < Sections; section++)
            _offsets[section + 1] = (_offsets[section] + _lengths[section] + Alignment - 1) / Alignment * Alignment;
    }

    public const int IdBytes = 16;

    public static int Sections { get; } = Enum.GetValues<Section>().Length;

    public long Count { get; }

    public int Dimension { get; }

    public VectorFormat Format { get; }

    public int Partitions { get; }

    public int VectorBytes => Dimension * (Format == VectorFormat.Float32 ? 4 : 2);

    /// <summary>Bytes of the whole file.</summary>
    public long FileBytes => _offsets[Sections];

    public long Offset(Section section) => _offsets[(int)section];

    public long Length(Section section) => _lengths[(int)section];

    /// <summary>Bytes that have one checksum: a tile of codes with its bounds, 64 KiB of the others.</summary>
    public int BytesPerChunk(Section section) => section switch
    {
        Section.Codes => CodeLayout.TileGroups * CodeLayout.GroupBytes(Dimension),
        Section.Bounds => CodeLayout.TileGroups * CodeLayout.BoundNumbers * sizeof(float),
        _ => ChunkBytes,
    };

    public long ChunksOf(Section section) => (Length(section) + BytesPerChunk(section) - 1) / BytesPerChunk(section);

    /// <summary>Number of a section's first chunk among all.</summary>
    public long FirstChunk(Section section) => _firstChunks[(int)section];

    /// <summary>Chunks of all sections.</summary>
    public long Chunks => _firstChunks[(int)Section.Checksums];
}
