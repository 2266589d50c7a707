using System.Collections.Concurrent;
using RealmWeb.Engine.Answering;

namespace RealmWeb.Engine.Tests.Answering;

public sealed class MicroBatcherTests
{
    [Fact]
    public async Task RunAsync_GivesEachCallerItsOwnResults_WhenManyCallAtOnce()
    {
        var batches = new ConcurrentBag<int>();
        await using var batcher = new MicroBatcher<int, int>(items =>
        {
            batches.Add(items.Count);
            Thread.Sleep(2);
            return [.. items.Select(item => item * item)];
        }, maxItems: 8);

        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => batcher.RunAsync([i, -i - 1000], CancellationToken.None))));

        for (var i = 0; i < 100; i++)
            Assert.Equal([i * i, (i + 1000) * (i + 1000)], results[i]);
        Assert.All(batches, count => Assert.InRange(count, 2, 8));
        Assert.Equal(200, batches.Sum());
        Assert.True(batches.Count < 100, "Callers that waited together were not served together.");
    }

    [Fact]
    public async Task RunAsync_FailsOnlyTheCallersOfTheBatch_WhenTheBatchFails()
    {
        // given a batch that is computing while three more callers come
        using var gate = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        await using var batcher = new MicroBatcher<int, int>(items =>
        {
            begun.Set();
            gate.Wait();
            return items.Contains(13) ? throw new InvalidOperationException("thirteen") : items;
        }, maxItems: 2);
        var first = batcher.RunAsync([1], CancellationToken.None);
        begun.Wait(TestContext.Current.CancellationToken);
        var second = batcher.RunAsync([2], CancellationToken.None);
        var unlucky = batcher.RunAsync([13], CancellationToken.None);
        var third = batcher.RunAsync([3], CancellationToken.None);

        gate.Set();

        // then 2 and 13 shared a batch and its failure, and nobody else did
        Assert.Equal([1], await first);
        Assert.Equal("thirteen", (await Assert.ThrowsAsync<InvalidOperationException>(() => unlucky)).Message);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second);
        Assert.Equal([3], await third);
        Assert.Equal([4], await batcher.RunAsync([4], CancellationToken.None));
    }

    [Fact]
    public async Task RunAsync_IsNeverComputed_WhenItWasCancelledWhileItWaited()
    {
        using var gate = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        using var source = new CancellationTokenSource();
        var computed = new ConcurrentBag<int>();
        await using var batcher = new MicroBatcher<int, int>(items =>
        {
            begun.Set();
            gate.Wait();
            foreach (var item in items)
                computed.Add(item);
            return items;
        }, maxItems: 1);
        var first = batcher.RunAsync([1], CancellationToken.None);
        begun.Wait(TestContext.Current.CancellationToken);
        var waiting = batcher.RunAsync([2], source.Token);

        await source.CancelAsync();

        // then the caller hears of it at once, and the model never sees the item
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        gate.Set();
        await first;
        await batcher.RunAsync([3], CancellationToken.None);
        Assert.Equal([1, 3], computed.Order());
    }

    [Fact]
    public async Task DisposeAsync_ServesWhoWaitsAndRefusesWhoComes()
    {
        using var gate = new ManualResetEventSlim();
        var batcher = new MicroBatcher<int, int>(items =>
        {
            gate.Wait();
            return items;
        }, maxItems: 1);
        var waiting = Enumerable.Range(0, 5).Select(i => batcher.RunAsync([i], CancellationToken.None)).ToArray();

        var closing = batcher.DisposeAsync();
        gate.Set();
        await closing;

        Assert.Equal([0, 1, 2, 3, 4], (await Task.WhenAll(waiting)).Select(results => results[0]));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => batcher.RunAsync([9], CancellationToken.None));
    }
}
