using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Corpora;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests.Runs;

public sealed class PauseTests : IDisposable
{
    private readonly TempData _data = new();

    public PauseTests() => _data.Corpora.Create("handbook");

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task PausedRun_LetsOthersGo_AndGoesOnWhenItIsResumed()
    {
        await using var host = await JobsHost.StartAsync(_data.Folder);
        var launched = await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann");
        await host.WaitAsync(launched.Id, run => run.Done > 3);
        var other = await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook", "tiny"), "ann");

        var asked = await host.Launcher.PauseAsync(launched.Id);
        await host.WaitForAsync(launched.Id, RunState.Paused);
        await host.WaitForAsync(other.Id, RunState.Running);
        var paused = (await host.Store.FindAsync(launched.Id))!;
        await host.Launcher.ResumeAsync(launched.Id);
        File.WriteAllText(Path.Combine(_data.Folder, "go"), "");
        var ended = await host.WaitForEndAsync(launched.Id);

        Assert.True(asked!.State is RunState.Pausing or RunState.Paused);
        Assert.Equal((0, null, null), (paused.Attempt, paused.Owner, paused.EndedAt));
        Assert.Equal(RunState.Succeeded, ended.State);
    }

    [Fact]
    public async Task PausedRun_StaysPaused_AfterARestart_AndCanBeCancelled()
    {
        Guid id;
        await using (var before = await JobsHost.StartAsync(_data.Folder))
        {
            id = (await before.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann")).Id;
            await before.WaitAsync(id, run => run.Done > 0);
            await before.Launcher.PauseAsync(id);
            await before.WaitForAsync(id, RunState.Paused);
        }

        await using var host = await JobsHost.StartAsync(_data.Folder);
        var after = await host.Reader.FindAsync(id);
        var cancelled = await host.Launcher.CancelAsync(id);

        Assert.Equal(RunState.Paused, after!.State);
        Assert.Equal(RunState.Cancelled, cancelled!.State);
    }

    [Fact]
    public async Task PausingRun_IsPaused_WhenItsProcessWasKilled()
    {
        var run = await RunSamples.InStateAsync(_data.Get<RunStore>(), RunState.Pausing, RunSamples.DeadOwner);

        await using var host = await JobsHost.StartAsync(_data.Folder);

        Assert.Equal(RunState.Paused, (await host.WaitForAsync(run.Id, RunState.Paused)).State);
    }

    [Fact]
    public async Task Pause_DoesNothing_ToARunThatDoesNotWork()
    {
        var store = _data.Get<RunStore>();
        var over = await RunSamples.InStateAsync(store, RunState.Succeeded);
        await using var host = await JobsHost.StartAsync(_data.Folder);

        Assert.Equal(RunState.Succeeded, (await host.Launcher.PauseAsync(over.Id))!.State);
        Assert.Null(await host.Launcher.PauseAsync(Guid.NewGuid()));
    }
}
