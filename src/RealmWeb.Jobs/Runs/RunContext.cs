using System.Collections.Concurrent;
using System.Text.Json;
using RealmWeb.Data.Runs;

namespace RealmWeb.Jobs.Runs;

/// <summary>A run as its work sees it. Reporting costs next to nothing: what is reported is kept here and written by the run's pulse, at most four
/// times a second.</summary>
internal sealed class RunContext(Run run, string owner, RunStore runs, RunStateChanger states, TimeProvider time)
{
    private readonly ConcurrentQueue<RunLogText> _log = new();
    private readonly ConcurrentQueue<(long Step, IReadOnlyDictionary<string, double> Values)> _metrics = new();
    private readonly RateMeter _rate = new(time);
    private RunProgress? _progress;

    /// <summary>The run as it was when this attempt began.</summary>
    public Run Run { get; } = run;

    public static T ParametersOf<T>(Run run) => JsonSerializer.Deserialize<T>(run.ParametersJson)
        ?? throw new RunFailedException($"Run {run.Id} has no parameters. Start it again.");

    /// <param name="done">Units done.</param>
    /// <param name="total">Units in all; null while unknown.</param>
    /// <param name="unit">What is counted: documents, blocks, steps.</param>
    /// <param name="stage">What is being done, in words.</param>
    public void Report(long done, long? total, string unit, string stage) =>
        Interlocked.Exchange(ref _progress, new RunProgress(done, total, unit, stage, _rate.Add(done, unit)));

    public void Log(string level, string message) => _log.Enqueue(new RunLogText(level, message));

    /// <param name="step">Units done when the values were measured.</param>
    public void Measure(long step, IReadOnlyDictionary<string, double> values) => _metrics.Enqueue((step, values));

    /// <summary>Stores which child process does the work; null when it is gone.</summary>
    public Task SetChildAsync(string? child, CancellationToken cancellationToken) => runs.SetChildAsync(Run.Id, owner, child, cancellationToken);

    /// <summary>Stores what the work needs to go on after an interruption; the next attempt finds it in <see cref="Run.CheckpointJson"/>.</summary>
    public Task SaveCheckpointAsync(string checkpointJson, CancellationToken cancellationToken) =>
        runs.SaveCheckpointAsync(Run.Id, owner, checkpointJson, cancellationToken);

    /// <summary>Writes and tells what was reported since the last time.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var changed = false;
        if (Interlocked.Exchange(ref _progress, null) is { } progress)
            changed = await runs.ReportAsync(Run.Id, owner, progress, cancellationToken);
        while (_metrics.TryDequeue(out var point))
        {
            await runs.AppendMetricsAsync(Run.Id, owner, point.Step, point.Values, cancellationToken);
            changed = true;
        }
        var lines = new List<RunLogText>();
        while (_log.TryDequeue(out var line))
            lines.Add(line);
        if (lines.Count > 0)
            await states.LogAsync(Run.Id, lines, cancellationToken);
        if (changed)
            await states.PublishAsync(Run.Id, cancellationToken);
    }
}
