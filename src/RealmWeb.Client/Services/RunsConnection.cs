using Microsoft.AspNetCore.SignalR.Client;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Services;

/// <summary>The runs hub, typed.</summary>
public sealed class RunsConnection(Uri address) : IAsyncDisposable
{
    public HubLink Link { get; } = new(address);

    public void Listen(IRunsClient listener)
    {
        Link.Connection.On<IReadOnlyList<EventEnvelope>>(nameof(IRunsClient.Happened), listener.Happened);
    }

    public Task<long> FollowAsync(string topic) => Link.Connection.InvokeAsync<long>(nameof(IRunsHub.Follow), topic);

    public Task<RunSnapshot> WatchRunAsync(Guid runId) => Link.Connection.InvokeAsync<RunSnapshot>(nameof(IRunsHub.WatchRun), runId);

    public Task<IReadOnlyList<RunSnapshot>> WatchRunsAsync() =>
        Link.Connection.InvokeAsync<IReadOnlyList<RunSnapshot>>(nameof(IRunsHub.WatchRuns));

    public ValueTask DisposeAsync() => Link.DisposeAsync();
}
