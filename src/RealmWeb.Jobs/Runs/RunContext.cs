using System.Collections.Concurrent;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;

namespace RealmWeb.Jobs.Runs;

/// <summary>A run as its work sees it. Reporting costs next to nothing: what is reported is kept here and written by the run's pulse, at most four
/// times a second.</summary>
internal sealed class RunContext(Run run, string owner, RunStore runs, RunStateChanger states, TimeProvider time)
{
    private readonly ConcurrentQueue<RunLogText> _log = new();
    private readonly ConcurrentQueue<(long Step, IReadOnlyDictionary<string, double> Values, string Stage)> _metrics = new();
    private readonly List<RunLogText> _unwritten = [];
    private readonly RateMeter _rate = new(time);
    private RunProgress? _progress;
    private long _seenAt = time.GetUtcNow().UtcTicks;

    /// <summary>The run as it was when this attempt began.</summary>
    public Run Run { get; } = run;

    /// <summary>When the work last gave a sign of life: whatever it reports is one.</summary>
    public DateTimeOffset WorkSeenAt => new(Interlocked.Read(ref _seenAt), TimeSpan.Zero);

    /// <summary>The work gives a sign of life, and has nothing else to report.</summary>
    public void SeeWork() => Interlocked.Exchange(ref _seenAt, time.GetUtcNow().UtcTicks);

    /// <param name="done">Units done.</param>
    /// <param name="total">Units in all; null while unknown.</param>
    /// <param name="unit">What is counted: documents, blocks, steps.</param>
    /// <param name="stage">What is being done, in words.</param>
    public void Report(long done, long? total, string unit, string stage)
    {
        SeeWork();
        Interlocked.Exchange(ref _progress, new RunProgress(done, total, unit, stage, _rate.Add(done, unit)));
    }

    public void Log(string level, string message)
    {
        SeeWork();
        _log.Enqueue(new RunLogText(level, message));
    }

    /// <param name="step">Units done when the values were measured.</param>
    /// <param name="stage">Part of the work that was measured; each has curves of its own.</param>
    public void Measure(long step, IReadOnlyDictionary<string, double> values, string stage = "")
    {
        SeeWork();
        if (values.Count > 0)
            _metrics.Enqueue((step, values, stage));
    }

    /// <summary>Stores which child process does the work; null when it is gone.</summary>
    public Task SetChildAsync(string? child, CancellationToken cancellationToken) => runs.SetChildAsync(Run.Id, owner, child, cancellationToken);

    /// <summary>Notes that the work has made room for itself, see <see cref="Run.Begun"/>.</summary>
    public Task MarkBegunAsync(CancellationToken cancellationToken) => runs.MarkBegunAsync(Run.Id, owner, cancellationToken);

    /// <summary>Notes what the work is done with.</summary>
    public Task SaveDataAsync(IReadOnlyList<RunDatum> data, CancellationToken cancellationToken) => runs.SaveDataAsync(Run.Id, owner, data, cancellationToken);

    /// <summary>Writes and tells what was reported since the last time. What could not be written is written the next time.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var changed = false;
        if (Interlocked.Exchange(ref _progress, null) is { } progress)
            changed = await runs.ReportAsync(Run.Id, owner, progress, cancellationToken);
        while (_metrics.TryPeek(out var point))
        {
            await runs.AppendMetricsAsync(Run.Id, owner, point.Step, point.Values, point.Stage, cancellationToken);
            _metrics.TryDequeue(out _);
            changed = true;
        }
        while (_log.TryDequeue(out var line))
            _unwritten.Add(line);
        if (_unwritten.Count > 0)
        {
            await states.LogAsync(Run.Id, _unwritten, cancellationToken);
            _unwritten.Clear();
        }
        if (changed)
            await states.PublishAsync(Run.Id, cancellationToken);
    }
}
