using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RealmWeb.TestKit;
using static RealmWeb.Contracts.Runs.RunState;

namespace RealmWeb.Data.Tests.Runs;

public sealed class RunStoreTests : IDisposable
{
    private readonly TempData _data = new();

    private RunStore Store => _data.Get<RunStore>();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task TryStart_GivesTheLeaseToOne_WhenManyTry()
    {
        var run = await RunSamples.NewAsync(Store);

        var started = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Store.TryStartAsync(run.Id, $"owner {i}"))));

        Assert.Single(started, won => won);
        Assert.Equal(1, (await Store.FindAsync(run.Id))!.Attempt);
    }

    [Fact]
    public async Task TryStart_Refuses_WhileARunWithTheSameKeyWorks()
    {
        var first = await RunSamples.NewAsync(Store, key: "corpus:handbook");
        var second = await RunSamples.NewAsync(Store, key: "corpus:handbook");
        var other = await RunSamples.NewAsync(Store, key: "corpus:other");

        Assert.True(await Store.TryStartAsync(first.Id, "me"));
        Assert.False(await Store.TryStartAsync(second.Id, "me"));
        Assert.True(await Store.TryStartAsync(other.Id, "me"));
        await Store.TryTransitionAsync(first.Id, [Running], Succeeded);
        Assert.True(await Store.TryStartAsync(second.Id, "me"));
    }

    [Theory]
    [InlineData(Succeeded)]
    [InlineData(Failed)]
    [InlineData(Cancelled)]
    [InlineData(Interrupted)]
    public async Task Report_DoesNotBringARunBack_WhenItIsOver(RunState state)
    {
        var run = await RunSamples.InStateAsync(Store, state);

        Assert.False(await Store.ReportAsync(run.Id, "me", new RunProgress(5, 10, "documents", "Reading")));
        Assert.Null(await Store.BeatAsync(run.Id, "me", TimeProvider.System.GetUtcNow()));
        await Store.AppendMetricsAsync(run.Id, "me", 1, new Dictionary<string, double> { ["loss"] = 1 });

        var after = (await Store.FindAsync(run.Id))!;
        Assert.Equal((state, 0L, run.Revision, "{}"), (after.State, after.Done, after.Revision, after.MetricsJson));
    }

    [Fact]
    public async Task Beat_TellsTheHolder_WhenTheRunShallStopOrWasTaken()
    {
        var run = await RunSamples.InStateAsync(Store, Running);

        Assert.Equal(Running, await Store.BeatAsync(run.Id, "me", TimeProvider.System.GetUtcNow()));
        Assert.Null(await Store.BeatAsync(run.Id, "somebody else", TimeProvider.System.GetUtcNow()));
        await Store.TryTransitionAsync(run.Id, [Running], Stopping);
        Assert.Equal(Stopping, await Store.BeatAsync(run.Id, "me", TimeProvider.System.GetUtcNow()));
    }

    [Fact]
    public async Task Times_ComeBackAsTheyWere_WithoutTheirZone()
    {
        var run = await RunSamples.NewAsync(Store);

        Assert.Equal(run.CreatedAt, (await Store.FindAsync(run.Id))!.CreatedAt);
    }

    [Fact]
    public async Task List_GivesTheNewestFirst_OfTheStatesAskedFor()
    {
        var done = await RunSamples.InStateAsync(Store, Succeeded);
        var first = await RunSamples.NewAsync(Store);
        var second = await RunSamples.NewAsync(Store);

        Assert.Equal([second.Id, first.Id], (await Store.ListAsync(new RunFilter([Queued]))).Select(run => run.Id));
        Assert.Equal([second.Id, first.Id, done.Id], (await Store.ListAsync()).Select(run => run.Id));
        Assert.Empty(await Store.ListAsync(new RunFilter(Target: "other")));
    }

    [Fact]
    public async Task ReadLog_GoesOnBehindTheLastLineSeen()
    {
        var run = await RunSamples.NewAsync(Store);
        var written = await Store.AppendLogAsync(run.Id, [new RunLogText("info", "one"), new RunLogText("warning", "two")]);

        Assert.Equal(["one", "two"], (await Store.ReadLogAsync(run.Id)).Select(line => line.Message));
        Assert.Equal("two", Assert.Single(await Store.ReadLogAsync(run.Id, written[0].Sequence)).Message);
    }

    [Fact]
    public async Task ReadMetrics_ThinsACurveButKeepsItsSpike()
    {
        var run = await RunSamples.InStateAsync(Store, Running);
        for (var step = 0; step < 500; step++)
            await Store.AppendMetricsAsync(
                run.Id, "me", step, new Dictionary<string, double> { ["loss"] = step == 333 ? 99 : 1.0 / (step + 1), ["nan"] = double.NaN });

        var curve = await Store.ReadMetricsAsync(run.Id, maxPoints: 50);

        Assert.InRange(curve.Count, 25, 50);
        Assert.All(curve, point => Assert.Equal("loss", point.Name));
        Assert.Equal(curve.Select(point => point.Step).Order(), curve.Select(point => point.Step));
        Assert.Contains(curve, point => point is { Step: 333, Value: 99 });
        Assert.Contains("\"loss\"", (await Store.FindAsync(run.Id))!.MetricsJson, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadMetrics_TakesTheLaterValue_WhenAStepWasDoneTwice()
    {
        var run = await RunSamples.InStateAsync(Store, Running);
        foreach (var value in new[] { 1.0, 2.0 })
            await Store.AppendMetricsAsync(run.Id, "me", 7, new Dictionary<string, double> { ["loss"] = value });

        Assert.Equal(2.0, Assert.Single(await Store.ReadMetricsAsync(run.Id)).Value);
    }

    [Fact]
    public async Task Migrate_DoesNothing_WhenItIsDoneAlready_AndSeveralMayTry()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => TempData.ServicesIn(_data.Folder).Dispose())));

        Assert.Empty(await Store.ListAsync());
    }

    [Fact]
    public async Task Migrate_GoesOn_WhenAnotherProcessWasKilledInTheMiddle()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_data.Folder, "second")).FullName;
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder, "realm.db")}"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText =
                "CREATE TABLE \"__EFMigrationsLock\" (\"Id\" INTEGER PRIMARY KEY, \"Timestamp\" TEXT NOT NULL); INSERT INTO \"__EFMigrationsLock\" VALUES (1, "
                + "'then');";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using var services = TempData.ServicesIn(folder);

        Assert.Empty(await ((RunStore)services.GetService(typeof(RunStore))!).ListAsync(cancellationToken: TestContext.Current.CancellationToken));
    }
}
