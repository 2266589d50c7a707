using System.Runtime.InteropServices;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Tests.Checkpoints;

namespace RealmWeb.Engine.Tests.Retrieval;

public sealed class DenseBlockIndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(1, 4, 1)]
    [InlineData(7, 3, 20)]
    [InlineData(500, 16, 10)]
    [InlineData(20_000, 8, 37)]
    public void Search_FindsWhatBruteForceFinds(int count, int dimension, int k)
    {
        // given vectors of which many have equal scores, in rows that are out of order
        var random = new Random(count);
        var vectors = Enumerable.Range(0, count * dimension).Select(_ => (float)random.Next(-3, 4)).ToArray();
        var rows = Enumerable.Range(1, count).Select(row => 3L * row).ToArray();
        random.Shuffle(rows);
        using var index = Write(vectors, rows, dimension);
        var queries = Enumerable.Range(0, 3 * dimension).Select(_ => (float)random.Next(-2, 3)).ToArray();

        // when a batch of three is searched
        var found = index.Search(queries, k, TestContext.Current.CancellationToken);

        // then each gets its best k, equal scores by row
        Assert.Equal(3, found.Count);
        for (var q = 0; q < 3; q++)
        {
            var expected = rows.Select((row, i) => new BlockHit(row, Dot(queries.AsSpan(q * dimension, dimension), vectors.AsSpan(i * dimension, dimension))))
                .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Row).Take(k);
            Assert.Equal(expected, found[q]);
        }
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
    public void Search_FindsNothing_WhenTheIndexIsEmpty()
    {
        using var index = Write([], [], 4);

        Assert.Empty(Assert.Single(index.Search(new float[4], 3, TestContext.Current.CancellationToken)));
        Assert.Equal(0, index.Count);
    }

    [Fact]
    public void Search_SaysWhatIsWrong_WhenTheQueryHasAnotherWidth()
    {
        using var index = Write([1, 2, 3], [1], 3);

        var failure = Assert.Throws<ArgumentException>(() => index.Search(new float[4], 1));

        Assert.Contains("width 3", failure.Message, StringComparison.Ordinal);
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

    public void Dispose() => _folder.Dispose();

    private DenseBlockIndex Write(float[] vectors, long[] rows, int dimension)
    {
        var folder = _folder.At("generation");
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(GenerationFiles.Vectors(folder), MemoryMarshal.AsBytes<float>(vectors).ToArray());
        File.WriteAllBytes(GenerationFiles.Rows(folder), MemoryMarshal.AsBytes<long>(rows).ToArray());
        new GenerationManifest(
            GenerationManifest.CurrentFormat, "1", "version", "model", rows.Length, dimension,
            GenerationManifest.Checksum(GenerationFiles.Vectors(folder)), GenerationManifest.Checksum(GenerationFiles.Rows(folder)), DateTimeOffset.UnixEpoch).Write(folder);
        return DenseBlockIndex.Open(folder, verify: true);
    }

    // Whole numbers this small add up exactly in any order.
    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
