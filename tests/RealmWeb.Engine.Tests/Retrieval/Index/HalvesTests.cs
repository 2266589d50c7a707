using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Retrieval.Scan;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.Retrieval.Index;

/// <summary>Indexes with vectors of the halves of blocks.</summary>
public sealed class HalvesTests : IDisposable
{
    private const int Count = IndexBuilder.ShardBlocks + 300;

    // Every third block is too short for halves.
    private static readonly MemoryBlockStore Corpus = new(Enumerable.Range(0, Count).Select(Passage));

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(0, VectorFormat.Float32, false)]
    [InlineData(0, VectorFormat.Float32, true)]
    [InlineData(12, VectorFormat.BFloat16, true)]
    public void Search_FindsBlocksByTheBestOfTheirVectors(int partitions, VectorFormat format, bool filtered)
    {
        Build(new HashEncoder(halves: true), new GenerationOptions { Partitions = partitions, Vectors = format });
        using var index = IndexFolder.OpenCurrent(_folder.At(""))!;
        var random = new Random(partitions);
        var queries = Enumerable.Range(0, 5 * index.Dimension).Select(_ => random.NextSingle() - 0.5f).ToArray();
        var deleted = filtered ? Corpus.EnumerateRows().Where(row => row % 5 == 0).ToList() : [];

        var found = index.Search(queries, 9, new SearchOptions { Filter = filtered ? RowFilter.Without(deleted) : null }, TestContext.Current.CancellationToken);

        for (var q = 0; q < 5; q++)
        {
            var query = queries[(q * index.Dimension)..((q + 1) * index.Dimension)];
            var products = Corpus.EnumerateBlocks().Where(block => !deleted.Contains(block.Row))
                .ToDictionary(block => block.Row, block => BlockHalves.WithHalves(block.Block).Max(text => InnerProduct.Of(query, VectorOf(text))));
            var expected = products.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).Take(9).ToList();
            var tolerance = format == VectorFormat.Float32 ? 0 : 0.01f;
            Assert.Equal(expected.Select(entry => entry.Value), found[q].Select(hit => hit.Score), (a, b) => Math.Abs(a - b) <= tolerance);
            Assert.Equal(9, found[q].Select(hit => hit.Row).Distinct().Count());
            Assert.All(found[q], hit => Assert.Equal(products[hit.Row], hit.Score, tolerance));
            var again = index.InnerProducts(query, [.. found[q].Select(hit => hit.Row)]);
            Assert.Equal(found[q].Select(hit => hit.Score), again.Select(of => of.Best));
            Assert.Equal(found[q].Select(hit => InnerProduct.Of(query, index.Vectors([hit.Row]))), again.Select(of => of.Whole));
        }
    }

    [Fact]
    public void Index_CountsBlocks_AndGivesTheVectorOfTheWhole()
    {
        Build(new HashEncoder(halves: true));

        using var index = IndexFolder.OpenCurrent(_folder.At(""))!;
        Assert.Equal(Count, index.Count);
        Assert.Equal(Corpus.EnumerateBlocks().Sum(block => BlockHalves.WithHalves(block.Block).Count), index.Manifest.Count);
        Assert.Equal(Corpus.EnumerateRows(), index.RowsAscending());
        Assert.All(Corpus.EnumerateBlocks().Where(block => block.Row % 50 == 0), block => Assert.Equal(VectorOf(block.Block), index.Vectors([block.Row])));
        Assert.Equal([true, false], index.InnerProducts(VectorOf(Passage(4)), [5, Count + 1]).Select(of => float.IsFinite(of.Best)));
    }

    [Fact]
    public void Build_GoesOnWhereItWasKilled_AndTakesOverWhatIsKnown()
    {
        // given a build that was stopped after its first shard
        Assert.Throws<OperationCanceledException>(() => Build(new HashEncoder(
            halves: true, beforeCall: call => _ = call == 1 ? throw new OperationCanceledException() : 0)));

        var second = new HashEncoder(halves: true);
        Build(second);
        Assert.Equal(Corpus.EnumerateBlocks().Skip(IndexBuilder.ShardBlocks).Sum(block => BlockHalves.WithHalves(block.Block).Count), second.Encoded.Count);

        // then a model of the same weights without halves embeds nothing, and its index is another
        var whole = new HashEncoder();
        Assert.NotEqual(IndexFolder.Current(_folder.At("")), Build(whole));
        Assert.Empty(whole.Encoded);
        using (var index = IndexFolder.OpenCurrent(_folder.At(""))!)
        {
            Assert.Equal((Count, Count, whole.ModelVersion), (index.Count, (int)index.Manifest.Count, index.Manifest.IndexVersion));
            Assert.False(index.Manifest.HasHalves);
        }
        Assert.NotNull(IndexFolder.Find(_folder.At(""), whole.ModelVersion));
        Assert.NotEqual(IndexFolder.Find(_folder.At(""), whole.ModelVersion), IndexFolder.Find(_folder.At(""), $"{whole.ModelVersion}-h"));
    }

    [Fact]
    public void Build_CopiesNoKnownGenerationWithoutHalves()
    {
        using var other = new TemporaryFolder();
        IndexBuilder.Build(new IndexRequest(other.At("index"), Corpus, "7", new HashEncoder(), "model"), TimeProvider.System, null, CancellationToken.None);

        IndexBuilder.Build(
            new IndexRequest(_folder.At(""), Corpus, "7", new HashEncoder(halves: true), "model") { KnownFolders = [other.At("index")] },
            TimeProvider.System, null, CancellationToken.None);

        using var index = IndexFolder.OpenCurrent(_folder.At(""))!;
        Assert.True(index.Manifest.HasHalves);
    }

    public void Dispose() => _folder.Dispose();

    private string Build(HashEncoder encoder, GenerationOptions? options = null) => IndexBuilder.Build(
        new IndexRequest(_folder.At(""), Corpus, "7", encoder, "model") { Options = options ?? GenerationOptions.Default },
        TimeProvider.System, null, CancellationToken.None);

    private static float[] VectorOf(Block text) => new HashEncoder().Encode([text], CancellationToken.None);

    private static Block Passage(int number) => Block.Create(
        "Title", string.Join(' ', Enumerable.Range(0, number % 3 == 0 ? 2 : 20).Select(line => $"Line {line} of passage {number} is here.")), 0);
}
