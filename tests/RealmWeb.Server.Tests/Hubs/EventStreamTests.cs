using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Corpora;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Events;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Hubs;

public sealed class EventStreamTests
{
    [Fact]
    public async Task Follower_MissesNothingAndSeesNothingTwice_WhenItsConnectionIsCutDuringARun()
    {
        using var command = new PatientCommand();
        await using var site = await Site.StartAsync(null, command.Settings);
        site.Services.GetRequiredService<CorpusLibrary>().Create("handbook");
        using var admin = await site.AdminAsync();
        var launcher = site.Services.GetRequiredService<RunLauncher>();
        var states = site.Services.GetRequiredService<RunStateChanger>();
        var run = await launcher.LaunchAsync(new IndexBuildParameters("handbook"), Site.AdminName, cancellationToken: TestContext.Current.CancellationToken);
        var topic = EventTopics.Run(run.Id);
        var early = new ConcurrentQueue<EventEnvelope>();

        await using (var first = await FollowAsync(site, topic, early))
        {
            foreach (var happened in (await Reply.GetAsync<EventPage>(admin, ApiRoutes.EventsOf(topic, 0))).Events)
                early.Enqueue(happened);
            // The child's own line: two that log at once may be told of in another order than their lines are kept in.
            await UntilAsync(() => Lines(early).Contains("begun"));
            await LogAsync(states, run.Id, 1, 20);
            await UntilAsync(() => Lines(early).Contains("line 20"));
        }
        await LogAsync(states, run.Id, 21, 40);
        var seen = Once(early).ToList();
        var last = seen[^1].Seq;
        var live = new ConcurrentQueue<EventEnvelope>();
        await using var second = await FollowAsync(site, topic, live);
        await LogAsync(states, run.Id, 41, 60);
        await launcher.CancelAsync(run.Id, TestContext.Current.CancellationToken);
        await UntilAsync(() => States(live).Any(state => state.IsFinal) && Lines(live).Contains("line 60"));
        var missed = await Reply.GetAsync<EventPage>(admin, ApiRoutes.EventsOf(topic, last));

        // As the browser does it: what was missed, then what came, each number once.
        seen.AddRange(Once(missed.Events.Concat(live)).Where(happened => happened.Seq > last));
        var log = await Reply.GetAsync<List<RunLogLine>>(admin, ApiRoutes.RunLog(run.Id, 0));
        Assert.Equal(log.Select(line => line.Message), Lines(seen));
        Assert.Equal(seen.Select(happened => happened.Seq).Distinct(), seen.Select(happened => happened.Seq));
        Assert.Equal(RunState.Cancelled, States(seen).Last().State);
    }

    [Fact]
    public async Task Follower_GetsOneMessageForAllThatIsNew_AndNoStateThatIsPast()
    {
        await using var site = await Site.StartAsync();
        var stream = site.Services.GetRequiredService<EventStream>();
        var messages = new ConcurrentQueue<IReadOnlyList<EventEnvelope>>();
        await using var hub = site.Hub(HubRoutes.Events, await site.AdminCookiesAsync());
        using var onEvents = hub.On<IReadOnlyList<EventEnvelope>>(nameof(IEventsClient.Happened), messages.Enqueue);
        await hub.StartAsync(TestContext.Current.CancellationToken);
        await hub.InvokeAsync<long>(nameof(IEventsHub.Follow), EventTopics.Schedules, TestContext.Current.CancellationToken);

        for (var i = 1; i <= 500; i++)
        {
            stream.Publish(EventTopics.Schedules, "line", null, i);
            stream.Publish(EventTopics.Schedules, "state", "thing", i);
            stream.Publish(EventTopics.Models, "line", null, i);
        }
        await UntilAsync(() => messages.Sum(message => message.Count(happened => happened.Type == "line")) == 500);

        var events = messages.SelectMany(message => message).ToList();
        Assert.All(messages, message => Assert.InRange(message.Count, 1, EventStream.MostPerMessage));
        Assert.Equal(Enumerable.Range(1, 500), events.Where(happened => happened.Type == "line").Select(happened => happened.Data.GetInt32()));
        Assert.All(events, happened => Assert.Equal(EventTopics.Schedules, happened.Topic));
        Assert.Equal(events.Select(happened => happened.Seq).Order().Distinct(), events.Select(happened => happened.Seq));
        Assert.InRange(events.Count(happened => happened.Type == "state"), 1, 20);
        Assert.Equal(500, events.Last(happened => happened.Type == "state").Data.GetInt32());
    }

    [Fact]
    public async Task Numbers_GoOn_AfterARestart()
    {
        var folder = Directory.CreateTempSubdirectory("realmweb-events-").FullName;
        await using (var before = await Site.StartAsync(folder))
        {
            before.Services.GetRequiredService<EventStream>().Publish(EventTopics.Schedules, "line", null, "first");
        }
        await using (var after = await Site.StartAsync(folder))
        {
            after.Services.GetRequiredService<EventStream>().Publish(EventTopics.Schedules, "line", null, "second");
            using var admin = await after.AdminAsync();
            await UntilAsync(async () => (await Reply.GetAsync<EventPage>(admin, ApiRoutes.EventsOf(EventTopics.Schedules, 1))).Events.Count == 1);
            var all = await Reply.GetAsync<EventPage>(admin, ApiRoutes.EventsOf(EventTopics.Schedules, 0));

            Assert.Equal([(1L, "first"), (2L, "second")], all.Events.Select(happened => (happened.Seq, happened.Data.GetString()!)));
        }
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<HubConnection> FollowAsync(Site site, string topic, ConcurrentQueue<EventEnvelope> seen)
    {
        var hub = site.Hub(HubRoutes.Events, await site.AdminCookiesAsync());
        hub.On<IReadOnlyList<EventEnvelope>>(nameof(IEventsClient.Happened), events =>
        {
            foreach (var happened in events)
                seen.Enqueue(happened);
        });
        await hub.StartAsync(TestContext.Current.CancellationToken);
        await hub.InvokeAsync<long>(nameof(IEventsHub.Follow), topic, TestContext.Current.CancellationToken);
        return hub;
    }

    private static IEnumerable<EventEnvelope> Once(IEnumerable<EventEnvelope> events) =>
        events.OrderBy(happened => happened.Seq).DistinctBy(happened => happened.Seq);

    private static async Task LogAsync(RunStateChanger states, Guid run, int first, int last)
    {
        for (var i = first; i <= last; i++)
            await states.LogAsync(run, [new("info", $"line {i}")], TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> Lines(IEnumerable<EventEnvelope> events) => events.Where(happened => happened.Type == EventTypes.RunLogged)
        .SelectMany(happened => happened.Data.Deserialize<RunLogged>(JsonSerializerOptions.Web)!.Lines).Select(line => line.Message);

    private static IEnumerable<RunSnapshot> States(IEnumerable<EventEnvelope> events) => events.Where(happened => happened.Type == EventTypes.RunChanged)
        .Select(happened => happened.Data.Deserialize<RunSnapshot>(JsonSerializerOptions.Web)!);

    private static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(10));
        while (!await holds())
            await Task.Delay(20, patience.Token);
    }
}
