using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Files;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.Retrieval.Index;

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
        Assert.Equal(["manifest.json", "vectors.realm"], Directory.GetFiles(_folder.At(generation)).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData(VectorFormat.BFloat16, null, 0)]
    [InlineData(VectorFormat.Float32, 3, 0)]
    [InlineData(VectorFormat.Float32, 0, Count)]
    public void Build_CopiesAKnownGeneration_WhereItsLayoutServes(VectorFormat vectors, int? partitions, int embedded)
    {
        // given an index elsewhere of the corpus, in bfloat16 or with three partitions; the last case asks for another
        using var other = new TemporaryFolder();
        var known = new GenerationOptions { Vectors = vectors, Partitions = embedded > 0 ? 3 : partitions };
        IndexBuilder.Build(
            new IndexRequest(other.At("index"), Corpus, "7", new HashEncoder(), "model") { Options = known }, TimeProvider.System, null,
                CancellationToken.None);
        Directory.CreateDirectory(other.At("index/building-half"));

        var encoder = new HashEncoder();
        var request = new IndexRequest(_folder.At(""), Corpus, "7", encoder, "model")
        {
            Options = new GenerationOptions { Vectors = vectors, Partitions = partitions },
            KnownFolders = [other.At("missing"), other.At("index")],
        };
        IndexBuilder.Build(request, TimeProvider.System, null, CancellationToken.None);

        Assert.Equal(embedded, encoder.Encoded.Count);
        using var index = IndexFolder.OpenCurrent(_folder.At(""))!;
        Assert.Equal((Count, vectors, partitions ?? 0), (index.Count, index.Manifest.Vectors, index.Manifest.Partitions));
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder.At("")).Length);
    }

    [Fact]
    public async Task Build_Ends_WhenItsFolderIsRemovedWhileItWaitsForAnother()
    {
        // given a build that waits for the one shard that another process embeds
        var encoder = new HashEncoder();
        var generation = Build(encoder);
        Directory.Delete(_folder.At(generation), recursive: true);
        var building = Directory.CreateDirectory(GenerationFiles.Building(_folder.At(""), generation)).FullName;
        using var other = new FileStream(GenerationFiles.Claim(building, 0), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var waiting = Task.Run(() => Build(encoder), TestContext.Current.CancellationToken);
        while (!File.Exists(GenerationFiles.Shard(building, 2)))
            await Task.Delay(10, TestContext.Current.CancellationToken);

        // when that one removes the folder
        Directory.Move(building, _folder.At("elsewhere"));

        var ended = await Assert.ThrowsAsync<IndexException>(() => waiting);
        Assert.Contains("was removed while an index was built in it", ended.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Build_GoesOnAfterTheLastShard_WhenItWasCancelled(int shardsBefore)
    {
        // given the bytes of a build that was never interrupted
        using var other = new TemporaryFolder();
        var whole = other.At(
            IndexBuilder.Build(new IndexRequest(other.At(""), Corpus, "7", new HashEncoder(), "model"), TimeProvider.System, null, CancellationToken.None));

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
        Assert.Throws<OperationCanceledException>(
            () => Build(new HashEncoder(beforeCall: call => { if (call == 1) source.Cancel(); }), cancellationToken: source.Token));
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
    public void Build_RemovesAShardThatDoesNotHaveItsChecksum_AndEmbedsItAlone()
    {
        // given a build that stopped after two shards, in one of which the disk changed a byte
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(
            () => Build(new HashEncoder(beforeCall: call => { if (call == 1) source.Cancel(); }), cancellationToken: source.Token));
        var shard = GenerationFiles.Shard(Assert.Single(Directory.GetDirectories(_folder.At(""), "building-*")), 0);
        var bytes = File.ReadAllBytes(shard);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(shard, bytes);

        // when it goes on, then it says so, and the next build embeds what was lost and no more
        Assert.Contains("damaged", Assert.Throws<IndexException>(() => Build(new HashEncoder())).Message, StringComparison.Ordinal);
        var last = new HashEncoder();
        Build(last);
        Assert.Equal(IndexBuilder.ShardBlocks, last.Encoded.Count);
    }

    [Fact]
    public void Build_EmbedsWhatIsNewAlone_WhenTheCorpusChanged()
    {
        // given a generation, and a corpus that lost some blocks and got others, in other rows
        Build(new HashEncoder());
        var changed = new MemoryBlockStore(Enumerable.Range(100, Count).Select(i => Block.Create("Title", $"Passage number {i}.", 0)));

        // when the same model builds and when another does
        var (same, other) = (new HashEncoder(), new HashEncoder("fedcba9876543210"));
        IndexBuilder.Build(new IndexRequest(_folder.At(""), changed, "8", same, "model"), TimeProvider.System, null, CancellationToken.None);

        // then every vector is its block's, and a hundred were embedded
        using (var index = IndexFolder.OpenCurrent(_folder.At(""))!)
        {
            foreach (var block in changed.EnumerateBlocks().Where(block => block.Row % 51 == 0))
                Assert.Equal(new HashEncoder().Encode([block.Block], CancellationToken.None), index.Vectors([block.Row]));
        }
        Assert.Equal(100, same.Encoded.Count);
        IndexBuilder.Build(new IndexRequest(_folder.At(""), changed, "8", other, "model"), TimeProvider.System, null, CancellationToken.None);
        Assert.Equal(Count, other.Encoded.Count);
    }

    [Fact]
    public async Task Build_SharesTheWork_WhenSeveralEncodeShardsOfIt()
    {
        // given two workers that embed shards and one that builds, all at once
        HashEncoder[] encoders = [new(beforeCall: _ => Thread.Sleep(30)), new(beforeCall: _ => Thread.Sleep(30)), new(beforeCall: _ => Thread.Sleep(30))];
        var many = new MemoryBlockStore(Enumerable.Range(0, 12 * IndexBuilder.ShardBlocks).Select(i => Block.Create("Title", $"Passage number {i}.", 0)));
        var workers = encoders[1..].Select(encoder => Task.Run(() =>
            IndexBuilder.EmbedShards(new IndexRequest(_folder.At(""), many, "7", encoder, "model"), TimeProvider.System, null, CancellationToken.None)))
                .ToList();

        var generation = IndexBuilder.Build(
            new IndexRequest(_folder.At(""), many, "7", encoders[0], "model"), TimeProvider.System, null, CancellationToken.None);
        await Task.WhenAll(workers);

        // then every block was embedded once and stands where it belongs
        Assert.Equal(many.CountBlocks(), encoders.Sum(encoder => encoder.Encoded.Count));
        Assert.All(encoders.SelectMany(encoder => encoder.Encoded.Values), times => Assert.Equal(1, times));
        using var index = IndexFolder.OpenCurrent(_folder.At(""))!;
        Assert.Equal((generation, many.CountBlocks()), (index.Generation, index.Count));
        foreach (var block in many.EnumerateBlocks().Where(block => block.Row % 997 == 0))
            Assert.Equal(new HashEncoder().Encode([block.Block], CancellationToken.None), index.Vectors([block.Row]));
    }

    [Fact]
    public void EncodeShards_IsDone_WhileABuildPutsShardsTogether()
    {
        // given a build that has all shards, has removed them and is about to publish
        var (blocks, encoder) = (new MemoryBlockStore(Enumerable.Range(0, 3).Select(i => Block.Create("Title", $"Passage number {i}.", 0))), new HashEncoder());
        var generation = IndexBuilder.Build(
            new IndexRequest(_folder.At("elsewhere"), blocks, "7", encoder, "model"), TimeProvider.System, null, CancellationToken.None);
        var building = GenerationFiles.Building(_folder.At(""), generation);
        Directory.CreateDirectory(building);
        File.WriteAllBytes(GenerationFiles.AllEmbedded(building), []);
        var late = new HashEncoder();

        Assert.True(IndexBuilder.EmbedShards(new IndexRequest(_folder.At(""), blocks, "7", late, "model"), TimeProvider.System, null, CancellationToken.None));

        Assert.Empty(late.Encoded);
        Assert.False(File.Exists(GenerationFiles.AllEmbedded(_folder.At($"elsewhere/{generation}"))));
        // Was that build killed, the next begins where shards are missing.
        Assert.Equal(generation,
            IndexBuilder.Build(new IndexRequest(_folder.At(""), blocks, "7", late, "model"), TimeProvider.System, null, CancellationToken.None));
        Assert.Equal(3, late.Encoded.Count);
    }

    [Fact]
    public void Build_NamesTheModel_WhenItsVectorsAreNotFinite()
    {
        var old = Build(new HashEncoder());

        var failure = Assert.Throws<IndexException>(() => Build(new BrokenEncoder()));

        Assert.Contains("model", failure.Message, StringComparison.Ordinal);
        Assert.Contains("not finite", failure.Message, StringComparison.Ordinal);
        Assert.Equal(old, IndexFolder.Current(_folder.At("")));
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
        IndexBuilder.Build(new IndexRequest(_folder.At(""), new MemoryBlockStore([]), "1", new HashEncoder(), "model"), TimeProvider.System, null,
            CancellationToken.None);

        using var index = IndexFolder.OpenCurrent(_folder.At(""))!;

        Assert.Empty(Assert.Single(index.Search(new float[8], 5, TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("vectors.realm")]
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
    public void Build_KeepsTheLastGenerationOfTheFormerEmbedder_HoweverOftenTheCorpusChanges()
    {
        var blocks = new MemoryBlockStore([Block.Create("Title", "One passage.", 0)]);

        string[] built =
        [
            .. new[] { ("1", "former0000000000"), ("1", "0123456789abcdef"), ("2", "0123456789abcdef"), ("3", "0123456789abcdef") }.Select(
                pair => IndexBuilder.Build(
                    new IndexRequest(_folder.At(""), blocks, pair.Item1, new HashEncoder(pair.Item2), "model"), TimeProvider.System, null,
                    CancellationToken.None)),
        ];

        Assert.Equal([built[0], built[2], built[3]], Directory.GetDirectories(_folder.At("")).Select(Path.GetFileName).OfType<string>()
            .OrderBy(name => Array.IndexOf(built, name)));
        Assert.Equal((built[0], built[3]), (IndexFolder.Find(_folder.At(""), "former0000000000"), IndexFolder.Find(_folder.At(""), "0123456789abcdef")));
        Assert.Null(IndexFolder.Find(_folder.At(""), "unknown000000000"));
    }

    [Fact]
    public void Switch_Refuses_WhenThereIsNoSuchGeneration()
    {
        var old = Build(new HashEncoder());

        var failure = Assert.Throws<IndexException>(() => IndexFolder.Switch(_folder.At(""), "g99"));

        Assert.Contains("g99", failure.Message, StringComparison.Ordinal);
        Assert.Equal(old, IndexFolder.Current(_folder.At("")));
    }

    [Fact]
    public void Build_RefusesBeforeItBegins_WhenTheDiskHasNoRoom()
    {
        var encoder = new HashEncoder();
        var request = new IndexRequest(_folder.At(""), new CountedStore(1L << 50), "7", encoder, "model");

        var refusal = Assert.Throws<DiskFullException>(() => IndexBuilder.Build(request, TimeProvider.System, null, CancellationToken.None));

        Assert.StartsWith("The index build needs", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(encoder.Encoded);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.At("")));
    }

    public void Dispose() => _folder.Dispose();

    private sealed class BrokenEncoder : IBlockEncoder
    {
        public int Dimension => 8;

        public string ModelVersion => "badbadbadbadbadb";

        public float[] Encode(IReadOnlyList<Block> blocks, CancellationToken cancellationToken)
        {
            var vectors = new float[blocks.Count * Dimension];
            vectors[^1] = float.NaN;
            return vectors;
        }
    }

    private string Build(IBlockEncoder encoder, string corpusVersion = "7", CancellationToken cancellationToken = default) =>
        IndexBuilder.Build(new IndexRequest(_folder.At(""), Corpus, corpusVersion, encoder, "model"), TimeProvider.System, null, cancellationToken);

    /// <summary>A corpus that says how many blocks it has, and gives none.</summary>
    private sealed class CountedStore(long count) : IBlockStore
    {
        public long CountBlocks() => count;

        public IReadOnlyList<StoredBlock> GetBlocks(IReadOnlyList<long> rows) => [];

        public IEnumerable<StoredBlock> EnumerateBlocks(long afterRow = 0) => [];

        public IReadOnlyDictionary<long, string> SourceIds(IReadOnlyCollection<long> documents) => new Dictionary<long, string>();

        public IReadOnlySet<long> LiveRows(IReadOnlyCollection<long> rows) => new HashSet<long>();
    }
}
