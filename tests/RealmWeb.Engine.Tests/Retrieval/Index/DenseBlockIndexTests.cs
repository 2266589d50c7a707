using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Retrieval.Scan;
using RealmWeb.Engine.Tests.Checkpoints;

namespace RealmWeb.Engine.Tests.Retrieval.Index;

public sealed class DenseBlockIndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(1, 4, 1)]
    [InlineData(7, 3, 20)]
    [InlineData(500, 16, 10)]
    [InlineData(20_000, 8, 37)]
    public void Search_FindsWhatBruteForceFinds_WhenManyScoresAreEqual(int count, int dimension, int k)
    {
        // given small whole numbers, in rows that are out of order
        var random = new Random(count);
        var vectors = Enumerable.Range(0, count * dimension).Select(_ => (float)random.Next(-3, 4)).ToArray();
        var rows = Rows(random, count);
        using var index = Write(vectors, rows, dimension);
        var queries = Enumerable.Range(0, 3 * dimension).Select(_ => (float)random.Next(-2, 3)).ToArray();

        // when a batch of three is searched
        var found = index.Search(queries, k, TestContext.Current.CancellationToken);

        // then each gets its best k, equal scores by row
        Assert.Equal(3, found.Count);
        for (var q = 0; q < 3; q++)
            Assert.Equal(TestGeneration.BruteForce(vectors, rows, queries.AsSpan(q * dimension, dimension), k), found[q]);
    }

    [Theory]
    [InlineData(1, 128, VectorFormat.Float32)]
    [InlineData(15, 1, VectorFormat.Float32)]
    [InlineData(4_097, 130, VectorFormat.Float32)]
    [InlineData(30_000, 128, VectorFormat.Float32)]
    [InlineData(5_000, 127, VectorFormat.BFloat16)]
    [InlineData(5_000, 64, VectorFormat.Float16)]
    public void Search_FindsWhatBruteForceFinds_OnClusteredVectors(int count, int dimension, VectorFormat format)
    {
        // given vectors and queries near the same centres
        var seed = count + dimension;
        var random = new Random(seed);
        var all = TestGeneration.Clustered(random, count + 5, dimension, clusters: 20);
        var rows = Rows(random, count);
        using var index = Write(all[..(count * dimension)], rows, dimension, new GenerationOptions { Vectors = format, Partitions = 0 });
        // What is kept is what is searched.
        var kept = index.Vectors(rows);
        Assert.Equal(format == VectorFormat.Float32, kept.AsSpan().SequenceEqual(all.AsSpan(0, count * dimension)));
        var queries = all[(count * dimension)..];

        foreach (var k in new[] { 1, 5, 100 })
        {
            var found = index.Search(queries, k, TestContext.Current.CancellationToken);

            // then the batch, each query alone and brute force agree to the bit
            for (var q = 0; q < 5; q++)
            {
                var query = queries.AsSpan(q * dimension, dimension).ToArray();
                var expected = TestGeneration.BruteForce(kept, rows, query, k);
                Assert.Equal(expected, found[q].Hits);
                Assert.Equal(expected, index.Search(query, k, TestContext.Current.CancellationToken)[0].Hits);
                Assert.Equal(count, found[q].Scanned);
                Assert.InRange(found[q].Rescored, Math.Min(k, count), count);
            }
        }
    }

    [Fact]
    public void Search_RescoresFew_WhenTheCodesTellMostApart()
    {
        var random = new Random(5);
        using var index = Write(TestGeneration.Normal(random, 20_000 * 64), Rows(random, 20_000), 64);

        var found = index.Search(TestGeneration.Normal(random, 64), 5, TestContext.Current.CancellationToken)[0];

        Assert.InRange(found.Rescored, 5, 500);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Search_FindsTheSame_WithEveryKernelOfThisProcessor(ScanKernel kernel)
    {
        var random = new Random(11);
        var vectors = TestGeneration.Clustered(random, 3_000, 50, clusters: 10);
        var rows = Rows(random, 3_000);
        using var written = Write(vectors, rows, 50);
        using var index = DenseBlockIndex.Open(_folder.At("generation"), kernel: kernel);
        var query = TestGeneration.Normal(random, 50);

        var found = index.Search(query, 20, TestContext.Current.CancellationToken)[0];

        Assert.Equal(TestGeneration.BruteForce(vectors, rows, query, 20), found.Hits);
    }

    [Theory]
    [InlineData(VectorFormat.Float32, 70_000, 12)]
    [InlineData(VectorFormat.BFloat16, 5_000, 33)]
    public void Search_FindsTheSame_WhenBatchesAreMatrixProducts(VectorFormat format, int count, int dimension)
    {
        // given more vectors than one product takes, half of them there twice: ties at every border
        var random = new Random(8);
        var vectors = TestGeneration.Clustered(random, count, dimension, clusters: 40);
        vectors.AsSpan(0, count / 2 * dimension).CopyTo(vectors.AsSpan(count / 2 * dimension));
        var rows = Rows(random, count);
        Write(vectors, rows, dimension, new GenerationOptions { Vectors = format, Partitions = 0 }).Dispose();
        using var scanned = DenseBlockIndex.Open(_folder.At("generation"));
        using var multiplied = DenseBlockIndex.Open(_folder.At("generation"), products: TorchSharp.torch.CPU);
        var queries = TestGeneration.Normal(random, 40 * dimension);
        var filter = RowFilter.Without(rows.Where(row => row % 5 == 0));

        // then products and codes bring the same, with and without a filter, for short and long lists
        foreach (var (k, options) in new[] { (1, SearchOptions.Exact), (7, SearchOptions.Exact), (300, new SearchOptions { Filter = filter }) })
        {
            var (a, b) = (scanned.Search(queries, k, options, TestContext.Current.CancellationToken),
                multiplied.Search(queries, k, options, TestContext.Current.CancellationToken));
            Assert.Equal(a.Select(hits => hits.Hits), b.Select(hits => hits.Hits));
        }
    }

    public static TheoryData<ScanKernel> Kernels() => [.. Enum.GetValues<ScanKernel>().Where(CodeScan.IsSupported)];

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    public void Search_GivesTheWholeTopKOfWhatIsAllowed_WhenThereIsAFilter(int partitions)
    {
        // given filters of few and of many rows, allowed and excluded, among them rows that the index does not have
        var random = new Random(3);
        const int Count = 4_000;
        var vectors = TestGeneration.Clustered(random, Count, 24, clusters: 30);
        var rows = Rows(random, Count);
        using var index = Write(vectors, rows, 24, new GenerationOptions { Partitions = partitions });
        var query = vectors[..24];
        var best = TestGeneration.BruteForce(vectors, rows, query, 50).ConvertAll(hit => hit.Row);
        RowFilter[] filters =
        [
            RowFilter.Without(best), RowFilter.Without(rows.Where(row => row % 2 == 0)), RowFilter.Only(rows.Where(row => row % 7 == 0).Append(1_000_000)),
            RowFilter.Only(best.Take(3)), RowFilter.Only([]), RowFilter.Without([]), RowFilter.Only(rows.Where(row => row % 5 == 0 && !best.Contains(row))),
            RowFilter.Without([.. best, .. rows.Take(100)]),
        ];

        // then exactly the allowed ones come back, the best k of them
        foreach (var filter in filters)
        {
            var found = index.Search(query, 20, new SearchOptions { Filter = filter }, TestContext.Current.CancellationToken)[0];
            Assert.Equal(TestGeneration.BruteForce(vectors, rows, query, 20, filter.Allows), found.Hits);
        }
    }

    [Fact]
    public void Search_FindsMoreWithMoreProbes_AndKeepsTheRecallThatIsAskedFor()
    {
        // given partitions whose recall was measured with other queries
        var random = new Random(17);
        const int Count = 20_000;
        var all = TestGeneration.Clustered(random, Count + 400, 32, clusters: 300, spread: 0.5);
        var rows = Rows(random, Count);
        using var index = Write(
            all[..(Count * 32)], rows, 32, new GenerationOptions { Partitions = 128 }, recallQueries: all[(Count * 32)..((Count + 200) * 32)]);
        var queries = all[((Count + 200) * 32)..];
        var exact = index.Search(queries, 5, TestContext.Current.CancellationToken);

        // then the manifest has a rising table
        Assert.Equal(200, index.Manifest.RecallQueries);
        Assert.True(index.Manifest.Recall.Count > 3);
        Assert.Equal(index.Manifest.Recall, index.Manifest.Recall.OrderBy(measured => measured.Probes).ThenBy(measured => measured.RecallAt100));
        // and what is asked for is found, give or take the chance of 200 questions, by scanning part of the vectors
        foreach (var recall in new[] { 0.8, 0.95 })
        {
            var found = index.Search(queries, 5, new SearchOptions { Recall = recall }, TestContext.Current.CancellationToken);
            Assert.True(RecallMeasurement.Recall(found, exact, 5) >= recall - 0.04);
            Assert.All(found, hits => Assert.InRange(hits.Scanned, 1, Count - 1));
        }
        // and one as all partitions are probed
        Assert.Equal(exact.Select(hits => hits.Hits),
            index.Search(queries, 5, new SearchOptions { Probes = 128 }, TestContext.Current.CancellationToken).Select(hits => hits.Hits));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(int.MaxValue)]
    public void Search_ReturnsEverything_WhenKIsLargerThanTheIndex(int k)
    {
        using var index = Write([1, 0, 0, 1, -1, 0], [5, 6, 7], 2);

        var found = index.Search(new float[] { 1, 2 }, k, TestContext.Current.CancellationToken);

        Assert.Equal([new BlockHit(6, 2), new BlockHit(5, 1), new BlockHit(7, -1)], Assert.Single(found));
    }

    [Fact]
    public void Search_GivesTheFirstRows_WhenTheQueryOrTheVectorsAreZero()
    {
        var random = new Random(2);
        using var index = Write(TestGeneration.Normal(random, 100 * 4), [.. Enumerable.Range(1, 100).Select(row => (long)row)], 4);
        using var zeros = TestGeneration.Write(_folder.At("zeros"), new float[100 * 4], [.. Enumerable.Range(1, 100).Select(row => (long)row)], 4);

        Assert.Equal([1L, 2, 3], index.Search(new float[4], 3, TestContext.Current.CancellationToken)[0].Select(hit => hit.Row));
        Assert.Equal([1L, 2, 3], zeros.Search(new float[] { 1, 2, 3, 4 }, 3, TestContext.Current.CancellationToken)[0].Select(hit => hit.Row));
    }

    [Fact]
    public void Search_StaysExact_WhenVectorsDifferInSizeByOrdersOfMagnitude()
    {
        var random = new Random(23);
        var vectors = TestGeneration.Normal(random, 2_000 * 16);
        for (var i = 0; i < 2_000; i++)
        {
            var size = MathF.Pow(10, random.Next(-20, 12));
            for (var d = 0; d < 16; d++)
                vectors[i * 16 + d] *= size;
        }
        var rows = Rows(random, 2_000);
        using var index = Write(vectors, rows, 16);
        foreach (var size in new[] { 1e-6f, 1f, 1e6f })
        {
            var query = TestGeneration.Normal(random, 16).Select(value => value * size).ToArray();
            Assert.Equal(TestGeneration.BruteForce(vectors, rows, query, 50), index.Search(query, 50, TestContext.Current.CancellationToken)[0].Hits);
        }
    }

    [Fact]
    public void Search_FindsNothing_WhenTheIndexIsEmpty()
    {
        using var index = Write([], [], 4);

        Assert.Empty(Assert.Single(index.Search(new float[4], 3, TestContext.Current.CancellationToken)));
        Assert.Equal(0, index.Count);
        Assert.All(index.Vectors([1]), number => Assert.True(float.IsNaN(number)));
    }

    [Fact]
    public void Search_SaysWhatIsWrong_WhenItIsAskedWrongly()
    {
        using var index = Write([1, 2, 3], [1], 3);

        Assert.Contains("width 3", Assert.Throws<ArgumentException>(() => index.Search(new float[4], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("not finite", Assert.Throws<ArgumentException>(() => index.Search(new float[] { 1, float.NaN, 2 }, 1)).Message,
            StringComparison.Ordinal);
        Assert.Contains("recall", Assert.Throws<ArgumentException>(() => index.Search(new float[3], 1, new SearchOptions { Recall = 1.5 })).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search(new float[3], 0));
    }

    [Fact]
    public void Search_Stops_WhenItIsCancelled()
    {
        using var index = Write([1, 2, 3], [1], 3);

        Assert.ThrowsAny<OperationCanceledException>(() => index.Search(new float[3], 1, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Vectors_GivesNaN_WhenTheRowIsUnknown()
    {
        using var index = Write([1, 2, 3, 4], [10, 20], 2);

        Assert.Equal([3, 4, float.NaN, float.NaN, 1, 2], index.Vectors([20, 15, 10]));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e30f)]
    public void Write_NamesTheRow_WhenAVectorIsNotFinite(float number)
    {
        var failure = Assert.Throws<ArgumentException>(() => Write([1, 2, 3, number], [10, 20], 2));

        Assert.Contains("row 20", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static long[] Rows(Random random, int count)
    {
        var rows = Enumerable.Range(1, count).Select(row => 3L * row).ToArray();
        random.Shuffle(rows);
        return rows;
    }

    private DenseBlockIndex Write(float[] vectors, long[] rows, int dimension, GenerationOptions? options = null, float[]? recallQueries = null) =>
        TestGeneration.Write(_folder.At("generation"), vectors, rows, dimension, options, recallQueries);
}
