using RealmWeb.Engine.Retrieval.Scan;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>A batch of queries against all vectors as matrix products, on the processor that a device has for them.</summary>
/// <remarks>What a product in float32 may differ by from the true inner product is bounded (d · 2⁻²³ · ‖q‖ · ‖v‖ covers any order of the sum), so its
/// results are candidates with an interval like those of the codes, and the same rescoring makes them exact.</remarks>
internal static class MatrixScan
{
    // Beyond the k best of a chunk, so that a tie at its end rarely sends a query through the chunk's codes.
    private const int Spare = 16;

    /// <param name="allowed">A bit a vector, 16 a group; null for all.</param>
    /// <param name="found">What each query keeps.</param>
    /// <param name="scanCodes">Scans groups [from, to) for a query by their codes: for the rare chunk that may hold more candidates than were taken.</param>
    public static void Run(
        MappedGeneration file, DeviceVectors vectors, QueryCodes[] queries, int k, ushort[]? allowed, ScanCandidates[] found, Action<int, int, int> scanCodes,
            CancellationToken cancellationToken)
    {
        var (d, device) = (file.Table.Dimension, vectors.Device);
        using var noGradient = inference_mode();
        using var scope = NewDisposeScope();
        // [d, batch]
        var transposed = tensor(queries.SelectMany(query => query.Vector).ToArray(), [queries.Length, d]).t().contiguous().to(device);
        for (var first = 0; first < file.Table.Count; first += vectors.ChunkVectors)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var n = (int)Math.Min(vectors.ChunkVectors, file.Table.Count - first);
            var (from, to) = (first / CodeLayout.Lanes, (int)CodeLayout.Groups(first + n));
            var norm = file.LargestNorm(from, to);
            using var chunk = NewDisposeScope();
            // [n, batch]
            var scores = vectors.Chunk(first, n).matmul(transposed);
            if (allowed is not null)
                scores.masked_fill_(tensor(Excluded(allowed, first, n), device: device).unsqueeze(1), double.NegativeInfinity);
            var kept = Math.Min(n, k + Spare);
            // [kept, batch] each
            var (values, indexes) = scores.topk(kept, 0);
            var (best, at) = (values.t().contiguous().cpu().data<float>().ToArray(), indexes.t().contiguous().cpu().data<long>().ToArray());
            for (var q = 0; q < queries.Length; q++)
            {
                var bound = (float)(d * Math.ScaleB(1, -23) * queries[q].Norm * norm);
                for (var i = 0; i < kept && best[q * kept + i] > float.NegativeInfinity; i++)
                    found[q].Offer(first + (int)at[q * kept + i], best[q * kept + i], bound);
                if (kept < n && best[q * kept + kept - 1] + bound >= found[q].Threshold)
                    scanCodes(q, from, to);
            }
        }
    }

    private static bool[] Excluded(ushort[] allowed, int first, int n)
    {
        var excluded = new bool[n];
        for (var i = 0; i < n; i++)
            excluded[i] = (allowed[(first + i) / CodeLayout.Lanes] & (1 << ((first + i) % CodeLayout.Lanes))) == 0;
        return excluded;
    }
}
