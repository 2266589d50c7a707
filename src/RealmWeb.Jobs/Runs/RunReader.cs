using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;

namespace RealmWeb.Jobs.Runs;

/// <summary>Runs as they are shown.</summary>
public sealed class RunReader(RunStore runs, IOptions<RealmJobsOptions> options, TimeProvider time)
{
    private static readonly RunFilter OpenRuns = new(RunTransitions.Open, Take: 1000);

    public async Task<RunSnapshot?> FindAsync(Guid id, CancellationToken cancellationToken = default) =>
        await runs.FindAsync(id, cancellationToken) is { } run ? await SnapshotAsync(run, cancellationToken) : null;

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<RunSnapshot>> ListAsync(RunFilter? filter = null, CancellationToken cancellationToken = default)
    {
        var open = await runs.ListAsync(OpenRuns, cancellationToken);
        return [.. (await runs.ListAsync(filter, cancellationToken)).Select(run => Map(run, open))];
    }

    /// <summary>Import or index build of a corpus that is not over, the one at work first; null when there is none.</summary>
    public async Task<RunSnapshot?> FindActiveAsync(string corpus, CancellationToken cancellationToken = default)
    {
        var open = await runs.ListAsync(OpenRuns, cancellationToken);
        var run = open.Where(run => run.ExclusiveKey == ExclusiveKeys.Corpus(corpus) && run.State is not (RunState.Interrupted or RunState.Paused))
            .OrderByDescending(run => RunTransitions.Working.Contains(run.State)).ThenBy(run => run.CreatedAt).FirstOrDefault();
        return run is null ? null : Map(run, open);
    }

    /// <summary>Log lines above a sequence number, oldest first.</summary>
    public async Task<IReadOnlyList<RunLogLine>> ReadLogAsync(Guid id, long after = 0, int take = 1000, CancellationToken cancellationToken = default) =>
        [.. (await runs.ReadLogAsync(id, after, take, cancellationToken)).Select(RunSnapshots.Of)];

    /// <summary>The curves of a run, at most so many points each.</summary>
    public async Task<IReadOnlyList<RunMetricPoint>> ReadMetricsAsync(Guid id, int maxPoints = 1000, CancellationToken cancellationToken = default) =>
        [.. (await runs.ReadMetricsAsync(id, maxPoints, cancellationToken))
            .Select(metric => new RunMetricPoint(metric.Name, metric.Step, metric.Value, metric.Stage))];

    internal async Task<RunSnapshot> SnapshotAsync(Run run, CancellationToken cancellationToken) =>
        Map(run, run.State == RunState.Queued ? await runs.ListAsync(OpenRuns, cancellationToken) : []);

    private RunSnapshot Map(Run run, IReadOnlyList<Run> open) => RunSnapshots.Of(run, open, time.GetUtcNow(), options.Value.StalledAfter);
}
