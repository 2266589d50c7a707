using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Retrieval.Index;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Training.Refresh;
using RealmWeb.TestKit;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Training;

[Collection(SeededTests.Name)]
public sealed class IndexRefresherTests : IDisposable
{
    private static readonly long[] Rows = [.. Enumerable.Range(1, TinyModel.Blocks.Count).Select(row => (long)row)];

    private readonly TemporaryFolder _folder = new();
    private readonly RealmModel _model = TinyModel.Create();

    [Fact]
    public void At_BuildsAnewEverySoManySteps_WhenSynchronous()
    {
        using var refresher = Refresher(new MemoryBlockStore(TinyModel.Blocks), RefreshMode.Synchronous, every: 10);

        var first = refresher.At(0);
        var firstGeneration = first.Index.Generation;
        Train();
        var between = refresher.At(9);
        var next = refresher.At(10);

        Assert.Same(first, between);
        Assert.Equal((0, 10), (first.Step, next.Step));
        Assert.NotEqual(firstGeneration, next.Index.Generation);
        // The index holds what the snapshot says of the blocks.
        Assert.Equal(next.Retriever.Encode(TinyModel.Blocks, CancellationToken.None), next.Index.Vectors(Rows));
        Assert.Equal(_model.Encode(TinyModel.Blocks, CancellationToken.None), next.Index.Vectors(Rows));
    }

    [Fact]
    public async Task At_GoesOnWithTheOldIndex_UntilTheNewOneIsWhole()
    {
        // given a corpus that is slow to read
        var gate = new SemaphoreSlim(1);
        using var refresher = Refresher(new GatedBlockStore(gate), RefreshMode.Asynchronous, every: 10);
        var first = refresher.At(0);
        await gate.WaitAsync(TestContext.Current.CancellationToken);

        // when a refresh has begun and cannot go on
        Train();
        var begun = refresher.At(10);
        var meanwhile = refresher.At(15);

        // then the old one answers, and the new one after that
        Assert.Same(first, begun);
        Assert.Same(first, meanwhile);
        gate.Release();
        RefreshedIndex now;
        for (var step = 16; (now = refresher.At(step)).Step == 0; step = 17)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Equal(10, now.Step);
        Assert.Equal(_model.Encode(TinyModel.Blocks, CancellationToken.None), now.Index.Vectors(Rows));
    }

    [Fact]
    public async Task At_BeginsAFailedRefreshAgain()
    {
        var failures = 0;
        using var refresher = Refresher(new FailingBlockStore(() => failures == 1), RefreshMode.Asynchronous, every: 1);
        refresher.At(0);
        failures = 1;
        Train();
        refresher.At(1);
        await Task.Delay(100, TestContext.Current.CancellationToken);

        failures = 0;

        RefreshedIndex now;
        while ((now = refresher.At(2)).Step == 0)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal(8, now.Index.Count);
    }

    [Fact]
    public void At_SaysWhy_WhenARefreshFailsTooOften()
    {
        using var refresher = Refresher(new FailingBlockStore(() => true), RefreshMode.Synchronous, every: 1, restarts: 0);

        var failure = Assert.Throws<IndexException>(() => refresher.At(0));

        Assert.Contains("the disk is full", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.At("refresh"), "refresh-*.json"));
    }

    [Fact]
    public void At_TakesTheIndexOfTheStep_WhenTheRunIsResumed()
    {
        // given a run that was killed after its second refresh, whose checkpoint is older than that
        var store = new MemoryBlockStore(TinyModel.Blocks);
        string generation;
        using (var killed = Refresher(store, RefreshMode.Synchronous, every: 10))
        {
            killed.At(0);
            Train();
            generation = killed.At(10).Index.Generation;
            Train();
            killed.At(20);
        }
        Train();

        // when it goes on from step 13
        using var refresher = Refresher(store, RefreshMode.Synchronous, every: 10, resume: true);
        var resumed = refresher.At(13);

        // then with the index and the retriever that it had there
        Assert.Equal((10, generation), (resumed.Step, resumed.Index.Generation));
        Assert.Equal(resumed.Retriever.Encode(TinyModel.Blocks, CancellationToken.None), resumed.Index.Vectors(Rows));
    }

    [Fact]
    public void At_KeepsNoMoreThanACheckpointCanNeed()
    {
        using var refresher = Refresher(new MemoryBlockStore(TinyModel.Blocks), RefreshMode.Synchronous, every: 2);

        for (var step = 0; step < 20; step++)
            refresher.At(step);

        // Checkpoints reach back to step 13, which began with the generation of step 12.
        Assert.Equal(["index-000000012", "index-000000014", "index-000000016", "index-000000018"],
            Directory.GetDirectories(_folder.At("refresh")).Select(Path.GetFileName).Order());
        Assert.Equal(4, Directory.GetFiles(_folder.At("refresh"), "retriever-*").Length);
    }

    [Fact]
    public void At_ForgetsWhatARunBuiltThatWasThrownBack()
    {
        // given a run that was killed at step 30 and goes on from step 5
        var store = new MemoryBlockStore(TinyModel.Blocks);
        using (var killed = Refresher(store, RefreshMode.Asynchronous, every: 10))
            killed.At(0);
        using (var killed = Refresher(store, RefreshMode.Synchronous, every: 10, resume: true))
            killed.At(30);

        using var refresher = Refresher(store, RefreshMode.Synchronous, every: 10, resume: true);
        refresher.At(5);
        Train();
        refresher.At(10);

        Assert.Equal(["index-000000000", "index-000000010"], Directory.GetDirectories(_folder.At("refresh")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task At_BuildsOneIndexAfterTheOther_WhenItIsContinuous()
    {
        using var refresher = Refresher(new MemoryBlockStore(TinyModel.Blocks), RefreshMode.Asynchronous, every: 0);
        var first = refresher.At(0).Index.Generation;

        // The trainer takes steps and changes over whenever a build has ended.
        var begun = new HashSet<long>();
        for (var step = 1; step < 2000 && begun.Count < 4; step++)
        {
            Train();
            begun.Add(refresher.At(step).Step);
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.True(begun.Count >= 4, $"Indexes of the steps {string.Join(", ", begun)} alone were used.");
        Assert.NotEqual(first, refresher.Current!.Index.Generation);
    }

    [Fact]
    public void At_TakesAGenerationOfTheSameWeights_WhereOneIsKnown()
    {
        // given an index of the corpus with these weights, and one with others
        IndexBuilder.Build(new IndexRequest(_folder.At("other"), new MemoryBlockStore(TinyModel.Blocks), "1", new HashEncoder(), "other"), TimeProvider.System,
            null, CancellationToken.None);
        var built = IndexBuilder.Build(
            new IndexRequest(_folder.At("own"), new MemoryBlockStore(TinyModel.Blocks), "1", _model, "own"), TimeProvider.System, null, CancellationToken.None);

        // when a training begins from them and the corpus cannot be read
        using var refresher =
            Refresher(new FailingBlockStore(() => true), RefreshMode.Frozen, every: 1, restarts: 0,
            known: [_folder.At("missing"), _folder.At("other"), _folder.At("own")]);
        var first = refresher.At(0);

        // then it retrieves from a copy
        Directory.Delete(_folder.At("own"), recursive: true);
        Assert.Equal(built, first.Index.Generation);
        Assert.Equal(_model.Encode(TinyModel.Blocks, CancellationToken.None), first.Index.Vectors(Rows));
    }

    [Fact]
    public void At_BuildsTheGeneration_WhereTheKnownOneIsDamaged()
    {
        var store = new MemoryBlockStore(TinyModel.Blocks);
        var built = IndexBuilder.Build(new IndexRequest(_folder.At("own"), store, "1", _model, "own"), TimeProvider.System, null, CancellationToken.None);
        var vectors = GenerationFiles.Vectors(Path.Combine(_folder.At("own"), built));
        var bytes = File.ReadAllBytes(vectors);
        bytes[9] ^= 1;
        File.WriteAllBytes(vectors, bytes);

        using var refresher = Refresher(store, RefreshMode.Frozen, every: 1, known: [_folder.At("own")]);

        Assert.Equal(_model.Encode(TinyModel.Blocks, CancellationToken.None), refresher.At(0).Index.Vectors(Rows));
    }

    [Fact]
    public void At_LeavesTheDrawsOfTheStepAlone()
    {
        using var refresher = Refresher(new MemoryBlockStore(TinyModel.Blocks), RefreshMode.Synchronous, every: 1);
        manual_seed(3);
        using var expected = rand([4]);

        manual_seed(3);
        refresher.At(0);
        using var drawn = rand([4]);

        Assert.True(expected.equal(drawn).all().item<bool>());
    }

    [Fact]
    public void At_EmbedsWithoutDropout_WhileTheModelTrains()
    {
        _model.Embedder.train();
        using var refresher = Refresher(new MemoryBlockStore(TinyModel.Blocks), RefreshMode.Synchronous, every: 1);

        var vectors = refresher.At(0).Index.Vectors(Rows);

        Assert.True(_model.Embedder.training);
        _model.Embedder.eval();
        Assert.Equal(_model.Encode(TinyModel.Blocks, CancellationToken.None), vectors);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    private void Train()
    {
        using var noGradient = no_grad();
        foreach (var (_, parameter) in _model.Embedder.named_parameters())
            parameter.mul_(1.1);
    }

    private IndexRefresher Refresher(IBlockStore store, RefreshMode mode, int every, int restarts = 5, bool resume = false, params string[] known) => new(
        _model, store, "1", new RefreshOptions { Mode = mode, EverySteps = every, Restarts = restarts }, _folder.At("refresh"), resume, farthestBack: 5, known,
        TimeProvider.System, null, CancellationToken.None);

    /// <summary>Waits at a gate before it gives its blocks.</summary>
    private sealed class GatedBlockStore(SemaphoreSlim gate) : IBlockStore
    {
        private readonly MemoryBlockStore _blocks = new(TinyModel.Blocks);

        public long CountBlocks() => _blocks.CountBlocks();

        public IReadOnlyList<StoredBlock> GetBlocks(IReadOnlyList<long> rows) => _blocks.GetBlocks(rows);

        public IReadOnlySet<long> LiveRows(IReadOnlyCollection<long> rows) => _blocks.LiveRows(rows);

        public IReadOnlyDictionary<long, string> SourceIds(IReadOnlyCollection<long> documents) => _blocks.SourceIds(documents);

        public IEnumerable<StoredBlock> EnumerateBlocks(long afterRow = 0)
        {
            gate.Wait();
            gate.Release();
            return _blocks.EnumerateBlocks(afterRow);
        }
    }

    private sealed class FailingBlockStore(Func<bool> fails) : IBlockStore
    {
        private readonly MemoryBlockStore _blocks = new(TinyModel.Blocks);

        public long CountBlocks() => _blocks.CountBlocks();

        public IReadOnlyList<StoredBlock> GetBlocks(IReadOnlyList<long> rows) => _blocks.GetBlocks(rows);

        public IReadOnlySet<long> LiveRows(IReadOnlyCollection<long> rows) => _blocks.LiveRows(rows);

        public IReadOnlyDictionary<long, string> SourceIds(IReadOnlyCollection<long> documents) => _blocks.SourceIds(documents);

        public IEnumerable<StoredBlock> EnumerateBlocks(long afterRow = 0) =>
            fails() ? throw new IOException("the disk is full") : _blocks.EnumerateBlocks(afterRow);
    }
}
