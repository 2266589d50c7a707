using System.IO.Hashing;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using RealmWeb.Engine.Retrieval.Scan;
using RealmWeb.Engine.Tensors;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>A generation's file in memory, read only. Opening reads the header and the table of checksums; every other chunk is compared with its
/// checksum before its first use, so that damage is found before it can become a wrong answer. Safe for concurrent use.</summary>
internal sealed unsafe class MappedGeneration : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly int[] _verified;
    private int _disposed;

    public MappedGeneration(string path)
    {
        Path = path;
        var info = new FileInfo(path);
        if (!info.Exists)
            throw new IndexException(path, $"{path} is missing. Build the index again.");
        if (info.Length < SectionTable.HeaderBytes)
            throw new IndexException(path, $"{path} has {info.Length} bytes: it ends within its header. Build the index again.");
        try
        {
            _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _file?.Dispose();
            throw new IndexException(path, $"{path} cannot be opened: {failure.Message}", failure);
        }
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += _view.PointerOffset;
        try
        {
            (Table, var checksums, HeaderChecksum) = GenerationHeader.Read(new ReadOnlySpan<byte>(_start, SectionTable.HeaderBytes), info.Length, path);
            if (Hash(Section.Checksums, 0, Table.Length(Section.Checksums)) != checksums)
                throw Damaged(Section.Checksums);
        }
        catch
        {
            Dispose();
            throw;
        }
        _verified = new int[(Table.Chunks + 31) / 32];
    }

    public string Path { get; }

    public SectionTable Table { get; }

    /// <summary>Ties the manifest to this file.</summary>
    public ulong HeaderChecksum { get; }

    /// <summary>First byte of a section; look at nothing of it that <see cref="Require"/> has not seen.</summary>
    public byte* Pointer(Section section) => _start + Table.Offset(section);

    /// <summary>Makes sure that these bytes are what was written.</summary>
    /// <exception cref="IndexException">They are not: the section is named.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Require(Section section, long offset, long length)
    {
        if (length == 0)
            return;
        var size = Table.BytesPerChunk(section);
        var last = (offset + length - 1) / size;
        for (var chunk = offset / size; chunk <= last; chunk++)
        {
            var number = Table.FirstChunk(section) + chunk;
            if ((Volatile.Read(ref _verified[number >> 5]) & (1 << (int)(number & 31))) == 0)
                Verify(section, chunk, number);
        }
    }

    /// <summary>Compares everything with its checksum, on all cores.</summary>
    /// <exception cref="IndexException">Something does not agree: the section is named.</exception>
    public void RequireAll(CancellationToken cancellationToken = default)
    {
        foreach (var section in Enum.GetValues<Section>().Where(section => section != Section.Checksums))
        {
            var size = Table.BytesPerChunk(section);
            Cores.ForEach(Table.ChunksOf(section), chunk =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                Require(section, chunk * size, Math.Min(size, Table.Length(section) - chunk * size));
            });
        }
    }

    public long Row(int position)
    {
        Require(Section.Rows, position * (long)sizeof(long), sizeof(long));
        return ((long*)Pointer(Section.Rows))[position];
    }

    /// <summary>Row of the i-th vector by ascending row.</summary>
    public long RowAt(int i) => Row(PositionAt(i));

    /// <summary>Position of the i-th vector by ascending row.</summary>
    public int PositionAt(int i)
    {
        Require(Section.Order, i * (long)sizeof(int), sizeof(int));
        return ((int*)Pointer(Section.Order))[i];
    }

    /// <summary>Place of a row's first vector, that of the whole block, among all by ascending row; -1 where it is not here. Those of the block's halves follow
    /// it.</summary>
    public int Find(long row)
    {
        var (low, high) = (0, (int)Table.Count);
        while (low < high)
        {
            var middle = (int)(((uint)low + (uint)high) / 2);
            if (RowAt(middle) < row)
                low = middle + 1;
            else
                high = middle;
        }
        return low < Table.Count && RowAt(low) == row ? low : -1;
    }

    /// <summary>No vector of the groups [from, to) is longer.</summary>
    public double LargestNorm(int from, int to)
    {
        const int BoundBytes = CodeLayout.BoundNumbers * sizeof(float);
        Require(Section.Bounds, (long)from * BoundBytes, (long)(to - from) * BoundBytes);
        var bounds = (float*)Pointer(Section.Bounds);
        double largest = 0;
        // ‖v‖ is at most the residual's norm and the decoded vector's together.
        for (var group = from; group < to; group++)
            largest = Math.Max(largest, (double)bounds[CodeLayout.BoundNumbers * (long)group] + bounds[CodeLayout.BoundNumbers * (long)group + 1]);
        return largest;
    }

    /// <summary>The vector at a position.</summary>
    /// <param name="scratch">Takes it where it is not kept as float32; at least as long as a vector.</param>
    public ReadOnlySpan<float> Vector(int position, Span<float> scratch)
    {
        var bytes = Table.VectorBytes;
        Require(Section.Vectors, (long)position * bytes, bytes);
        var start = Pointer(Section.Vectors) + (long)position * bytes;
        if (Table.Format == VectorFormat.Float32)
            return new ReadOnlySpan<float>(start, Table.Dimension);
        var target = scratch[..Table.Dimension];
        Halves.Widen(new ReadOnlySpan<ushort>(start, Table.Dimension), target, Table.Format);
        return target;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private void Verify(Section section, long chunk, long number)
    {
        var size = Table.BytesPerChunk(section);
        var offset = chunk * size;
        var expected = ((ulong*)Pointer(Section.Checksums))[number];
        if (Hash(section, offset, Math.Min(size, Table.Length(section) - offset)) != expected)
            throw Damaged(section);
        Interlocked.Or(ref _verified[number >> 5], 1 << (int)(number & 31));
    }

    private ulong Hash(Section section, long offset, long length)
    {
        // The table of checksums may be longer than a span.
        var hash = new XxHash3();
        for (long done = 0; done < length; done += int.MaxValue / 2)
            hash.Append(new ReadOnlySpan<byte>(Pointer(section) + offset + done, (int)Math.Min(length - done, int.MaxValue / 2)));
        return hash.GetCurrentHashAsUInt64();
    }

    private IndexException Damaged(Section section) => new(
        Path, $"The section {section} of {Path} does not have its checksum: it was changed or damaged. Build the index again.");
}
