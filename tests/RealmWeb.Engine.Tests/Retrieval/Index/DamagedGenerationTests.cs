using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Tests.Checkpoints;

namespace RealmWeb.Engine.Tests.Retrieval.Index;

public sealed class DamagedGenerationTests : IDisposable
{
    private const int Count = 700;
    private const int Dimension = 10;

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(VectorFormat.Float32, 1)]
    [InlineData(VectorFormat.BFloat16, 2)]
    public void Open_RefusesOrAnswersRightly_WhateverWasDamaged(VectorFormat format, int seed)
    {
        // given a sound generation with partitions, and what it answers
        var random = new Random(seed);
        var vectors = TestGeneration.Clustered(random, Count, Dimension, clusters: 12);
        var sound = _folder.At("sound");
        var queries = TestGeneration.Normal(random, 2 * Dimension);
        string right;
        using (var index = TestGeneration.Write(
            sound, vectors, [.. Enumerable.Range(1, Count).Select(row => 2L * row)], Dimension, new GenerationOptions { Vectors = format, Partitions = 9 },
                TestGeneration.Normal(random, 20 * Dimension)))
        {
            right = Answers(index, queries);
        }
        var files = new[] { GenerationFiles.Vectors(sound), GenerationFiles.Manifest(sound) }.ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);
        var damaged = _folder.At("damaged");
        Directory.CreateDirectory(damaged);

        // when 5,000 random things happen to it
        var refused = 0;
        for (var round = 0; round < 5_000; round++)
        {
            var name = random.Next(5) == 0 ? "manifest.json" : "vectors.realm";
            foreach (var (file, bytes) in files)
                File.WriteAllBytes(Path.Combine(damaged, file), file == name ? Damage(random, bytes) : bytes);
            try
            {
                using var index = DenseBlockIndex.Open(damaged);
                // then what was not refused answers as before
                Assert.True(right == Answers(index, queries), $"seed {seed}, round {round}: a damaged {name} answered otherwise");
            }
            catch (IndexException refusal)
            {
                refused++;
                Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
            }
        }
        // Padding, and parts that no query touches, are all that may go unnoticed.
        Assert.InRange(refused, 3_000, 5_000);
    }

    [Theory]
    [InlineData("Codes")]
    [InlineData("Bounds")]
    [InlineData("Vectors")]
    [InlineData("Rows")]
    [InlineData("Order")]
    [InlineData("Ids")]
    [InlineData("Centroids")]
    [InlineData("Starts")]
    [InlineData("Checksums")]
    public void Open_NamesTheSection_WhenABitOfItIsFlipped(string section)
    {
        var random = new Random(4);
        var generation = _folder.At("generation");
        TestGeneration.Write(
            generation, TestGeneration.Normal(random, Count * Dimension), [.. Enumerable.Range(1, Count).Select(row => (long)row)], Dimension,
            new GenerationOptions { Partitions = 4 }).Dispose();
        var table = new SectionTable(Count, Dimension, VectorFormat.Float32, 4);
        var file = GenerationFiles.Vectors(generation);
        var bytes = File.ReadAllBytes(file);
        var wanted = Enum.Parse<Section>(section);
        bytes[table.Offset(wanted) + table.Length(wanted) / 2] ^= 4;
        File.WriteAllBytes(file, bytes);

        var failure = Assert.Throws<IndexException>(() => DenseBlockIndex.Open(generation, verify: true));

        Assert.Contains($"section {section} ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(file, failure.Path);
    }

    public void Dispose() => _folder.Dispose();

    private static string Answers(DenseBlockIndex index, float[] queries)
    {
        var hits = index.Search(queries, 12, CancellationToken.None)
            .Concat(index.Search(queries, 12, new SearchOptions { Probes = 2 }, CancellationToken.None))
            .Concat(index.Search(queries, 3, new SearchOptions { Recall = 0.9 }, CancellationToken.None))
            .Concat(index.Search(queries, 5, new SearchOptions { Filter = RowFilter.Without([2, 4, 6, 8]) }, CancellationToken.None));
        return string.Join(';', hits.Select(found => string.Join(',', found.Select(hit => $"{hit.Row}:{hit.Score:R}"))))
            + string.Join(',', index.Vectors([10, 500, 1400, 7]).Select(number => number.ToString("R")));
    }

    private static byte[] Damage(Random random, byte[] sound)
    {
        byte[] bytes = [.. sound];
        var at = random.Next(bytes.Length);
        var length = Math.Min(bytes.Length - at, 1 << random.Next(12));
        switch (random.Next(6))
        {
            case 0: // a bit
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1: // noise
                random.NextBytes(bytes.AsSpan(at, length));
                return bytes;
            case 2: // a hole
                bytes.AsSpan(at, length).Clear();
                return bytes;
            case 3: // cut off
                return bytes[..at];
            case 4: // something behind the end
                return [.. bytes, .. bytes[..length]];
            default: // a part that stands elsewhere too
                bytes.AsSpan(random.Next(bytes.Length - length + 1), length).ToArray().CopyTo(bytes.AsSpan(at));
                return bytes;
        }
    }
}
