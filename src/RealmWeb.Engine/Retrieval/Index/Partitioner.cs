using RealmWeb.Engine.Tensors;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>k-means over a sample of the vectors, and the nearest centroid of every vector.</summary>
/// <remarks>Lloyd's iterations with Euclidean distance: argmin ‖v - c‖² = argmax v·c - ‖c‖²/2, one matrix product a step. Deterministic: the first
/// centroids are evenly spaced sample vectors, and a partition that loses all its vectors begins again at the one that is farthest from its own.</remarks>
internal sealed class Partitioner : IDisposable
{
    private const int Iterations = 10;
    // The products of so many vectors stay in the cache until their maximum is taken.
    private const int RowsPerProduct = 1024;

    private readonly Tensor _centroids;
    private readonly Tensor _halfNorms;

    private Partitioner(Tensor centroids)
    {
        _centroids = centroids;
        using var scope = NewDisposeScope();
        _halfNorms = HalfNorms(centroids).MoveToOuterDisposeScope().DetachFromDisposeScope();
    }

    /// <summary>Partitions of a generation where nothing else was asked for: none for what is scanned in a millisecond, else about twice the root of the
    /// count, a power of two.</summary>
    public static int CountFor(long vectors) =>
        vectors < 50_000 ? 0 : (int)Math.Clamp(1L << (int)Math.Round(Math.Log2(2 * Math.Sqrt(vectors))), 64, 4096);

    /// <param name="sample">Row-major [n, d], n at least the number of partitions.</param>
    public static Partitioner Train(float[] sample, int dimension, int partitions, CancellationToken cancellationToken)
    {
        TorchRuntime.Start("cpu");
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        // [n, d]
        var vectors = tensor(sample, [sample.Length / dimension, dimension]);
        var n = vectors.shape[0];
        // [partitions, d]
        var centroids = vectors.index_select(0, tensor(Enumerable.Range(0, partitions).Select(p => p * n / partitions).ToArray())).contiguous();
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            // [n], [n]
            var (nearest, closeness) = Nearest(vectors, centroids, HalfNorms(centroids), cancellationToken);
            // [partitions, d], [partitions]
            var sums = zeros_like(centroids).index_add_(0, nearest, vectors, 1);
            var counts = nearest.bincount(null, partitions);
            var means = sums / counts.clamp_min(1).to(ScalarType.Float32).unsqueeze(1);
            // Farthest first: ‖v‖²/2 - closeness is half the squared distance.
            var lonely = counts.eq(0).nonzero().flatten();
            if (lonely.shape[0] > 0)
            {
                var (_, farthest) = (vectors.square().sum(1) / 2 - closeness).topk((int)lonely.shape[0]);
                means.index_copy_(0, lonely, vectors.index_select(0, farthest));
            }
            centroids.copy_(means);
        }
        return new Partitioner(centroids.MoveToOuterDisposeScope().DetachFromDisposeScope());
    }

    /// <summary>Row-major [partitions, d].</summary>
    public float[] Centroids() => _centroids.data<float>().ToArray();

    /// <summary>The partition of each vector.</summary>
    /// <param name="vectors">Row-major [n, d].</param>
    public void Assign(float[] vectors, int dimension, Span<ushort> partitions)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (nearest, _) = Nearest(tensor(vectors, [vectors.Length / dimension, dimension]), _centroids, _halfNorms, default);
        var numbers = nearest.data<long>().ToArray();
        for (var i = 0; i < numbers.Length; i++)
            partitions[i] = (ushort)numbers[i];
    }

    public void Dispose()
    {
        _centroids.Dispose();
        _halfNorms.Dispose();
    }

    private static Tensor HalfNorms(Tensor centroids) => centroids.square().sum(1) / 2;

    // Index of the nearest centroid and v·c - ‖c‖²/2 with it, [n] each.
    private static (Tensor Nearest, Tensor Closeness) Nearest(Tensor vectors, Tensor centroids, Tensor halfNorms, CancellationToken cancellationToken)
    {
        var (indexes, values) = (new List<Tensor>(), new List<Tensor>());
        foreach (var rows in vectors.split(RowsPerProduct))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var part = NewDisposeScope();
            // [rows, partitions]
            var (value, index) = (rows.matmul(centroids.t()) - halfNorms).max(1);
            values.Add(value.MoveToOuterDisposeScope());
            indexes.Add(index.MoveToOuterDisposeScope());
        }
        return (cat(indexes), cat(values));
    }
}
