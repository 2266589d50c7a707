using RealmWeb.Engine.Optimization;
using RealmWeb.Engine.Progress;

namespace RealmWeb.Engine.Training;

/// <summary>What a training says while it runs: its metrics as lines of the log, as progress, and as warnings.</summary>
internal sealed class TrainingReports
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly IObjective _objective;
    private readonly TrainingOptions _options;
    private readonly BertAdamW _optimizer;
    private readonly TimeProvider _time;
    private readonly IProgress<OperationProgress>? _progress;
    private readonly TrainingLog _log;
    private readonly HashSet<string> _warned = [];
    private readonly long _first;
    private long? _reported;

    /// <param name="from">State of a resumed run.</param>
    public TrainingReports(
        IObjective objective, TrainingOptions options, BertAdamW optimizer, string folder, TimeProvider time, IProgress<OperationProgress>? progress,
            TrainingState? from)
    {
        (_objective, _options, _optimizer, _time, _progress) = (objective, options, optimizer, time, progress);
        Meter = new TrainingMeter(time, from?.Meter);
        Measured = from?.Measured ?? new Dictionary<string, double>();
        _first = optimizer.StepCount;
        // A step whose measurement was cancelled gets its line when it has been measured.
        _log = new TrainingLog(folder, options.Steps, from is { Unmeasured: true } ? _first - 1 : _first);
    }

    public TrainingMeter Meter { get; }

    /// <summary>What the last evaluation gave.</summary>
    public IReadOnlyDictionary<string, double> Measured { get; set; }

    public TrainingOutcome Outcome() => new(_optimizer.StepCount, Meter.Seconds, Meter.TokensPerSecond, Metrics());

    /// <summary>Writes the step's line where the log takes one, and warns of what the objective sees in it.</summary>
    public void LogWhenDue()
    {
        if (!_log.Takes(_optimizer.StepCount))
            return;
        var metrics = Metrics();
        _log.Add(new TrainingLogEntry(_optimizer.StepCount, metrics));
        if (_objective.Warning(metrics) is { } warning && _warned.Add(warning))
            Warn(warning);
    }

    /// <summary>Reports the first step, the last one, and between them what a second brings: a short training has a curve too.</summary>
    public void ReportWhenDue(bool isLast)
    {
        if (_reported is { } reported && _time.GetElapsedTime(reported) < Interval && !isLast)
            return;
        _reported = _time.GetTimestamp();
        _progress?.Report(Progress((_optimizer.StepCount - _first) / Meter.Seconds) with { Metrics = Metrics() });
    }

    public void Warn(string warning) => _progress?.Report(Progress(rate: 0) with { Warning = warning });

    private OperationProgress Progress(double rate) => new(_objective.Stage, _optimizer.StepCount, _options.Steps, "steps", rate);

    private Dictionary<string, double> Metrics()
    {
        var metrics = Meter.Metrics();
        metrics["learningRate"] = _optimizer.Schedule.At(Math.Max(0, _optimizer.StepCount - 1));
        foreach (var (name, value) in Measured)
            metrics[name] = value;
        return metrics;
    }
}
