using Microsoft.AspNetCore.SignalR;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Runs;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Server.Runs;

/// <summary>Tells the browsers that follow a run, or the list, what changed.</summary>
internal sealed class SignalRRunProgressPublisher(IHubContext<RunsHub, IRunsClient> hub) : IRunProgressPublisher
{
    public Task RunChangedAsync(RunSnapshot run, CancellationToken cancellationToken) =>
        // One send to both groups: a browser that follows the run and the list gets it once.
        hub.Clients.Groups(RunGroups.Of(run.Id), RunGroups.All).RunChanged(run);

    public Task RunLoggedAsync(Guid runId, IReadOnlyList<RunLogLine> lines, CancellationToken cancellationToken) =>
        hub.Clients.Group(RunGroups.Of(runId)).RunLogged(runId, lines);
}
