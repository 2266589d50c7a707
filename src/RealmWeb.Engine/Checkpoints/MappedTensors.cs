using System.IO.MemoryMappedFiles;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Checkpoints;

/// <summary>Copies runs of numbers out of a file that is mapped into memory. Owns the file.</summary>
internal sealed class MappedTensors : IDisposable
{
    // A span of bytes ends at 2 GiB, a tensor (13 million block vectors: 6.8 GB) does not.
    private const long PartBytes = 256L << 20;

    private readonly FileStream _stream;
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;

    public MappedTensors(FileStream stream)
    {
        _stream = stream;
        if (stream.Length == 0)
            return;
        _map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    /// <summary>A copy of the bytes as a flat tensor; they lie inside the file.</summary>
    public unsafe Tensor Read(long offset, long byteCount, ScalarType type)
    {
        // [elements]
        var tensor = empty(byteCount / SafetensorsHeader.SizeOf(type), dtype: type, device: CPU);
        if (byteCount == 0)
            return tensor;
        byte* start = null;
        _view!.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            var from = start + _view.PointerOffset + offset;
            using var scope = NewDisposeScope();
            foreach (var part in Parts(tensor))
            {
                var bytes = part.bytes;
                new ReadOnlySpan<byte>(from, bytes.Length).CopyTo(bytes);
                from += bytes.Length;
            }
        }
        finally
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
        return tensor;
    }

    /// <summary>Views of a flat tensor, each small enough for a span.</summary>
    public static IEnumerable<Tensor> Parts(Tensor flat)
    {
        var step = PartBytes / SafetensorsHeader.SizeOf(flat.dtype);
        for (var start = 0L; start < flat.numel(); start += step)
            yield return flat.narrow(0, start, Math.Min(step, flat.numel() - start));
    }

    public void Dispose()
    {
        _view?.Dispose();
        _map?.Dispose();
        _stream.Dispose();
    }
}
