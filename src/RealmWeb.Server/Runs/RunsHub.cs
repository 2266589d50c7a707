using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Runs;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Accounts;

namespace RealmWeb.Server.Runs;

/// <summary>Lets browsers follow runs. Who may read them over HTTP may follow them here.</summary>
[Authorize(Policies.Administering)]
internal sealed class RunsHub(RunReader runs) : Hub<IRunsClient>, IRunsHub
{
    public async Task<RunSnapshot> WatchRun(Guid runId)
    {
        // Join before reading, or a change in between reaches nobody. The browser keeps the higher Revision.
        await Groups.AddToGroupAsync(Context.ConnectionId, RunGroups.Of(runId), Context.ConnectionAborted);
        return await runs.FindAsync(runId, Context.ConnectionAborted)
            ?? throw new HubException($"There is no run {runId}. Pick one from the Runs page.");
    }

    public async Task<IReadOnlyList<RunSnapshot>> WatchRuns()
    {
        await Groups.AddToGroupAsync(Context.ConnectionId, RunGroups.All, Context.ConnectionAborted);
        return await runs.ListAsync(cancellationToken: Context.ConnectionAborted);
    }
}

/// <summary>Names of the groups of connections that follow.</summary>
internal static class RunGroups
{
    public const string All = "runs";

    public static string Of(Guid runId) => $"run:{runId:N}";
}
