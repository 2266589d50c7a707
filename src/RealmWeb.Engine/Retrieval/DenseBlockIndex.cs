using System.IO.MemoryMappedFiles;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace RealmWeb.Engine.Retrieval;

/// <summary>Exact inner-product search over one memory-mapped generation. Immutable; safe for concurrent searches.</summary>
public sealed unsafe class DenseBlockIndex : IBlockIndex
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly float* _vectors;
    private readonly long[] _rows;
    private readonly Dictionary<long, int> _positions;

    private DenseBlockIndex(string folder, GenerationManifest manifest, long[] rows)
    {
        Manifest = manifest;
        Generation = Path.GetFileName(folder);
        _rows = rows;
        _positions = new Dictionary<long, int>(rows.Length);
        for (var i = 0; i < rows.Length; i++)
            _positions[rows[i]] = i;
        if (rows.Length == 0)
            return;
        _file = MemoryMappedFile.CreateFromFile(GenerationFiles.Vectors(folder), FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _vectors = (float*)(start + _view.PointerOffset);
    }

    /// <summary>How the generation was made.</summary>
    public GenerationManifest Manifest { get; }

    public long Count => _rows.Length;

    public int Dimension => Manifest.Dimension;

    public string Generation { get; }

    /// <summary>Opens a generation folder.</summary>
    /// <param name="verify">Also compare the checksums, which reads everything once.</param>
    /// <exception cref="IndexException">A file is missing, has the wrong size or, with <paramref name="verify"/>, the wrong checksum.</exception>
    public static DenseBlockIndex Open(string folder, bool verify = false)
    {
        var manifest = GenerationManifest.Read(folder);
        RequireLength(GenerationFiles.Vectors(folder), manifest.Count * manifest.Dimension * sizeof(float));
        RequireLength(GenerationFiles.Rows(folder), manifest.Count * sizeof(long));
        if (verify)
        {
            RequireChecksum(GenerationFiles.Vectors(folder), manifest.VectorsSha256);
            RequireChecksum(GenerationFiles.Rows(folder), manifest.RowsSha256);
        }
        var rows = MemoryMarshal.Cast<byte, long>(File.ReadAllBytes(GenerationFiles.Rows(folder))).ToArray();
        return new DenseBlockIndex(folder, manifest, rows);
    }

    public IReadOnlyList<IReadOnlyList<BlockHit>> Search(ReadOnlyMemory<float> queries, int k, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (queries.Length % Dimension != 0)
            throw new ArgumentException($"{queries.Length} numbers are not whole vectors of width {Dimension}. Encode the question with the model that built the index.", nameof(queries));
        var found = new IReadOnlyList<BlockHit>[queries.Length / Dimension];
        for (var q = 0; q < found.Length; q++)
            found[q] = SearchOne(queries.Slice(q * Dimension, Dimension), k, cancellationToken);
        return found;
    }

    public float[] Vectors(IReadOnlyList<long> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var vectors = new float[rows.Count * Dimension];
        for (var i = 0; i < rows.Count; i++)
        {
            var target = vectors.AsSpan(i * Dimension, Dimension);
            if (_positions.TryGetValue(rows[i], out var position))
                VectorAt(position).CopyTo(target);
            else
                target.Fill(float.NaN);
        }
        return vectors;
    }

    public void Dispose()
    {
        if (_view is null)
            return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file!.Dispose();
    }

    private ReadOnlySpan<float> VectorAt(int position) => new(_vectors + (long)position * Dimension, Dimension);

    private List<BlockHit> SearchOne(ReadOnlyMemory<float> query, int k, CancellationToken cancellationToken)
    {
        // A slice a core; each keeps its own best k, and the bests are merged.
        var slices = Math.Clamp(_rows.Length / 4096, 1, Environment.ProcessorCount);
        var bests = new PriorityQueue<BlockHit, BlockHit>[slices];
        Parallel.For(0, slices, new ParallelOptions { CancellationToken = cancellationToken }, slice =>
        {
            var from = (int)((long)_rows.Length * slice / slices);
            var to = (int)((long)_rows.Length * (slice + 1) / slices);
            var best = new PriorityQueue<BlockHit, BlockHit>(Math.Min(k, to - from), WorstFirst);
            for (var i = from; i < to; i++)
            {
                var hit = new BlockHit(_rows[i], TensorPrimitives.Dot(query.Span, VectorAt(i)));
                if (best.Count < k)
                    best.Enqueue(hit, hit);
                else if (WorstFirst.Compare(hit, best.Peek()) > 0)
                    best.EnqueueDequeue(hit, hit);
            }
            bests[slice] = best;
        });
        return [.. bests.SelectMany(best => best.UnorderedItems.Select(item => item.Element)).OrderByDescending(hit => hit, WorstFirst).Take(k)];
    }

    // The better hit is the greater one; of equal scores the lower row is the better.
    private static readonly Comparer<BlockHit> WorstFirst = Comparer<BlockHit>.Create((a, b) =>
        a.Score.CompareTo(b.Score) is var byScore && byScore != 0 ? byScore : b.Row.CompareTo(a.Row));

    private static void RequireLength(string path, long expected)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length != expected)
            throw new IndexException(path, $"{path} has {(file.Exists ? file.Length : 0)} bytes, the manifest says {expected}. Build the index again.");
    }

    private static void RequireChecksum(string path, string expected)
    {
        if (GenerationManifest.Checksum(path) != expected)
            throw new IndexException(path, $"{path} does not have the checksum of the manifest: it was changed or damaged. Build the index again.");
    }
}
