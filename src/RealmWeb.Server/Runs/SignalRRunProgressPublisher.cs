using Microsoft.AspNetCore.SignalR;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Runs;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Questions;

namespace RealmWeb.Server.Runs;

/// <summary>Tells the browsers that follow a run, or the list, what changed.</summary>
internal sealed class SignalRRunProgressPublisher(IHubContext<RunsHub, IRunsClient> hub, IndexAnnouncer indexes) : IRunProgressPublisher
{
    public async Task RunChangedAsync(RunSnapshot run, CancellationToken cancellationToken)
    {
        await hub.Clients.Group(RunGroups.All).RunChanged(run);
        await hub.Clients.Group(RunGroups.Of(run.Id)).RunChanged(run);
        if (run.State == RunState.Succeeded && RunKinds.Of(run.Kind).ChangesCorpus)
            await indexes.BuiltAsync(run.Target);
    }

    public Task RunLoggedAsync(Guid runId, IReadOnlyList<RunLogLine> lines, CancellationToken cancellationToken) =>
        hub.Clients.Group(RunGroups.Of(runId)).RunLogged(runId, lines);
}
