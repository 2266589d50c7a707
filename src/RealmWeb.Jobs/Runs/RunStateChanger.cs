using Microsoft.Extensions.Logging;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Storage;

namespace RealmWeb.Jobs.Runs;

/// <summary>Changes a run's state and does what follows from it: tells those who watch, removes what a finished run leaves, lets waiting runs go.</summary>
internal sealed partial class RunStateChanger(
    RunStore runs, RunReader reader, RunDispatcher dispatcher, RunWorks works, IRunProgressPublisher publisher, RunEnds ends, ILogger<RunStateChanger> logger)
{
    /// <returns>False when the run was in none of the expected states.</returns>
    public async Task<bool> TryChangeAsync(
        Guid id, IReadOnlyList<RunState> from, RunState to, string? error = null, string? owner = null, CancellationToken cancellationToken = default)
    {
        if (!await runs.TryTransitionAsync(id, from, to, error, owner, cancellationToken))
            return false;
        var run = await runs.FindAsync(id, cancellationToken);
        if (run is null)
            return true;
        await PublishAsync(run, cancellationToken);
        if (RunTransitions.IsFinal(to))
            CleanUp(run);
        if (to == RunState.Queued)
            dispatcher.Dispatch(run);
        else if (!RunTransitions.Working.Contains(to))
            await DispatchWaitingAsync(cancellationToken);
        if (RunTransitions.IsFinal(to))
            ends.Announce(id);
        return true;
    }

    // What stays is removed at the next start; the run is over all the same.
    private void CleanUp(Run run)
    {
        try
        {
            works.Of(run.Kind).CleanUp(run);
        }
        catch (Exception failure) when (DiskTrouble.Of(failure) is { } trouble)
        {
            LogNotCleaned(run.Id, trouble.Sentence);
        }
    }

    public async Task PublishAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(id, cancellationToken) is { } run)
            await PublishAsync(run, cancellationToken);
    }

    public async Task LogAsync(Guid id, IReadOnlyList<RunLogText> lines, CancellationToken cancellationToken)
    {
        var entries = await runs.AppendLogAsync(id, lines, cancellationToken);
        await NotifyAsync(id, publisher.RunLoggedAsync(id, [.. entries.Select(RunSnapshots.Of)], cancellationToken));
    }

    private async Task PublishAsync(Run run, CancellationToken cancellationToken)
    {
        var snapshot = await reader.SnapshotAsync(run, cancellationToken);
        await NotifyAsync(run.Id, publisher.RunChangedAsync(snapshot, cancellationToken));
    }

    // Hours of work must not fail because a browser could not be told of it.
    private async Task NotifyAsync(Guid id, Task notification)
    {
        try
        {
            await notification;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotNotified(id, e);
        }
    }

    [LoggerMessage(EventId = 4201, Level = LogLevel.Warning, Message = "A change of run {RunId} could not be told to those who watch")]
    private partial void LogNotNotified(Guid runId, Exception exception);

    [LoggerMessage(EventId = 4202, Level = LogLevel.Warning, Message = "What run {RunId} leaves could not be removed; the next start does it. {Reason}")]
    private partial void LogNotCleaned(Guid runId, string reason);

    private async Task DispatchWaitingAsync(CancellationToken cancellationToken)
    {
        await dispatcher.DispatchQueuedAsync(cancellationToken);
        foreach (var waiting in await reader.ListAsync(new RunFilter([RunState.Queued]), cancellationToken))
            await NotifyAsync(waiting.Id, publisher.RunChangedAsync(waiting, cancellationToken));
    }
}
