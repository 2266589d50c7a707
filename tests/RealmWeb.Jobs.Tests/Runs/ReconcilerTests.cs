using Microsoft.Extensions.Hosting;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Runs;
using RealmWeb.TestKit;
using static RealmWeb.Contracts.Runs.RunState;

namespace RealmWeb.Jobs.Tests.Runs;

public sealed class ReconcilerTests : IDisposable
{
    private readonly TempData _data = new();

    public ReconcilerTests() => _data.Corpora.Create("handbook");

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Start_BeginsARunAgain_WhenItsProcessIsGone()
    {
        Finish();
        var left = await LeftAsync(Running, attempts: 1);

        await using var host = await JobsHost.StartAsync(_data.Folder);
        var run = await host.WaitForEndAsync(left);

        Assert.Equal(Succeeded, run.State);
        Assert.Equal(2, (await host.Store.FindAsync(left))!.Attempt);
        Assert.Contains(await host.Reader.ReadLogAsync(left), line => line.Message.StartsWith("Queued again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_LetsARunWaitForSomebody_WhenItWasInterruptedTooOften()
    {
        Finish();
        var left = await LeftAsync(Running, attempts: 3);

        await using var host = await JobsHost.StartAsync(_data.Folder);
        var run = (await host.Reader.FindAsync(left))!;
        Assert.Equal(Interrupted, run.State);
        await host.Launcher.ResumeAsync(left);

        Assert.Equal(Succeeded, (await host.WaitForEndAsync(left)).State);
    }

    [Fact]
    public async Task Start_DoesTheCancelThatWasAskedFor_WhenTheProcessIsGone()
    {
        var left = await LeftAsync(Stopping, attempts: 1);

        await using var host = await JobsHost.StartAsync(_data.Folder);

        Assert.Equal(Cancelled, (await host.Reader.FindAsync(left))!.State);
    }

    [Fact]
    public async Task Start_TakesUpWhatWasQueued()
    {
        Finish();
        var queued = await RunSamples.NewAsync(_data.Get<RunStore>(), kind: RunKind.IndexBuild, parameters: """{"Corpus":"handbook"}""");

        await using var host = await JobsHost.StartAsync(_data.Folder);

        Assert.Equal(Succeeded, (await host.WaitForEndAsync(queued.Id)).State);
    }

    [Fact]
    public async Task Start_LeavesARunAlone_WhileItsProcessLives()
    {
        var run = await RunSamples.InStateAsync(_data.Get<RunStore>(), Running, ProcessIdentity.Current);

        await using var host = await JobsHost.StartAsync(_data.Folder);
        await Task.Delay(1200, TestContext.Current.CancellationToken);

        Assert.Equal(Running, (await host.Store.FindAsync(run.Id))!.State);
    }

    [Fact]
    public async Task Reconcile_LeavesAnInterruptedRunToTheNextHost_WhenThisOneStops()
    {
        await using var host = await JobsHost.StartAsync(_data.Folder);
        host.Get<IHostApplicationLifetime>().StopApplication();
        var run = await RunSamples.InStateAsync(_data.Get<RunStore>(), Interrupted);

        await host.Get<IEnumerable<IHostedService>>().OfType<RunReconciler>().Single().ReconcileAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Interrupted, (await host.Store.FindAsync(run.Id))!.State);
    }

    [Fact]
    public async Task Cancel_ReachesARun_ThatAnotherProcessExecutes()
    {
        using var site = ChildProgram.Start(ChildProgram.Site, _data.Folder);
        await site.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        var store = _data.Get<RunStore>();
        var run = await RunSamples.NewAsync(store, kind: RunKind.IndexBuild, parameters: """{"Corpus":"handbook"}""");
        await WaitAsync(async () => (await store.FindAsync(run.Id))!.Done > 0);

        Assert.True(await store.TryTransitionAsync(run.Id, [Running], Stopping));

        await WaitAsync(async () => (await store.FindAsync(run.Id))!.State == Cancelled);
        site.Kill(entireProcessTree: true);
    }

    [Fact]
    public async Task Run_GoesOnElsewhere_WhenItsProcessIsKilled()
    {
        var store = _data.Get<RunStore>();
        var run = await RunSamples.NewAsync(store, kind: RunKind.IndexBuild, parameters: """{"Corpus":"handbook"}""");
        using (var site = ChildProgram.Start(ChildProgram.Site, _data.Folder))
        {
            await WaitAsync(async () => (await store.FindAsync(run.Id))!.Done > 0);
            site.Kill();
            await site.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        var orphan = (await store.FindAsync(run.Id))!;

        await using var host = await JobsHost.StartAsync(_data.Folder);
        await host.WaitAsync(run.Id, _ => store.FindAsync(run.Id).Result!.Attempt == 2);
        var childGone = ProcessIdentity.IsAlive(orphan.Child!) == false;
        Finish();

        Assert.Equal(Running, orphan.State);
        Assert.True(childGone);
        Assert.Equal(Succeeded, (await host.WaitForEndAsync(run.Id)).State);
    }

    [Fact]
    public async Task Import_LosesNothingAndDoublesNothing_WhenItsProcessIsKilled()
    {
        var corpus = _data.Corpora.Open("handbook");
        for (var kills = 0; kills < 2; kills++)
        {
            using var writer = ChildProgram.Start(ChildProgram.Writer, _data.Folder, "handbook", "0", "2000");
            // Without await: a pool whose threads are all at work would come back when the writer is done.
            for (var lines = 0; lines < 5; lines++)
                writer.StandardOutput.ReadLine();
            writer.Kill();
            await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.InRange(corpus.Info().Documents, 35 * (kills + 1), 1999);
            Assert.Equal(corpus.Info().Documents * 2, corpus.Blocks.Enumerate().Count());
        }

        using var last = ChildProgram.Start(ChildProgram.Writer, _data.Folder, "handbook", "0", "2000");
        await last.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Equal((2000, 4000), (corpus.Info().Documents, corpus.Info().Blocks));
        Assert.Equal(4000, corpus.Blocks.Enumerate().Select(block => block.BlockId).Distinct().Count());
        Assert.Equal(2, corpus.Terms.Search(["1234"], 5).Count);
    }

    [Fact]
    public async Task Corpus_IsSharedByTwoProcesses()
    {
        var corpus = _data.Corpora.Open("handbook");
        using var writer = ChildProgram.Start(ChildProgram.Writer, _data.Folder, "handbook", "0", "500");

        for (var i = 0; i < 50; i++)
            corpus.Import($"own-{i}", "Own", $"own line {i}");
        await writer.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await writer.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, writer.ExitCode);
        Assert.Equal((550, 1050), (corpus.Info().Documents, corpus.Info().Blocks));
        Assert.Equal(1050, corpus.Blocks.Enumerate().Count());
    }

    private async Task<Guid> LeftAsync(RunState state, int attempts)
    {
        var store = _data.Get<RunStore>();
        var run = await RunSamples.NewAsync(store, kind: RunKind.IndexBuild, parameters: """{"Corpus":"handbook"}""");
        for (var attempt = 1; ; attempt++)
        {
            await store.TryStartAsync(run.Id, RunSamples.DeadOwner);
            if (attempt == attempts)
                break;
            await store.TryTransitionAsync(run.Id, [Running], Interrupted);
            await store.TryTransitionAsync(run.Id, [Interrupted], Queued);
        }
        if (state == Stopping)
            await store.TryTransitionAsync(run.Id, [Running], Stopping);
        return run.Id;
    }

    private static async Task WaitAsync(Func<Task<bool>> passes)
    {
        for (var waited = 0; !await passes(); waited++)
        {
            Assert.True(waited < 3600, "Nothing happened for three minutes.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private void Finish() => File.WriteAllText(Path.Combine(_data.Folder, "go"), "");
}
