using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;

namespace RealmWeb.Jobs.Runs;

/// <summary>Brings the table in step with the world at start and every few seconds after: runs whose process is gone are interrupted and queued
/// again, queued ones are handed to the workers (Hangfire's storage is in memory and knows nothing after a restart).</summary>
internal sealed partial class RunReconciler(
    RunStore runs, RunStateChanger states, RunDispatcher dispatcher, RunningRuns running, IOptions<RealmJobsOptions> options, TimeProvider time,
    IHostApplicationLifetime lifetime, ILogger<RunReconciler> logger)
    : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReconcileAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.ReconcileInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await ReconcileAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // A full disk, a locked file, a process that may not be looked at: nothing of that may end the site; the next look is soon.
                LogFailed(e);
            }
        }
    }

    public async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        foreach (var run in await runs.ListAsync(new RunFilter(RunTransitions.Working, Take: 1000), cancellationToken))
        {
            if (IsOrphan(run) && !ChildLives(run))
                await InterruptAsync(run, cancellationToken);
        }
        foreach (var run in await runs.ListAsync(new RunFilter([RunState.Interrupted], Take: 1000), cancellationToken))
        {
            // What this host interrupts as it stops waits for the next one. Asked after the list was read: an interruption in it may be that.
            if (lifetime.ApplicationStopping.IsCancellationRequested)
                return;
            if (run.Attempt >= options.Value.MaxAttempts)
                continue;
            if (await states.TryChangeAsync(run.Id, [RunState.Interrupted], RunState.Queued, cancellationToken: cancellationToken))
                await states.LogAsync(
                    run.Id, [new RunLogText("info", $"Queued again; {run.Attempt} of {options.Value.MaxAttempts} attempts were interrupted.")],
                    cancellationToken);
        }
        await dispatcher.DispatchQueuedAsync(cancellationToken);
    }

    private async Task InterruptAsync(Run run, CancellationToken cancellationToken)
    {
        // Who asked a run to stop does not want it to be begun again.
        if (run.State == RunState.Stopping)
        {
            await states.TryChangeAsync(run.Id, [RunState.Stopping], RunState.Cancelled, owner: run.Owner, cancellationToken: cancellationToken);
            return;
        }
        // Nor does who asked it to pause; it goes on when they say so.
        if (run.State == RunState.Pausing)
        {
            await states.TryChangeAsync(run.Id, [RunState.Pausing], RunState.Paused, owner: run.Owner, cancellationToken: cancellationToken);
            return;
        }
        const string Reason = "The process that did the work ended without saying so.";
        if (!await states.TryChangeAsync(run.Id, [RunState.Running], RunState.Interrupted, Reason, run.Owner, cancellationToken))
            return;
        LogInterrupted(run.Id, run.Kind, run.Target, run.Owner);
        var rest = run.Attempt < options.Value.MaxAttempts ? "" : $" That was attempt {run.Attempt}: it waits to be resumed by hand.";
        await states.LogAsync(run.Id, [new RunLogText("warning", Reason + rest)], cancellationToken);
    }

    private bool IsOrphan(Run run) =>
        run.Owner is null || ProcessIdentity.IsAlive(run.Owner) switch
        {
            // This process lost it: writing down how it ended failed.
            true => run.Owner == ProcessIdentity.Current && !running.Contains(run.Id) && Silence(run) > options.Value.StalledAfter,
            false => true,
            null => Silence(run) > options.Value.StalledAfter,
        };

    // A child outlives its parent by a moment: it ends when its input closes. One that does not must go before its run is begun again.
    private bool ChildLives(Run run)
    {
        using var child = run.Child is null ? null : ProcessIdentity.Find(run.Child);
        if (child is null)
            return false;
        if (Silence(run) < options.Value.Grace)
            return true;
        LogKillingChild(run.Id, child.Id);
        child.Kill(entireProcessTree: true);
        return !child.WaitForExit(TimeSpan.FromSeconds(5));
    }

    private TimeSpan Silence(Run run) => run.HeartbeatAt is { } beat ? time.GetUtcNow() - beat : TimeSpan.MaxValue;

    [LoggerMessage(EventId = 4101, Level = LogLevel.Warning, Message = "Run {RunId} ({Kind} of {Target}) was left behind by {Owner}")]
    private partial void LogInterrupted(Guid runId, RunKind kind, string target, string? owner);

    [LoggerMessage(EventId = 4103, Level = LogLevel.Error, Message = "Looking for runs that were left behind failed")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(EventId = 4102, Level = LogLevel.Warning, Message = "Run {RunId} left process {ProcessId} behind that does not end; it is killed")]
    private partial void LogKillingChild(Guid runId, int processId);
}
