using System.Runtime.InteropServices;

namespace RealmWeb.Lab.Benchmarks;

/// <summary>Vectors around centres, as embeddings of a corpus with topics are: centre and spread are normal, topics have sizes of their own.</summary>
/// <remarks>Block b of 65,536 vectors is drawn with a seed of its own, so that any number of cores make the same file.</remarks>
internal static class SyntheticVectors
{
    private const int BlockRows = 65_536;
    private const double Spread = 0.6;

    /// <summary>Writes <paramref name="count"/> vectors; more of the same kind, for queries, come from later blocks.</summary>
    public static void Write(string path, long count, int dimension, int seed, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None, count * dimension * sizeof(float));
        var centres = Centres(count, dimension, seed);
        Parallel.For(0L, (count + BlockRows - 1) / BlockRows, new ParallelOptions { CancellationToken = cancellationToken }, block =>
        {
            var rows = (int)Math.Min(BlockRows, count - block * BlockRows);
            RandomAccess.Write(handle, MemoryMarshal.AsBytes(Draw(centres, rows, dimension, seed, block).AsSpan()),
                block * BlockRows * dimension * sizeof(float));
        });
    }

    /// <summary>Queries of the same kind, none of them in the file.</summary>
    public static float[] Queries(long count, int queries, int dimension, int seed) => Draw(Centres(count, dimension, seed), queries, dimension, seed, 1 << 20);

    private static float[] Centres(long count, int dimension, int seed)
    {
        var random = new Random(seed);
        // A topic for every thousand vectors.
        return Normal(random, (int)Math.Clamp(count / 1000, 16, 16_384) * dimension);
    }

    private static float[] Draw(float[] centres, int rows, int dimension, int seed, long block)
    {
        var random = new Random((int)((seed * 7919L + block * 104_729) & int.MaxValue));
        var vectors = Normal(random, rows * dimension);
        var topics = centres.Length / dimension;
        for (var i = 0; i < rows; i++)
        {
            // The square favours the first topics.
            var draw = random.NextDouble();
            var centre = (int)(draw * draw * topics) * dimension;
            for (var d = 0; d < dimension; d++)
                vectors[i * dimension + d] = (float)(centres[centre + d] + Spread * vectors[i * dimension + d]);
        }
        return vectors;
    }

    // Box and Muller, both numbers of a pair.
    private static float[] Normal(Random random, int count)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i += 2)
        {
            var radius = MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle()));
            var (sine, cosine) = MathF.SinCos(2 * MathF.PI * random.NextSingle());
            numbers[i] = radius * cosine;
            if (i + 1 < count)
                numbers[i + 1] = radius * sine;
        }
        return numbers;
    }
}
