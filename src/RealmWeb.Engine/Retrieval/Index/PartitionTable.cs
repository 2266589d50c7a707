using System.Buffers;
using System.Numerics.Tensors;
using RealmWeb.Engine.Retrieval.Scan;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>The partitions of an opened generation: vectors near each other lie beside each other, and a query looks at those whose centroids it has the
/// greatest inner products with.</summary>
internal sealed unsafe class PartitionTable
{
    private readonly MappedGeneration _file;

    /// <exception cref="IndexException">The centroids or the places of the partitions are damaged.</exception>
    public PartitionTable(MappedGeneration file)
    {
        _file = file;
        file.Require(Section.Centroids, 0, file.Table.Length(Section.Centroids));
        file.Require(Section.Starts, 0, file.Table.Length(Section.Starts));
    }

    public int Count => _file.Table.Partitions;

    /// <summary>Groups that hold the nearest partitions, as ranges [from, to) that do not overlap, in the order of the file. A group on a border holds
    /// vectors of its neighbour too; they are scanned with it.</summary>
    public IReadOnlyList<(int From, int To)> Nearest(ReadOnlySpan<float> query, int probes)
    {
        var d = _file.Table.Dimension;
        var centroids = (float*)_file.Pointer(Section.Centroids);
        var starts = (long*)_file.Pointer(Section.Starts);
        // Min-heap of the nearest.
        var nearest = new PriorityQueue<int, float>(probes);
        for (var p = 0; p < Count; p++)
        {
            if (starts[p] == starts[p + 1])
                continue;
            var score = TensorPrimitives.Dot(query, new ReadOnlySpan<float>(centroids + (long)p * d, d));
            if (nearest.Count < probes)
                nearest.Enqueue(p, score);
            else if (nearest.TryPeek(out _, out var least) && score > least)
                nearest.EnqueueDequeue(p, score);
        }
        var chosen = ArrayPool<int>.Shared.Rent(nearest.Count);
        try
        {
            var count = 0;
            foreach (var (partition, _) in nearest.UnorderedItems)
                chosen[count++] = partition;
            Array.Sort(chosen, 0, count);
            var ranges = new List<(int From, int To)>(count);
            for (var i = 0; i < count; i++)
            {
                var from = (int)(starts[chosen[i]] / CodeLayout.Lanes);
                var to = (int)CodeLayout.Groups(starts[chosen[i] + 1]);
                if (ranges.Count > 0 && ranges[^1].To >= from)
                    ranges[^1] = (ranges[^1].From, Math.Max(ranges[^1].To, to));
                else
                    ranges.Add((from, to));
            }
            return ranges;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(chosen);
        }
    }
}
