using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Runs;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Runs;

namespace RealmWeb.Server.Events;

/// <summary>Lets browsers follow what happens. Who may read a thing over HTTP may follow it here.</summary>
[Authorize(Policies.SignedIn)]
internal sealed class EventsHub(RunReader runs, EventStream events, TopicRights rights, RunRights runRights) : Hub<IEventsClient>, IEventsHub
{
    public async Task<long> Follow(string topic)
    {
        if (!await rights.MayFollowAsync(Context.User, topic, Context.ConnectionAborted))
            throw new HubException(TopicRights.Refusal(topic));
        return await events.FollowAsync(Context.ConnectionId, Context.User!, topic, Context.ConnectionAborted);
    }

    [Authorize(Policies.Curating)]
    public async Task<RunSnapshot> WatchRun(Guid runId) =>
        await runRights.MayAsync(runId, Context.User, Context.ConnectionAborted) && await runs.FindAsync(runId, Context.ConnectionAborted) is { } run
            ? run
            : throw new HubException($"There is no run {runId}. Pick one from the Runs page.");

    [Authorize(Policies.Administering)]
    public Task<IReadOnlyList<RunSnapshot>> WatchRuns() => runs.ListAsync(cancellationToken: Context.ConnectionAborted);

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        events.Leave(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }
}
