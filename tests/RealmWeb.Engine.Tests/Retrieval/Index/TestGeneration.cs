using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Index;

namespace RealmWeb.Engine.Tests.Retrieval.Index;

/// <summary>Generations from given vectors.</summary>
internal static class TestGeneration
{
    /// <summary>Writes a generation into a folder, which is made.</summary>
    /// <param name="rows">In any order; vector i belongs to row i.</param>
    public static DenseBlockIndex Write(
        string folder, float[] vectors, long[] rows, int dimension, GenerationOptions? options = null, float[]? recallQueries = null)
    {
        Directory.CreateDirectory(folder);
        var sorted = Enumerable.Range(0, rows.Length).OrderBy(i => rows[i]).ToArray();
        var shards = sorted.Chunk(1000).Select(part => new VectorShard(
            [.. part.Select(i => rows[i])],
            [.. part.SelectMany(i => Guid.NewGuid().ToByteArray())],
            [.. part.SelectMany(i => vectors.AsSpan(i * dimension, dimension).ToArray())])).ToList();
        GenerationWriter.Write(
            folder, () => shards, rows.Length, dimension, options ?? new GenerationOptions { Partitions = 0 }, recallQueries ?? [],
            ("1", "0123456789abcdef", "model", DateTimeOffset.UnixEpoch), null, CancellationToken.None);
        return DenseBlockIndex.Open(folder, verify: true);
    }

    /// <summary>Numbers with a normal distribution around centres, as embeddings are: row-major [count, dimension].</summary>
    public static float[] Clustered(Random random, int count, int dimension, int clusters, double spread = 0.3)
    {
        var centres = Normal(random, clusters * dimension);
        var vectors = Normal(random, count * dimension);
        for (var i = 0; i < count; i++)
        {
            var centre = random.Next(clusters);
            for (var d = 0; d < dimension; d++)
                vectors[i * dimension + d] = (float)(centres[centre * dimension + d] + spread * vectors[i * dimension + d]);
        }
        return vectors;
    }

    public static float[] Normal(Random random, int count)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return numbers;
    }

    /// <summary>The exact top k, by computing every inner product.</summary>
    public static List<BlockHit> BruteForce(float[] vectors, long[] rows, ReadOnlySpan<float> query, int k, Func<long, bool>? allows = null)
    {
        var hits = new List<BlockHit>();
        for (var i = 0; i < rows.Length; i++)
        {
            double sum = 0;
            for (var d = 0; d < query.Length; d++)
                sum += (double)query[d] * vectors[i * query.Length + d];
            if (allows is null || allows(rows[i]))
                hits.Add(new BlockHit(rows[i], (float)sum));
        }
        return [.. hits.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Row).Take(k)];
    }
}
