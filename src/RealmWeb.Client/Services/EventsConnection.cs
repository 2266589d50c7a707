using Microsoft.AspNetCore.SignalR.Client;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Services;

/// <summary>The events hub, typed.</summary>
public sealed class EventsConnection(Uri address) : IAsyncDisposable
{
    public HubLink Link { get; } = new(address);

    public void Listen(IEventsClient listener)
    {
        Link.Connection.On<IReadOnlyList<EventEnvelope>>(nameof(IEventsClient.Happened), listener.Happened);
    }

    public Task<long> FollowAsync(string topic) => Link.Connection.InvokeAsync<long>(nameof(IEventsHub.Follow), topic);

    public Task<RunSnapshot> WatchRunAsync(Guid runId) => Link.Connection.InvokeAsync<RunSnapshot>(nameof(IEventsHub.WatchRun), runId);

    public Task<IReadOnlyList<RunSnapshot>> WatchRunsAsync() =>
        Link.Connection.InvokeAsync<IReadOnlyList<RunSnapshot>>(nameof(IEventsHub.WatchRuns));

    public ValueTask DisposeAsync() => Link.DisposeAsync();
}
