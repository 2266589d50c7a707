using System.Diagnostics;

namespace RealmWeb.Engine.Training;

/// <summary>Counts what a run has seen and averages what it reports. The counts and averages are part of a checkpoint, so that curves go on
/// where they were; rates are those of this process.</summary>
public sealed class TrainingMeter
{
    // An average over the last fifty steps or so: enough to see a trend through the noise of single batches. The first fifty are a plain mean, or the
    // first batch alone would show for a hundred steps.
    private const double Keep = 0.98;
    private const long Plain = 50;

    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Dictionary<string, double> _averages;
    private readonly Dictionary<string, long> _values;
    private MeterState _total;
    private long _tokens;
    private long _examples;

    /// <param name="from">State of a resumed run.</param>
    public TrainingMeter(TimeProvider time, MeterState? from = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _started = time.GetTimestamp();
        _total = from ?? MeterState.Start;
        _averages = new(_total.Averages);
        _values = _total.Values is { } values ? new(values) : _averages.Keys.ToDictionary(name => name, _ => Plain);
    }

    /// <summary>Seconds of this process.</summary>
    public double Seconds => Math.Max(1e-3, _time.GetElapsedTime(_started).TotalSeconds);

    /// <summary>Tokens a second of this process, padding left out.</summary>
    public double TokensPerSecond => _tokens / Seconds;

    public MeterState State => _total with { Averages = new Dictionary<string, double>(_averages), Values = new Dictionary<string, long>(_values) };

    /// <summary>Counts a batch.</summary>
    public void Count(StepLoss batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _tokens += batch.Tokens;
        _examples += batch.Examples;
        _total = _total with
        {
            Tokens = _total.Tokens + batch.Tokens, PaddedTokens = _total.PaddedTokens + batch.PaddedTokens, Examples = _total.Examples + batch.Examples,
        };
    }

    /// <summary>Takes a value of the step into the average of its name.</summary>
    public void Average(string name, double value)
    {
        var number = _values[name] = Math.Min(Plain, _values.GetValueOrDefault(name)) + 1;
        var keep = number > Plain ? Keep : 1 - 1.0 / number;
        _averages[name] = keep * _averages.GetValueOrDefault(name) + (1 - keep) * value;
    }

    /// <summary>Averages, counts, rates, padding (share of what went through the model) and memory.</summary>
    public Dictionary<string, double> Metrics()
    {
        using var process = Process.GetCurrentProcess();
        return new(_averages)
        {
            ["tokensPerSecond"] = TokensPerSecond,
            ["examplesPerSecond"] = _examples / Seconds,
            ["tokensSeen"] = _total.Tokens,
            ["examplesSeen"] = _total.Examples,
            ["paddingShare"] = _total.PaddedTokens == 0 ? 0 : 1 - (double)_total.Tokens / _total.PaddedTokens,
            ["memoryMiB"] = process.WorkingSet64 / 1048576.0,
        };
    }
}

/// <summary>What a <see cref="TrainingMeter"/> goes on from.</summary>
/// <param name="Values">How many values each average is of, as far as that matters; null in checkpoints of versions that did not count.</param>
public sealed record MeterState(
    long Tokens, long PaddedTokens, long Examples, IReadOnlyDictionary<string, double> Averages, IReadOnlyDictionary<string, long>? Values = null)
{
    public static MeterState Start { get; } = new(0, 0, 0, new Dictionary<string, double>());
}
