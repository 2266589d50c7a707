using System.Globalization;
using Hangfire;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Data.Schedules;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Schedules;
using RealmWeb.Jobs.Training;
using RealmWeb.TestKit;

namespace RealmWeb.Jobs.Tests.Schedules;

/// <summary>Schedules over a clock that is set, rung by the real Hangfire.</summary>
public sealed class ScheduleTests : IDisposable
{
    private readonly TempData _data = new();
    private readonly SetClock _clock = new(At("2026-03-28T12:00Z"));

    public ScheduleTests() => _data.Corpora.Create("handbook");

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Schedule_StartsItsRunOnce_WhenItsTimeIsInTheHourThatIsNotThere()
    {
        await using var host = await StartAsync();
        var schedule = await host.Get<ScheduleDesk>().CreateAsync(Nightly("30 2 * * *"), "ann");

        await RingAsync(host, At("2026-03-29T00:59:50Z"));
        var before = await EntriesAsync(host, schedule.Id);
        await RingAsync(host, At("2026-03-29T01:00:20Z"));
        await RingAsync(host, At("2026-03-29T01:01:20Z"));

        Assert.Empty(before);
        var entry = Assert.Single(await EntriesAsync(host, schedule.Id));
        Assert.Equal((ScheduleResult.Started, At("2026-03-29T01:00Z"), null), (entry.Result, entry.DueAt, entry.Note));
        var run = (await host.Reader.FindAsync(entry.RunId!.Value))!;
        Assert.Equal((RunKind.IndexBuild, "handbook", "schedule Nightly"), (run.Kind, run.Target, run.StartedBy));
        var shown = Assert.Single(await host.Get<ScheduleDesk>().ListAsync());
        Assert.Equal("2026-03-30 02:30 +02:00", shown.NextAt!.Value.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture));
        Assert.Equal(run.Id, Assert.Single(shown.Last).RunId);
    }

    [Fact]
    public async Task Schedule_StartsItsRunOnce_InTheHourThatComesTwice()
    {
        _clock.Now = At("2026-10-24T12:00Z");
        await using var host = await StartAsync();
        var schedule = await host.Get<ScheduleDesk>().CreateAsync(Nightly("30 2 * * *"), "ann");

        await RingAsync(host, At("2026-10-25T00:30:10Z"));
        await RingAsync(host, At("2026-10-25T01:30:10Z"));

        Assert.Equal([At("2026-10-25T00:30Z")], (await EntriesAsync(host, schedule.Id)).Select(entry => entry.DueAt));
    }

    [Theory]
    [InlineData(MissedPolicy.RunOnce, ScheduleResult.Started)]
    [InlineData(MissedPolicy.Skip, ScheduleResult.Missed)]
    public async Task Start_SettlesWhatWasMissed_WhenTheSiteWasDown(MissedPolicy missed, ScheduleResult expected)
    {
        Guid id;
        await using (var before = await StartAsync())
            id = (await before.Get<ScheduleDesk>().CreateAsync(Nightly("30 2 * * *") with { Missed = missed }, "ann")).Id;

        _clock.Now = At("2026-03-31T12:00Z");
        await using var host = await StartAsync();

        var entry = Assert.Single(await UntilAsync(host, id, entries => entries.Count > 0));
        Assert.Equal((expected, At("2026-03-31T00:30Z"), "The site was down at 3 times."), (entry.Result, entry.DueAt, entry.Note));
        Assert.Equal(expected == ScheduleResult.Started, entry.RunId is not null);
        Assert.Equal(At("2026-04-01T00:30Z"), (await host.Get<ScheduleStore>().FindAsync(id))!.NextAt);
    }

    [Theory]
    [InlineData(OverlapPolicy.Skip, ScheduleResult.Skipped, RunState.Running)]
    [InlineData(OverlapPolicy.Queue, ScheduleResult.Started, RunState.Running)]
    [InlineData(OverlapPolicy.CancelOld, ScheduleResult.Started, RunState.Cancelled)]
    public async Task Schedule_DoesAsItsPolicySays_WhenItsRunIsNotOver(OverlapPolicy policy, ScheduleResult expected, RunState old)
    {
        await using var host = await StartAsync();
        var schedule = await host.Get<ScheduleDesk>().CreateAsync(Nightly("0 3 * * *") with { Overlap = policy }, "ann");
        await RingAsync(host, At("2026-03-29T01:00:10Z"));
        var first = (await EntriesAsync(host, schedule.Id))[0].RunId!.Value;
        await host.WaitForAsync(first, RunState.Running);

        await RingAsync(host, At("2026-03-30T01:00:10Z"));

        var second = (await EntriesAsync(host, schedule.Id))[0];
        await host.WaitForAsync(first, old);
        Assert.Equal((expected, 2), (second.Result, (await EntriesAsync(host, schedule.Id)).Count));
        Assert.Equal(expected == ScheduleResult.Started, second.RunId is not null && second.RunId != first);
        Assert.Equal(policy == OverlapPolicy.Skip ? "Index build of handbook was not over." : null, second.Note);
        Finish();
    }

    [Fact]
    public async Task Schedule_FindsTheRunThatItStarted_WhenItWasKilledBeforeItCouldSaySo()
    {
        await using var host = await StartAsync();
        var schedule = await host.Get<ScheduleDesk>().CreateAsync(Nightly("0 3 * * *"), "ann");
        var due = At("2026-03-29T01:00Z");
        var started = await host.Launcher.LaunchAsync(
            new IndexBuildParameters("handbook"), "schedule Nightly", $"schedule:{schedule.Id:N}:{due.UtcTicks}");

        await RingAsync(host, due.AddSeconds(10));

        Assert.Equal((ScheduleResult.Started, started.Id), (await EntriesAsync(host, schedule.Id)).Select(entry => (entry.Result, entry.RunId!.Value)).Single());
        Assert.Single(await host.Store.ListAsync());
    }

    [Fact]
    public async Task Training_MakesAModelOfItsOwnEachTime()
    {
        await using var host = await StartAsync();
        _data.Corpora.Open("handbook").Import("a", "A", "some words");
        var run = new RunOrder(RunKind.PreTrain, Training: new StartTrainingRequest(RunKind.PreTrain, "handbook", 5, "", "nightly"));
        var schedule = await host.Get<ScheduleDesk>().CreateAsync(Nightly("0 3 * * *") with { Run = run, Overlap = OverlapPolicy.Queue }, "ann");

        await RingAsync(host, At("2026-03-29T01:00:10Z"));
        await RingAsync(host, At("2026-03-30T01:00:10Z"));

        var runs = await host.Store.ListAsync();
        Assert.Equal(["nightly-20260330-0100", "nightly-20260329-0100"], runs.Select(started => started.Target));
        Assert.Equal("tiny", RunParameters.Of<TrainingParameters>(runs[0]).Model);
        Finish();
    }

    [Fact]
    public async Task Schedule_SaysWhyNothingWasStarted_AndGoesOn()
    {
        await using var host = await StartAsync();
        var schedule = await host.Get<ScheduleDesk>().CreateAsync(Nightly("0 3 * * *"), "ann");
        _data.Corpora.Delete("handbook");

        await RingAsync(host, At("2026-03-29T01:00:10Z"));

        var entry = Assert.Single(await EntriesAsync(host, schedule.Id));
        Assert.Equal(ScheduleResult.Refused, entry.Result);
        Assert.StartsWith("There is no corpus \"handbook\".", entry.Note, StringComparison.Ordinal);
        Assert.Equal(At("2026-03-30T01:00Z"), (await host.Get<ScheduleStore>().FindAsync(schedule.Id))!.NextAt);
    }

    [Fact]
    public async Task Schedule_StartsNothing_WhileItIsSwitchedOff()
    {
        await using var host = await StartAsync();
        var desk = host.Get<ScheduleDesk>();
        var schedule = await desk.CreateAsync(Nightly("0 3 * * *"), "ann");
        var off = await desk.SetEnabledAsync(schedule.Id, false);
        await RingAsync(host, At("2026-03-29T01:00:10Z"));

        var on = await desk.SetEnabledAsync(schedule.Id, true);

        Assert.Null(off!.NextAt);
        Assert.Equal(At("2026-03-30T01:00Z"), on!.NextAt);
        Assert.Empty(await EntriesAsync(host, schedule.Id));
    }

    [Fact]
    public async Task RunNow_StartsTheRun_AndLeavesTheTimesAsTheyAre()
    {
        await using var host = await StartAsync();
        var desk = host.Get<ScheduleDesk>();
        var schedule = await desk.CreateAsync(Nightly("0 3 * * *"), "ann");

        var run = (await host.Reader.FindAsync((await desk.RunNowAsync(schedule.Id, "bob"))!.RunId!.Value))!;

        var shown = Assert.Single(await desk.ListAsync());
        Assert.Equal((run.Id, "By bob."), (shown.Last[0].RunId, shown.Last[0].Note));
        Assert.Equal((schedule.NextAt, "bob"), (shown.NextAt, run.StartedBy));
        Finish();
    }

    [Fact]
    public async Task Desk_RefusesWhatCouldNotBeStarted()
    {
        await using var host = await StartAsync();
        var desk = host.Get<ScheduleDesk>();
        await desk.CreateAsync(Nightly("0 3 * * *"), "ann");

        await RefusedAsync(Nightly("0 3 * * *"), "There already is a schedule \"Nightly\". Choose another name.");
        await RefusedAsync(Nightly("0 3 * * *") with { Name = " " }, "The name has 0 characters. Use 1 to 60.");
        await RefusedAsync(Nightly("0 3 30 2 *") with { Name = "b" }, "names a day that never comes");
        await RefusedAsync(Nightly("0 3 * * *") with { Name = "b", Run = new(RunKind.Import) }, "Import cannot be scheduled.");
        await RefusedAsync(Nightly("0 3 * * *") with { Name = "b", Run = new(RunKind.Evaluate) }, "Evaluation needs the part \"evaluation\"");
        var tooFew = new StartTrainingRequest(RunKind.PreTrain, "handbook", 0, "", "m");
        await RefusedAsync(Nightly("0 3 * * *") with { Name = "b", Run = new(RunKind.PreTrain, Training: tooFew) }, "The number of steps is 0.");
        Assert.Single(await desk.ListAsync());

        async Task RefusedAsync(SaveScheduleRequest request, string why) =>
            Assert.Contains(why, (await Assert.ThrowsAsync<ArgumentException>(() => desk.CreateAsync(request, "ann"))).Message, StringComparison.Ordinal);
    }

    private static SaveScheduleRequest Nightly(string cron) => new("Nightly", new(RunKind.IndexBuild, IndexOf: "handbook"), cron, "Europe/Berlin");

    private static DateTimeOffset At(string moment) => DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture);

    private Task<JobsHost> StartAsync() =>
        JobsHost.StartAsync(_data.Folder, services: services => services.AddSingleton<TimeProvider>(_clock));

    // Hangfire's own clock rings every minute; here it is told to.
    private async Task RingAsync(JobsHost host, DateTimeOffset now)
    {
        _clock.Now = now;
        var rung = host.Get<IRecurringJobManagerV2>().TriggerJob(ScheduleTrigger.JobId)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(10));
        using var storage = host.Get<JobStorage>().GetConnection();
        while (storage.GetJobData(rung)?.State is not "Succeeded")
            await Task.Delay(20, patience.Token);
    }

    private static Task<IReadOnlyList<ScheduleEntry>> EntriesAsync(JobsHost host, Guid id) => host.Get<ScheduleStore>().EntriesAsync(id);

    private static async Task<IReadOnlyList<ScheduleEntry>> UntilAsync(JobsHost host, Guid id, Func<IReadOnlyList<ScheduleEntry>, bool> passes)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(10));
        while (true)
        {
            var entries = await EntriesAsync(host, id);
            if (passes(entries))
                return entries;
            await Task.Delay(20, patience.Token);
        }
    }

    // The child that stands for the realm command works until it sees this.
    private void Finish() => File.WriteAllText(Path.Combine(_data.Folder, "go"), "");
}
