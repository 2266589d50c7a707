using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Data.Corpora;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Api;

public sealed class ScheduleTests
{
    [Fact]
    public async Task Schedule_IsMadeChangedRunAndDeleted()
    {
        using var command = new PatientCommand();
        await using var site = await Site.StartAsync(null, command.Settings);
        site.Services.GetRequiredService<CorpusLibrary>().Create("handbook");
        using var admin = await site.AdminAsync();
        var wanted = new SaveScheduleRequest("Nightly", new RunOrder(RunKind.IndexBuild, IndexOf: "handbook"), "0 3 * * *", "Europe/Berlin");

        using var posted = await admin.PostAsJsonAsync(ApiRoutes.Schedules, wanted, TestContext.Current.CancellationToken);
        var made = (await posted.Content.ReadFromJsonAsync<ScheduleView>(TestContext.Current.CancellationToken))!;
        using var changed = await admin.PutAsJsonAsync(ApiRoutes.Schedule(made.Id), wanted with { Cron = "0 4 * * *" }, TestContext.Current.CancellationToken);
        using var off = await admin.PutAsJsonAsync(ApiRoutes.ScheduleEnabled(made.Id), new SetEnabledRequest(false), TestContext.Current.CancellationToken);
        using var run = await admin.PostAsync(ApiRoutes.RunSchedule(made.Id), null, TestContext.Current.CancellationToken);
        var started = (await run.Content.ReadFromJsonAsync<RunStarted>(TestContext.Current.CancellationToken))!;
        var shown = Assert.Single(await Reply.GetAsync<List<ScheduleView>>(admin, ApiRoutes.Schedules));
        using var gone = await admin.DeleteAsync(ApiRoutes.Schedule(made.Id), TestContext.Current.CancellationToken);
        var after = await Reply.GetAsync<List<ScheduleView>>(admin, ApiRoutes.Schedules);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.OK), (posted.StatusCode, changed.StatusCode, off.StatusCode));
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.NoContent), (run.StatusCode, gone.StatusCode));
        Assert.Equal((wanted.Run, Site.AdminName, 3), (made.Run, made.MadeBy, made.NextAt!.Value.Hour));
        Assert.Equal(("0 4 * * *", false, null), (shown.Cron, shown.Enabled, shown.NextAt));
        Assert.Equal(started.RunId, Assert.Single(shown.Last).RunId);
        Assert.Empty(after);
        Assert.Equal(started.RunId, (await Reply.GetAsync<RunSnapshot>(admin, ApiRoutes.Run(started.RunId))).Id);
    }

    [Fact]
    public async Task Schedule_BringsACorpusIntoStepWithAFolder()
    {
        var folder = Directory.CreateTempSubdirectory("realmweb-kept-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "garden.txt"), "The garden is open.", TestContext.Current.CancellationToken);
            await using var site = await Site.StartAsync(null, [$"Realm:Jobs:SourceFolders:kept={folder.FullName}"]);
            var corpus = site.Services.GetRequiredService<CorpusLibrary>().Create("handbook");
            using var admin = await site.AdminAsync();
            var nightly = new SaveScheduleRequest(
                "Nightly", new RunOrder(RunKind.Sync, Sync: new StartSyncRequest("handbook", "kept")), "0 3 * * *", "Europe/Berlin");

            using var posted = await admin.PostAsJsonAsync(ApiRoutes.Schedules, nightly, TestContext.Current.CancellationToken);
            var made = (await posted.Content.ReadFromJsonAsync<ScheduleView>(TestContext.Current.CancellationToken))!;
            using var run = await admin.PostAsync(ApiRoutes.RunSchedule(made.Id), null, TestContext.Current.CancellationToken);
            var started = (await run.Content.ReadFromJsonAsync<RunStarted>(TestContext.Current.CancellationToken))!;
            var ended = await Reply.EndOfRunAsync(admin, started.RunId);
            using var other = await admin.PostAsJsonAsync(
                ApiRoutes.Sync, new StartSyncRequest("handbook", folder.FullName), TestContext.Current.CancellationToken);

            Assert.Equal(["kept"], await Reply.GetAsync<List<string>>(admin, ApiRoutes.SourceFolders));
            Assert.Equal((RunState.Succeeded, 1), (ended.State, corpus.Info().Documents));
            await Reply.ProblemAsync(other, HttpStatusCode.BadRequest, "bad-sync");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Schedule_IsRefused_WithWhatIsWrong()
    {
        await using var site = await Site.StartAsync();
        using var admin = await site.AdminAsync();
        var wanted = new SaveScheduleRequest("Nightly", new RunOrder(RunKind.IndexBuild, IndexOf: "handbook"), "0 3 * * *", "Europe/Berlin");

        using var unknown = await admin.PostAsJsonAsync(ApiRoutes.Schedules, wanted, TestContext.Current.CancellationToken);
        using var times = await admin.GetAsync(ApiRoutes.ScheduleTimes("often", "UTC"), TestContext.Current.CancellationToken);
        using var missing = await admin.DeleteAsync(ApiRoutes.Schedule(Guid.Empty), TestContext.Current.CancellationToken);
        var next = await Reply.GetAsync<NextTimes>(admin, ApiRoutes.ScheduleTimes("0 3 * * *", "Asia/Kolkata"));

        await Reply.ProblemAsync(unknown, HttpStatusCode.NotFound, "unknown-corpus");
        Assert.Contains("\"often\" cannot be used", (await Reply.ProblemAsync(times, HttpStatusCode.BadRequest, "bad-schedule")).Detail, StringComparison.Ordinal);
        await Reply.ProblemAsync(missing, HttpStatusCode.NotFound, "unknown-schedule");
        Assert.Equal((5, TimeSpan.FromHours(5.5)), (next.Times.Count, next.Times[0].Offset));
    }
}
