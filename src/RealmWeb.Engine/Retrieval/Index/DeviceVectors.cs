using RealmWeb.Engine.Retrieval.Scan;
using RealmWeb.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>The vectors of a generation where they are multiplied. A GPU keeps them once they are there: bringing them takes a hundred times as long as
/// a product with them. Safe for concurrent use.</summary>
internal sealed class DeviceVectors : IDisposable
{
    // More than this is brought anew for every batch, a chunk at a time, so that a model beside it has room.
    private const long MostKeptBytes = 16L << 30;

    // Tiles of a chunk. What a processor multiplies stays in memory that the next chunk takes over; a GPU needs long products to be busy.
    private const int CpuTiles = 16;
    private const int CudaTiles = 256;

    // Numbers of a chunk at most, so that wide vectors fit an array.
    private const int MostNumbers = 1 << 28;

    private readonly MappedGeneration _file;
    private readonly Lock _gate = new();
    private readonly Tensor?[] _kept;
    private readonly bool _keeps;
    private float[] _buffer = [];

    public DeviceVectors(MappedGeneration file, Device device)
    {
        (_file, Device) = (file, device);
        var table = file.Table;
        const int Tile = CodeLayout.TileGroups * CodeLayout.Lanes;
        var isCuda = device.type == DeviceType.CUDA;
        ChunkVectors = Tile * Math.Clamp(MostNumbers / Tile / table.Dimension, 1, isCuda ? CudaTiles : CpuTiles);
        _keeps = isCuda && table.Count * table.Dimension * sizeof(float) <= MostKeptBytes;
        _kept = new Tensor?[_keeps ? (table.Count + ChunkVectors - 1) / ChunkVectors : 0];
    }

    public Device Device { get; }

    /// <summary>Vectors of a chunk but the last; whole tiles.</summary>
    public int ChunkVectors { get; }

    /// <summary>The vectors [first, first + n). Shape [n, d]. Disposed with the caller's scope, unless they are kept.</summary>
    /// <param name="first">A multiple of <see cref="ChunkVectors"/>.</param>
    public Tensor Chunk(int first, int n)
    {
        lock (_gate)
        {
            if (!_keeps)
                return Bring(first, n);
            ref var kept = ref _kept[first / ChunkVectors];
            return kept ??= Bring(first, n).DetachFromDisposeScope();
        }
    }

    public void Dispose()
    {
        foreach (var chunk in _kept)
            chunk?.Dispose();
    }

    private Tensor Bring(int first, int n)
    {
        const int Part = 4096;
        var d = _file.Table.Dimension;
        var buffer = _keeps ? new float[n * d] : _buffer.Length >= n * d ? _buffer : _buffer = new float[n * d];
        Cores.ForEach((n + Part - 1) / Part, part =>
        {
            for (var i = part * Part; i < Math.Min(n, (part + 1) * Part); i++)
            {
                var target = buffer.AsSpan(i * d, d);
                _file.Vector(first + i, target).CopyTo(target);
            }
        });
        return tensor(buffer.AsMemory(0, n * d), [n, d], device: Device);
    }
}
