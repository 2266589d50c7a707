using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.Retrieval;

public sealed class IndexBuilderTests : IDisposable
{
    private const int Count = 2 * IndexBuilder.ShardBlocks + 500;

    private static readonly MemoryBlockStore Corpus = new(Enumerable.Range(0, Count).Select(i => Block.Create("Title", $"Passage number {i}.", 0)));

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Build_EmbedsEveryBlockOnceInRowOrder()
    {
        var encoder = new HashEncoder();

        var generation = Build(encoder);

        Assert.Equal(Count, encoder.Encoded.Count);
        Assert.All(encoder.Encoded.Values, times => Assert.Equal(1, times));
        using var index = IndexFolder.OpenCurrent(_folder.At(""))!;
        Assert.Equal((generation, Count, 8), (index.Generation, index.Count, index.Dimension));
        foreach (var block in Corpus.EnumerateBlocks().Where(block => block.Row % 97 == 0))
            Assert.Equal(new HashEncoder().Encode([block.Block], CancellationToken.None), index.Vectors([block.Row]));
        Assert.Equal(["manifest.json", "rows.i64", "vectors.f32"], Directory.GetFiles(_folder.At(generation)).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Build_GoesOnAfterTheLastShard_WhenItWasCancelled(int shardsBefore)
    {
        // given the bytes of a build that was never interrupted
        using var other = new TemporaryFolder();
        var whole = other.At(IndexBuilder.Build(other.At(""), Corpus, "7", new HashEncoder(), "model", TimeProvider.System, null, CancellationToken.None));

        // when a build is cancelled and started again
        using var source = new CancellationTokenSource();
        var first = new HashEncoder(beforeCall: call =>
        {
            if (call == shardsBefore - 1)
                source.Cancel();
        });
        Assert.Throws<OperationCanceledException>(() => Build(first, cancellationToken: source.Token));
        Assert.Null(IndexFolder.Current(_folder.At("")));
        var second = new HashEncoder();
        var generation = Build(second);

        // then the bytes are the same and no block was embedded twice
        Assert.Equal(File.ReadAllBytes(GenerationFiles.Vectors(whole)), File.ReadAllBytes(GenerationFiles.Vectors(_folder.At(generation))));
        Assert.Equal(File.ReadAllBytes(GenerationFiles.Rows(whole)), File.ReadAllBytes(GenerationFiles.Rows(_folder.At(generation))));
        Assert.Equal(shardsBefore * IndexBuilder.ShardBlocks, first.Encoded.Count);
        Assert.Equal(Count, first.Encoded.Count + second.Encoded.Count);
        Assert.Empty(first.Encoded.Keys.Intersect(second.Encoded.Keys));
        Assert.Empty(Directory.GetDirectories(_folder.At(""), "building-*"));
    }

    [Fact]
    public void Build_EmbedsAgain_WhenAShardOfAKilledBuildIsDamaged()
    {
        // given a build that stopped after two shards, the second of which the disk then lost half of
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Build(new HashEncoder(beforeCall: call => { if (call == 1) source.Cancel(); }), cancellationToken: source.Token));
        var building = Assert.Single(Directory.GetDirectories(_folder.At(""), "building-*"));
        using (var stream = File.OpenWrite(GenerationFiles.Shard(building, 1)))
            stream.SetLength(stream.Length / 2);

        // when it goes on
        var second = new HashEncoder();
        Build(second);

        // then the first shard was kept
        Assert.Equal(Count - IndexBuilder.ShardBlocks, second.Encoded.Count);
        using var index = IndexFolder.OpenCurrent(_folder.At(""))!;
        Assert.Equal(Count, index.Count);
    }

    [Fact]
    public void Build_CostsNothing_WhenNothingChanged()
    {
        var generation = Build(new HashEncoder());
        var written = Directory.GetFiles(_folder.At(generation)).ToDictionary(file => file, File.GetLastWriteTimeUtc);

        var again = new HashEncoder();

        Assert.Equal(generation, Build(again));
        Assert.Empty(again.Encoded);
        Assert.All(written, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
    }

    [Fact]
    public void Build_MakesAnotherGeneration_WhenCorpusOrModelChanged()
    {
        var first = Build(new HashEncoder());
        var byCorpus = Build(new HashEncoder(), corpusVersion: "8");
        var byModel = Build(new HashEncoder("fedcba9876543210"), corpusVersion: "8");

        Assert.Equal(3, new HashSet<string> { first, byCorpus, byModel }.Count);
        Assert.Equal(byModel, IndexFolder.Current(_folder.At("")));
        // One older generation stays for rollback.
        Assert.Equal(2, Directory.GetDirectories(_folder.At("")).Length);
    }

    [Fact]
    public void Build_MakesAnIndexThatFindsNothing_WhenTheCorpusIsEmpty()
    {
        IndexBuilder.Build(_folder.At(""), new MemoryBlockStore([]), "1", new HashEncoder(), "model", TimeProvider.System, null, CancellationToken.None);

        using var index = IndexFolder.OpenCurrent(_folder.At(""))!;

        Assert.Empty(Assert.Single(index.Search(new float[8], 5, TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("vectors.f32")]
    [InlineData("rows.i64")]
    [InlineData("manifest.json")]
    public void Open_NamesTheFile_WhenItIsCutOffOrChanged(string name)
    {
        // given an open generation, and a newer one
        Build(new HashEncoder());
        using var old = IndexFolder.OpenCurrent(_folder.At(""))!;
        var query = Enumerable.Range(0, 8).Select(i => i - 3.5f).ToArray();
        var before = old.Search(query, 10, TestContext.Current.CancellationToken)[0];
        var newer = _folder.At(Build(new HashEncoder("fedcba9876543210")));
        var file = Path.Combine(newer, name);
        var whole = File.ReadAllBytes(file);

        // when a byte of the newer one changes, the end is missing or all of it
        byte[] flipped = [.. whole];
        flipped[name == "manifest.json" ? 0 : whole.Length / 2] ^= 0x10;
        File.WriteAllBytes(file, flipped);
        var changed = Assert.Throws<IndexException>(() => DenseBlockIndex.Open(newer, verify: true));
        File.WriteAllBytes(file, whole.AsSpan(0, whole.Length - 5));
        var cut = Assert.Throws<IndexException>(() => IndexFolder.OpenCurrent(_folder.At("")));
        File.Delete(file);
        var missing = Assert.Throws<IndexException>(() => IndexFolder.OpenCurrent(_folder.At("")));

        // then the message names the file, the old one answers as before, and building again repairs the newer one
        Assert.All([changed, cut, missing], failure =>
        {
            Assert.Equal(file, failure.Path);
            Assert.Contains(name, failure.Message, StringComparison.Ordinal);
        });
        Assert.Equal(before, old.Search(query, 10, TestContext.Current.CancellationToken)[0]);
        Build(new HashEncoder("fedcba9876543210"));
        DenseBlockIndex.Open(newer, verify: true).Dispose();
    }

    [Fact]
    public void Build_LeavesTheOldGenerationAnswering_WhenTheEncoderFails()
    {
        var old = Build(new HashEncoder());

        Assert.Throws<InvalidOperationException>(() => Build(new HashEncoder("fedcba9876543210", call =>
        {
            if (call == 1)
                throw new InvalidOperationException("out of memory");
        })));

        Assert.Equal(old, IndexFolder.Current(_folder.At("")));
    }

    [Fact]
    public void Switch_GoesBackToAnOlderGeneration_AndPruneKeepsIt()
    {
        // given three generations
        string[] names = ["g1", "g2", "g3"];
        foreach (var (name, i) in names.Select((name, i) => (name, i)))
        {
            var generation = _folder.At(name);
            Directory.CreateDirectory(generation);
            File.WriteAllText(GenerationFiles.Manifest(generation), "{}");
            Directory.SetLastWriteTimeUtc(generation, DateTime.UnixEpoch.AddDays(i));
        }
        Directory.CreateDirectory(_folder.At("building-g4"));

        // when the oldest answers and the others are pruned
        IndexFolder.Switch(_folder.At(""), "g1");
        IndexFolder.Prune(_folder.At(""));

        // then it and the newest other are left, and what is being built is not touched
        Assert.Equal("g1", IndexFolder.Current(_folder.At("")));
        Assert.Equal(["building-g4", "g1", "g3"], Directory.GetDirectories(_folder.At("")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Switch_Refuses_WhenThereIsNoSuchGeneration()
    {
        var old = Build(new HashEncoder());

        var failure = Assert.Throws<IndexException>(() => IndexFolder.Switch(_folder.At(""), "g99"));

        Assert.Contains("g99", failure.Message, StringComparison.Ordinal);
        Assert.Equal(old, IndexFolder.Current(_folder.At("")));
    }

    public void Dispose() => _folder.Dispose();

    private string Build(HashEncoder encoder, string corpusVersion = "7", CancellationToken cancellationToken = default) =>
        IndexBuilder.Build(_folder.At(""), Corpus, corpusVersion, encoder, "model", TimeProvider.System, null, cancellationToken);
}
