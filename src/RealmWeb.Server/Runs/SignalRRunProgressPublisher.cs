using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Runs;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Events;
using RealmWeb.Server.Questions;

namespace RealmWeb.Server.Runs;

/// <summary>Tells the browsers that follow a run, or the list, what changed.</summary>
internal sealed class SignalRRunProgressPublisher(EventStream events, IndexAnnouncer indexes) : IRunProgressPublisher
{
    public async Task RunChangedAsync(RunSnapshot run, CancellationToken cancellationToken)
    {
        events.Publish(EventTopics.Runs, EventTypes.RunChanged, $"{run.Id:N}", run);
        events.Publish(EventTopics.Run(run.Id), EventTypes.RunChanged, $"{run.Id:N}", run);
        if (run.State == RunState.Succeeded && RunKinds.Of(run.Kind).ChangesCorpus)
            await indexes.BuiltAsync(run.Target);
    }

    public Task RunLoggedAsync(Guid runId, IReadOnlyList<RunLogLine> lines, CancellationToken cancellationToken)
    {
        events.Publish(EventTopics.Run(runId), EventTypes.RunLogged, null, new RunLogged(runId, lines));
        return Task.CompletedTask;
    }
}
