using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Corpora;
using RealmWeb.Jobs.Corpora;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Hubs;

public sealed class EventsHubTests
{
    [Fact]
    public async Task WatchRun_SendsStateThenProgressThenTheEnd()
    {
        using var command = new PatientCommand();
        await using var site = await Site.StartAsync(null, command.Settings);
        site.Services.GetRequiredService<CorpusLibrary>().Create("handbook");
        using var admin = await site.AdminAsync();
        await using var hub = site.Hub(HubRoutes.Events, await site.AdminCookiesAsync());
        var changes = Channel.CreateUnbounded<RunSnapshot>();
        var lines = Channel.CreateUnbounded<RunLogLine>();
        using var onEvent = hub.On<IReadOnlyList<EventEnvelope>>(nameof(IEventsClient.Happened), events =>
        {
            Changes(events, changes.Writer);
            foreach (var logged in events.Where(happened => happened.Type == EventTypes.RunLogged))
            {
                foreach (var line in logged.Data.Deserialize<RunLogged>(JsonSerializerOptions.Web)!.Lines)
                    lines.Writer.TryWrite(line);
            }
        });
        await hub.StartAsync(TestContext.Current.CancellationToken);
        var launched = await site.Services.GetRequiredService<RunLauncher>()
            .LaunchAsync(new IndexBuildParameters("handbook"), Site.AdminName, cancellationToken: TestContext.Current.CancellationToken);

        await hub.InvokeAsync<long>(nameof(IEventsHub.Follow), EventTopics.Run(launched.Id), TestContext.Current.CancellationToken);
        var first = await hub.InvokeAsync<RunSnapshot>(nameof(IEventsHub.WatchRun), launched.Id, TestContext.Current.CancellationToken);
        var working = await UntilAsync(changes.Reader, run => run.Done > 2);
        using var cancelled = await admin.PostAsync(ApiRoutes.CancelRun(launched.Id), null, TestContext.Current.CancellationToken);
        var ended = await UntilAsync(changes.Reader, run => run.IsFinal);
        var log = await Reply.GetAsync<List<RunLogLine>>(admin, ApiRoutes.RunLog(launched.Id, 0));
        var rest = await Reply.GetAsync<List<RunLogLine>>(admin, ApiRoutes.RunLog(launched.Id, log[0].Sequence));

        Assert.Equal(launched.Id, first.Id);
        Assert.Equal((RunState.Running, "Embedding", "blocks", 100000L), (working.State, working.Stage, working.Unit, working.Total));
        Assert.True(cancelled.IsSuccessStatusCode);
        Assert.Equal(RunState.Cancelled, ended.State);
        Assert.True(ended.Revision > working.Revision);
        Assert.Contains(log, line => line.Message == "begun");
        Assert.Equal(log.Skip(1), rest);
        Assert.True(lines.Reader.TryRead(out _), "No log line reached the browser.");
    }

    [Fact]
    public async Task WatchRuns_SendsTheListAndWhatIsAdded()
    {
        using var command = new PatientCommand();
        await using var site = await Site.StartAsync(null, command.Settings);
        site.Services.GetRequiredService<CorpusLibrary>().Create("handbook");
        await using var hub = site.Hub(HubRoutes.Events, await site.AdminCookiesAsync());
        var changes = Channel.CreateUnbounded<RunSnapshot>();
        using var onEvent = hub.On<IReadOnlyList<EventEnvelope>>(nameof(IEventsClient.Happened), events => Changes(events, changes.Writer));
        await hub.StartAsync(TestContext.Current.CancellationToken);

        await hub.InvokeAsync<long>(nameof(IEventsHub.Follow), EventTopics.Runs, TestContext.Current.CancellationToken);
        var before = await hub.InvokeAsync<IReadOnlyList<RunSnapshot>>(nameof(IEventsHub.WatchRuns), TestContext.Current.CancellationToken);
        var launched = await site.Services.GetRequiredService<RunLauncher>()
            .LaunchAsync(new IndexBuildParameters("handbook"), Site.AdminName, cancellationToken: TestContext.Current.CancellationToken);
        var told = await UntilAsync(changes.Reader, run => run.State == RunState.Running);

        Assert.Empty(before);
        Assert.Equal(launched.Id, told.Id);
    }

    [Fact]
    public async Task WatchRun_SaysSo_WhenThereIsNoSuchRun()
    {
        await using var site = await Site.StartAsync();
        await using var hub = site.Hub(HubRoutes.Events, await site.AdminCookiesAsync());
        await hub.StartAsync(TestContext.Current.CancellationToken);

        var failure = await Assert.ThrowsAsync<HubException>(() =>
            hub.InvokeAsync<RunSnapshot>(nameof(IEventsHub.WatchRun), Guid.NewGuid(), TestContext.Current.CancellationToken));

        Assert.Contains("There is no run", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hub_RefusesStrangers()
    {
        await using var site = await Site.StartAsync();
        await using var stranger = site.Hub(HubRoutes.Events);

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => stranger.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    private static void Changes(IReadOnlyList<EventEnvelope> events, ChannelWriter<RunSnapshot> changes)
    {
        foreach (var changed in events.Where(happened => happened.Type == EventTypes.RunChanged))
            changes.TryWrite(changed.Data.Deserialize<RunSnapshot>(JsonSerializerOptions.Web)!);
    }

    private static async Task<RunSnapshot> UntilAsync(ChannelReader<RunSnapshot> changes, Func<RunSnapshot, bool> wanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(10));
        await foreach (var run in changes.ReadAllAsync(patience.Token))
        {
            if (wanted(run))
                return run;
        }
        throw new InvalidOperationException("The hub was closed.");
    }
}
