using System.Collections.Concurrent;
using Hangfire;
using RealmWeb.Data.Runs;

namespace RealmWeb.Jobs.Runs;

/// <summary>Hands queued runs to the workers. Handing one over twice does no harm (only one execution gets the lease), but is avoided.</summary>
internal sealed class RunDispatcher(IBackgroundJobClient jobs, RunStore runs)
{
    private readonly ConcurrentDictionary<Guid, bool> _handedOver = new();

    public static string QueueOf(RunKind kind) =>
        kind == RunKind.Evaluate || RunKinds.Training.Contains(kind) ? JobQueues.Train : JobQueues.Io;

    public void Dispatch(Run run)
    {
        if (!_handedOver.TryAdd(run.Id, true))
            return;
        try
        {
            jobs.Enqueue<RunExecutor>(QueueOf(run.Kind), executor => executor.ExecuteAsync(run.Id, CancellationToken.None));
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

/// <summary>Kinds of runs that belong together.</summary>
internal static class RunKinds
{
    /// <summary>Those that make a model; <see cref="Run.Target"/> is its name.</summary>
    public static IReadOnlyList<RunKind> Training { get; } = [RunKind.Mlm, RunKind.Ict, RunKind.PreTrain, RunKind.FineTune];
}
