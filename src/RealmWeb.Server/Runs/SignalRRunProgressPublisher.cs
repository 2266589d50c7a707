using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RealmWeb.Jobs.Evaluation;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Events;
using RealmWeb.Server.Questions;

namespace RealmWeb.Server.Runs;

/// <summary>Tells the browsers that follow a run, the list, or what a run leaves, what changed.</summary>
internal sealed class SignalRRunProgressPublisher(EventStream events, IndexAnnouncer indexes, RunStore runs) : IRunProgressPublisher
{
    public async Task RunChangedAsync(RunSnapshot run, CancellationToken cancellationToken)
    {
        events.Publish(EventTopics.Runs, EventTypes.RunChanged, $"{run.Id:N}", run);
        events.Publish(EventTopics.Run(run.Id), EventTypes.RunChanged, $"{run.Id:N}", run);
        if (run.State == RunState.Succeeded && RunKinds.Of(run.Kind).ChangesCorpus)
            await indexes.BuiltAsync(run.Target);
        if (run.IsFinal)
            await EndedAsync(run, cancellationToken);
    }

    public Task RunLoggedAsync(Guid runId, IReadOnlyList<RunLogLine> lines, CancellationToken cancellationToken)
    {
        events.Publish(EventTopics.Run(runId), EventTypes.RunLogged, null, new RunLogged(runId, lines));
        return Task.CompletedTask;
    }

    private async Task EndedAsync(RunSnapshot run, CancellationToken cancellationToken)
    {
        events.Changed(EventTopics.Notices, EventTypes.NoticesChanged, $"{run.Id}");
        // A schedule shows how what it started ended.
        events.Changed(EventTopics.Schedules, EventTypes.ScheduleChanged, $"{run.Id}");
        var kind = RunKinds.Of(run.Kind);
        if (kind.Trains || kind.Measures)
            events.Changed(EventTopics.Models, EventTypes.ModelChanged, run.Target);
        if (kind.Measures && await runs.FindAsync(run.Id, cancellationToken) is { } measured)
        {
            var corpus = RunParameters.Of<EvaluationParameters>(measured).Corpus;
            events.Changed(EventTopics.Evaluations(corpus), EventTypes.EvaluationAdded, $"{run.Id}");
        }
    }
}
