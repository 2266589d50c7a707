using Hangfire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Storage;

namespace RealmWeb.Jobs.Runs;

/// <summary>What Hangfire calls: takes the run's lease, does its work, and writes down how it ended. Called twice for one run, one call does nothing.</summary>
/// <remarks>Hangfire must not repeat on its own: whether a run is begun again is decided by the table and <see cref="RunReconciler"/>.</remarks>
[AutomaticRetry(Attempts = 0)]
public sealed partial class RunExecutor
{
    private readonly RunStore _runs;
    private readonly RunStateChanger _states;
    private readonly RunDispatcher _dispatcher;
    private readonly RunningRuns _running;
    private readonly RunWorks _works;
    private readonly RunLauncher _launcher;
    private readonly RunIngredients _ingredients;
    private readonly RealmJobsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<RunExecutor> _logger;

    internal RunExecutor(
        RunStore runs, RunStateChanger states, RunDispatcher dispatcher, RunningRuns running, RunWorks works, RunLauncher launcher,
        RunIngredients ingredients, IOptions<RealmJobsOptions> options, TimeProvider time, ILogger<RunExecutor> logger)
    {
        (_runs, _states, _dispatcher, _running, _works, _launcher, _ingredients) = (runs, states, dispatcher, running, works, launcher, ingredients);
        (_options, _time, _logger) = (options.Value, time, logger);
    }

    /// <param name="shutdown">Set by Hangfire when this process is told to end.</param>
    [JobDisplayName("RealmWeb: run {0}")]
    public async Task ExecuteAsync(Guid runId, CancellationToken shutdown)
    {
        _dispatcher.Arrived(runId);
        var owner = ProcessIdentity.Current;
        // A run that is over, held by somebody else, or has to wait for another one: whoever ends that one hands this one over again.
        if (!await _runs.TryStartAsync(runId, owner, shutdown) || await _runs.FindAsync(runId, shutdown) is not { } run)
            return;
        LogStarted(runId, run.Kind, run.Target, run.Attempt);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(shutdown);
        using var entry = _running.Enter(runId, cancellation);
        var context = new RunContext(run, owner, _runs, _states, _time);
        await _states.PublishAsync(runId, CancellationToken.None);
        using var workEnded = new CancellationTokenSource();
        var pulse = BeatAsync(context, owner, cancellation, workEnded.Token);
        var work = ExecuteWorkAsync(context, cancellation.Token);
        await Task.WhenAny(work);
        await workEnded.CancelAsync();
        await pulse.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await UntilWrittenAsync(runId, () => EndAsync(context, owner, work, pulse, cancellation.IsCancellationRequested), shutdown);
    }

    // A run whose end cannot be written down would go on in the table for ever.
    private async Task UntilWrittenAsync(Guid runId, Func<Task> end, CancellationToken shutdown)
    {
        while (true)
        {
            try
            {
                await end();
                return;
            }
            catch (Exception failure) when (DiskTrouble.Of(failure) is { Fault: DiskFault.Full } full)
            {
                LogNotWritten(runId, full.Sentence, _options.ReconcileInterval);
                await Task.Delay(_options.ReconcileInterval, _time, shutdown);
            }
        }
    }

    private async Task<RunOutcome> ExecuteWorkAsync(RunContext context, CancellationToken cancellationToken)
    {
        // Away from the caller: work may block for hours.
        await Task.Yield();
        var work = _works.Of(context.Run.Kind);
        cancellationToken.ThrowIfCancellationRequested();
        await context.SaveDataAsync(_ingredients.Of(context.Run), cancellationToken);
        var outcome = await work.ExecuteAsync(context, cancellationToken);
        if (outcome.Then is { } next)
        {
            await _launcher.LaunchAsync(next, context.Run.StartedBy, cancellationToken: CancellationToken.None);
            context.Log("info", $"{RunKinds.Of(next.Kind).Name} is queued.");
        }
        return outcome;
    }

    // Writes progress and signs of life until the work ended. Ends with an exception when it cannot: then nobody could know of the work's state.
    private async Task BeatAsync(RunContext context, string owner, CancellationTokenSource cancellation, CancellationToken workEnded)
    {
        try
        {
            using var timer = new PeriodicTimer(_options.ProgressInterval, _time);
            var lastBeat = _time.GetTimestamp();
            var stalled = false;
            while (await timer.WaitForNextTickAsync(workEnded))
            {
                try
                {
                    await context.FlushAsync(CancellationToken.None);
                    if (_time.GetElapsedTime(lastBeat) < _options.Heartbeat)
                        continue;
                    lastBeat = _time.GetTimestamp();
                    // Asked to stop by another process, or the lease was lost: both end here.
                    if (await _runs.BeatAsync(context.Run.Id, owner, context.WorkSeenAt, CancellationToken.None) != RunState.Running)
                        await cancellation.CancelAsync();
                    stalled = await NoteStallAsync(context, stalled);
                }
                catch (Exception failure) when (DiskTrouble.Of(failure) is { Fault: DiskFault.Full })
                {
                    // The work may need no room, and the next tick may find some.
                }
            }
        }
        catch (OperationCanceledException) when (workEnded.IsCancellationRequested)
        {
            // The work ended.
        }
        catch
        {
            await cancellation.CancelAsync();
            throw;
        }
    }

    // Work that hangs reports nothing, so nobody would be told that it does.
    private async Task<bool> NoteStallAsync(RunContext context, bool before)
    {
        var stalled = _time.GetUtcNow() - context.WorkSeenAt > _options.StalledAfter;
        if (stalled == before)
            return stalled;
        if (stalled)
        {
            LogStalled(context.Run.Id, _options.StalledAfter);
            var message = $"The work has given no sign of life for {_options.StalledAfter.TotalSeconds:0} s. If that lasts, cancel the run and start it again.";
            await _states.LogAsync(context.Run.Id, [new RunLogText("warning", message)], CancellationToken.None);
        }
        await _states.PublishAsync(context.Run.Id, CancellationToken.None);
        return stalled;
    }

    private async Task EndAsync(RunContext context, string owner, Task<RunOutcome> work, Task pulse, bool brokenOff)
    {
        var id = context.Run.Id;
        if (work.IsCompletedSuccessfully)
        {
            var outcome = await work;
            await context.FlushAsync(CancellationToken.None);
            if (outcome.ResultJson is { } result)
                await _runs.SaveResultAsync(id, owner, result, outcome.Figures);
            var to = outcome.LeftOut is null ? RunState.Succeeded : RunState.CompletedWithErrors;
            await _states.TryChangeAsync(id, RunTransitions.Working, to, outcome.LeftOut, owner);
            LogEnded(id, to);
            return;
        }
        var failure = pulse.Exception?.InnerException ?? work.Exception?.InnerException;
        if (failure is null or OperationCanceledException && brokenOff)
        {
            await context.FlushAsync(CancellationToken.None);
            if (await _states.TryChangeAsync(id, [RunState.Stopping], RunState.Cancelled, owner: owner))
            {
                LogEnded(id, RunState.Cancelled);
                return;
            }
            await _runs.ForgiveAttemptAsync(id, owner);
            if (await _states.TryChangeAsync(id, [RunState.Pausing], RunState.Paused, owner: owner))
            {
                LogEnded(id, RunState.Paused);
                return;
            }
            // Nobody asked for it, so this process ends: the run waits for the next one, and the attempt does not count.
            if (await _states.TryChangeAsync(id, [RunState.Running], RunState.Interrupted, "The program was shut down.", owner))
                LogEnded(id, RunState.Interrupted);
            return;
        }
        LogFailed(id, failure);
        var known = failure is null ? "Broken off." : failure is RunFailedException ? failure.Message : DiskTrouble.Of(failure)?.Sentence;
        context.Log("error", known ?? failure!.ToString());
        await context.FlushAsync(CancellationToken.None);
        await _states.TryChangeAsync(id, RunTransitions.Working, RunState.Failed, known ?? failure!.Message, owner);
        LogEnded(id, RunState.Failed);
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Information, Message = "Run {RunId} starts: {Kind} of {Target}, attempt {Attempt}")]
    private partial void LogStarted(Guid runId, RunKind kind, string target, int attempt);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Information, Message = "Run {RunId} ended as {State}")]
    private partial void LogEnded(Guid runId, RunState state);

    [LoggerMessage(EventId = 4005, Level = LogLevel.Warning, Message = "The end of run {RunId} could not be written down; tried again in {Pause}. {Reason}")]
    private partial void LogNotWritten(Guid runId, string reason, TimeSpan pause);

    [LoggerMessage(EventId = 4004, Level = LogLevel.Warning, Message = "The work of run {RunId} has given no sign of life for {Silence}")]
    private partial void LogStalled(Guid runId, TimeSpan silence);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Error, Message = "Run {RunId} failed")]
    private partial void LogFailed(Guid runId, Exception? exception);
}
