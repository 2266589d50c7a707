using System.Collections.Concurrent;
using Hangfire;
using Hangfire.States;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;

namespace RealmWeb.Jobs.Runs;

/// <summary>Hands queued runs to the workers. Handing one over twice does no harm (only one execution gets the lease), but is avoided.</summary>
/// <remarks>What was handed over and did not arrive within <see cref="Patience"/> is handed over again: the storage between is in memory and not ours,
/// and a run that it lost would else wait for ever.</remarks>
internal sealed class RunDispatcher(IBackgroundJobClient jobs, RunStore runs, TimeProvider time)
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, long> _handedOver = new();

    public void Dispatch(Run run)
    {
        var now = time.GetTimestamp();
        var isNew = _handedOver.TryAdd(run.Id, now);
        if (!isNew && !(_handedOver.TryGetValue(run.Id, out var before) && time.GetElapsedTime(before, now) >= Patience
            && _handedOver.TryUpdate(run.Id, now, before)))
            return;
        try
        {
            // The queue is named with the state and not with the job, which not every storage keeps.
            jobs.Create<RunExecutor>(executor => executor.ExecuteAsync(run.Id, CancellationToken.None), new EnqueuedState(JobQueues.Of(run.Kind)));
        }
        catch
        {
            _handedOver.TryRemove(run.Id, out _);
            throw;
        }
    }

    /// <summary>A worker has the run in its hands.</summary>
    public void Arrived(Guid runId) => _handedOver.TryRemove(runId, out _);

    /// <summary>Hands over every queued run, the oldest first: of those that waited for one that ended, the first to start wins.</summary>
    public async Task DispatchQueuedAsync(CancellationToken cancellationToken)
    {
        foreach (var run in (await runs.ListAsync(new RunFilter([RunState.Queued], Take: 1000), cancellationToken)).Reverse())
            Dispatch(run);
    }
}
