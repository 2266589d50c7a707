using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Corpora;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests.Runs;

/// <summary>What a child tells of its work, and what is seen where it tells nothing any more.</summary>
public sealed class ChildRunTests : IDisposable
{
    private readonly TempData _data = new();

    public ChildRunTests() => _data.Corpora.Create("handbook");

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Child_ThatHangs_IsSeenWhileTheServerLives()
    {
        await using var host = await JobsHost.StartAsync(_data.Folder, options => options.StalledAfter = TimeSpan.FromSeconds(1), child: ChildProgram.Hung);
        var launched = await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann");
        await host.WaitAsync(launched.Id, run => run.Done == 1);

        var hung = await host.WaitAsync(launched.Id, run => run.Stalled);
        await host.WaitAsync(launched.Id, _ => host.Published.Runs.Any(run => run is { Stalled: true, State: RunState.Running }));
        var stored = (await host.Store.FindAsync(launched.Id))!;

        Assert.Equal(RunState.Running, hung.State);
        Assert.True(stored.HeartbeatAt > stored.WorkSeenAt, "The server's own sign of life stopped too.");
        Assert.True(ProcessIdentity.IsAlive(stored.Child!));
        Assert.Contains(await host.Reader.ReadLogAsync(launched.Id), line => line.Level == "warning"
            && line.Message.Contains("no sign of life", StringComparison.Ordinal));
        await host.Launcher.CancelAsync(launched.Id);
        Assert.Equal(RunState.Cancelled, (await host.WaitForEndAsync(launched.Id)).State);
    }

    [Fact]
    public async Task Child_ThatWorks_IsNotStalled()
    {
        await using var host = await JobsHost.StartAsync(_data.Folder, options => options.StalledAfter = TimeSpan.FromSeconds(30));
        var launched = await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann");

        var working = await host.WaitAsync(launched.Id, run => run.Done > 50);
        File.WriteAllText(Path.Combine(_data.Folder, "go"), "");
        await host.WaitForEndAsync(launched.Id);

        Assert.False(working.Stalled);
        Assert.DoesNotContain(host.Published.Runs, run => run.Stalled);
    }

    [Fact]
    public async Task Child_ThatMeasuresNaN_GoesOn_AndItsCurvesLeaveThatOut()
    {
        await using var host = await JobsHost.StartAsync(_data.Folder, child: ChildProgram.NotANumber);

        var run = await host.WaitForEndAsync((await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann")).Id);
        var log = await host.Reader.ReadLogAsync(run.Id);

        Assert.Equal(RunState.Succeeded, run.State);
        Assert.Equal([new RunMetricPoint("loss", 1, 0.5, "Reader")], await host.Reader.ReadMetricsAsync(run.Id));
        Assert.Equal(
            ["loss is NaN at 1 steps of Retriever", "loss is NaN at 2 steps of Reader"],
            log.Where(line => line.Level == "warning").Select(line => line.Message.Split(';')[0]));
    }

    [Fact]
    public async Task Child_OfAnotherRelease_IsEndedWithTheReason()
    {
        await using var host = await JobsHost.StartAsync(_data.Folder, child: ChildProgram.Foreign);

        var run = await host.WaitForEndAsync((await host.Launcher.LaunchAsync(new IndexBuildParameters("handbook"), "ann")).Id);

        Assert.Equal(RunState.Failed, run.State);
        Assert.Contains("Install both from one release", run.Error, StringComparison.Ordinal);
    }
}
