using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Runs;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Events;

namespace RealmWeb.Server.Runs;

/// <summary>Lets browsers follow runs. Who may read them over HTTP may follow them here.</summary>
[Authorize(Policies.Administering)]
internal sealed class RunsHub(RunReader runs, EventStream events) : Hub<IRunsClient>, IRunsHub
{
    public Task<long> Follow(string topic) => events.FollowAsync(Context.ConnectionId, topic, Context.ConnectionAborted);

    public async Task<RunSnapshot> WatchRun(Guid runId) => await runs.FindAsync(runId, Context.ConnectionAborted)
        ?? throw new HubException($"There is no run {runId}. Pick one from the Runs page.");

    public Task<IReadOnlyList<RunSnapshot>> WatchRuns() => runs.ListAsync(cancellationToken: Context.ConnectionAborted);

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        events.Leave(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }
}
