namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>What probing part of the partitions finds of what a scan of everything finds.</summary>
public static class RecallMeasurement
{
    private const int Few = 5;
    private const int Many = 100;
    private const double Enough = 0.9995;

    /// <param name="queries">Row-major [n, d], n at least 1.</param>
    /// <returns>By ascending probes, up to the first that finds practically everything.</returns>
    public static IReadOnlyList<ProbeRecall> Measure(DenseBlockIndex index, ReadOnlyMemory<float> queries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(index);
        var exact = index.Search(queries, Many, cancellationToken);
        var measured = new List<ProbeRecall>();
        foreach (var probes in Steps(index.Manifest.Partitions))
        {
            var found = index.Search(queries, Many, new SearchOptions { Probes = probes }, cancellationToken);
            measured.Add(new ProbeRecall(
                probes, found.Average(hits => hits.Scanned) / Math.Max(1, index.VectorCount), LeastRecall(found, exact, Few), LeastRecall(found, exact, Many)));
            if (measured[^1].RecallAt100 >= Enough && measured[^1].RecallAt5 >= Enough)
                break;
        }
        return measured;
    }

    /// <summary>Mean share of the exact best k that was found among the best k.</summary>
    public static double Recall(IReadOnlyList<SearchHits> found, IReadOnlyList<SearchHits> exact, int k) => Shares(found, exact, k).Average();

    // The mean less two standard errors: what the next queries may be counted on for, and not what these happened to get.
    private static double LeastRecall(IReadOnlyList<SearchHits> found, IReadOnlyList<SearchHits> exact, int k)
    {
        var shares = Shares(found, exact, k).ToArray();
        var mean = shares.Average();
        return Math.Max(0, mean - 2 * Math.Sqrt(shares.Average(share => (share - mean) * (share - mean)) / shares.Length));
    }

    private static IEnumerable<double> Shares(IReadOnlyList<SearchHits> found, IReadOnlyList<SearchHits> exact, int k)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(exact);
        return found.Zip(exact, (some, all) =>
        {
            var right = all.Take(k).Select(hit => hit.Row).ToHashSet();
            return right.Count == 0 ? 1 : some.Take(k).Count(hit => right.Contains(hit.Row)) / (double)right.Count;
        });
    }

    // 1, 2, 3, 4, 6, 8, 12, 16, 24 …
    private static IEnumerable<int> Steps(int partitions)
    {
        for (var step = 1; step < partitions; step *= 2)
        {
            yield return step;
            if (step > 1 && step + step / 2 < partitions)
                yield return step + step / 2;
        }
    }
}
