using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining.Refresh;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.TestKit;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.PreTraining;

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

    private IndexRefresher Refresher(IBlockStore store, RefreshMode mode, int every, int restarts = 5, bool resume = false) => new(
        _model, store, "1", new RefreshOptions { Mode = mode, EverySteps = every, Restarts = restarts }, _folder.At("refresh"), resume, TimeProvider.System, null,
        CancellationToken.None);

    /// <summary>Waits at a gate before it gives its blocks.</summary>
    private sealed class GatedBlockStore(SemaphoreSlim gate) : IBlockStore
    {
        private readonly MemoryBlockStore _blocks = new(TinyModel.Blocks);

        public long CountBlocks() => _blocks.CountBlocks();

        public IReadOnlyList<StoredBlock> GetBlocks(IReadOnlyList<long> rows) => _blocks.GetBlocks(rows);

        public IReadOnlySet<long> LiveRows(IReadOnlyCollection<long> rows) => _blocks.LiveRows(rows);

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

        public IEnumerable<StoredBlock> EnumerateBlocks(long afterRow = 0) =>
            fails() ? throw new IOException("the disk is full") : _blocks.EnumerateBlocks(afterRow);
    }
}
