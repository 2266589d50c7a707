using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.SignalR.Client;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Hubs;

/// <summary>A connection to the events hub that keeps what it is sent.</summary>
internal sealed class EventFollower : IAsyncDisposable
{
    private readonly HubConnection _hub;
    private readonly ConcurrentQueue<EventEnvelope> _seen = [];

    private EventFollower(HubConnection hub)
    {
        _hub = hub;
        hub.On<IReadOnlyList<EventEnvelope>>(nameof(IEventsClient.Happened), events =>
        {
            foreach (var happened in events)
                _seen.Enqueue(happened);
        });
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public IReadOnlyList<EventEnvelope> Seen => [.. _seen];

    public static async Task<EventFollower> ConnectAsync(Site site, CookieContainer cookies, params string[] topics)
    {
        var follower = new EventFollower(site.Hub(HubRoutes.Events, cookies));
        await follower._hub.StartAsync(Stop);
        foreach (var topic in topics)
            await follower.FollowAsync(topic);
        return follower;
    }

    /// <returns>The topic's number now.</returns>
    public Task<long> FollowAsync(string topic) => _hub.InvokeAsync<long>(nameof(IEventsHub.Follow), topic, Stop);

    public Task<EventEnvelope> UntilAsync(string topic, string? id = null) => UntilAsync(
        happened => happened.Topic == topic && (id is null || IdOf(happened) == id));

    public async Task<EventEnvelope> UntilAsync(Func<EventEnvelope, bool> wanted)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(10));
        while (true)
        {
            if (_seen.FirstOrDefault(wanted) is { } happened)
                return happened;
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>All that happened in a topic above a number.</summary>
    public static async Task<IReadOnlyList<EventEnvelope>> MissedAsync(HttpClient client, string topic, long after) =>
        (await Reply.GetAsync<EventPage>(client, ApiRoutes.EventsOf(topic, after))).Events;

    public static string IdOf(EventEnvelope happened) => happened.Data.GetProperty("id").GetString()!;

    public ValueTask DisposeAsync() => _hub.DisposeAsync();
}
