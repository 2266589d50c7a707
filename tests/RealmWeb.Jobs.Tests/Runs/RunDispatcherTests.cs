using Hangfire.InMemory;
using Hangfire;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Runs;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests.Runs;

public sealed class RunDispatcherTests : IDisposable
{
    private readonly TempData _data = new();
    private readonly InMemoryStorage _storage = new();
    private readonly SetClock _clock = new();
    private readonly RunDispatcher _dispatcher;

    // Nobody works on this storage: what was handed over stays to be counted.
    public RunDispatcherTests() => _dispatcher = new RunDispatcher(new BackgroundJobClient(_storage), _data.Get<RunStore>(), _clock);

    private long HandedOver => _storage.GetMonitoringApi().EnqueuedCount("realm-io");

    public void Dispose()
    {
        _storage.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task DispatchQueued_HandsARunOverOnce_UntilItArrivesOrIsLost()
    {
        var run = await RunSamples.NewAsync(_data.Get<RunStore>(), kind: RunKind.IndexBuild);

        await _dispatcher.DispatchQueuedAsync(TestContext.Current.CancellationToken);
        _clock.Advance(RunDispatcher.Patience / 2);
        await _dispatcher.DispatchQueuedAsync(TestContext.Current.CancellationToken);
        var once = HandedOver;
        _clock.Advance(RunDispatcher.Patience / 2);
        await _dispatcher.DispatchQueuedAsync(TestContext.Current.CancellationToken);
        await _dispatcher.DispatchQueuedAsync(TestContext.Current.CancellationToken);
        var lost = HandedOver;
        _dispatcher.Arrived(run.Id);
        await _dispatcher.DispatchQueuedAsync(TestContext.Current.CancellationToken);

        Assert.Equal((1, 2, 3), (once, lost, HandedOver));
    }

    private sealed class SetClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }
}
