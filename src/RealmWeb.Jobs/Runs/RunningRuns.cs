using System.Collections.Concurrent;

namespace RealmWeb.Jobs.Runs;

/// <summary>The runs that this process executes now, so that a cancel reaches their loop at once. Other processes hear of it with their next
/// heartbeat.</summary>
internal sealed class RunningRuns
{
    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _running = new();

    /// <summary>Enters a run until the result is disposed.</summary>
    public IDisposable Enter(Guid runId, CancellationTokenSource cancellation)
    {
        _running[runId] = cancellation;
        return new Entry(_running, runId);
    }

    public bool Contains(Guid runId) => _running.ContainsKey(runId);

    public void Cancel(Guid runId)
    {
        if (!_running.TryGetValue(runId, out var cancellation))
            return;
        try
        {
            cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run ended at this moment.
        }
    }

    private sealed class Entry(ConcurrentDictionary<Guid, CancellationTokenSource> running, Guid runId) : IDisposable
    {
        public void Dispose() => running.TryRemove(runId, out _);
    }
}
