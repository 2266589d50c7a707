using System.Globalization;
using RealmWeb.Engine.Progress;
using RealmWeb.Jobs.Commands;

namespace RealmWeb.Cli;

/// <summary>Progress and log lines on stderr.</summary>
/// <param name="errors">Where they go instead; null for stderr.</param>
internal sealed class ProgressWriter(ProgressKind kind, TextWriter? errors = null) : IProgress<OperationProgress>
{
    private readonly Lock _lock = new();
    private readonly TextWriter _errors = errors ?? Console.Error;
    private readonly bool _interactive = errors is null && !Console.IsErrorRedirected;
    private long _lastReport;
    private int _width;
    private string? _finished;

    public void Report(OperationProgress value)
    {
        if (value.Warning is { } warning)
        {
            Log("warning", warning);
            return;
        }
        if (kind == ProgressKind.None)
            return;
        lock (_lock)
        {
            // On a terminal the line is drawn anew often; in a log file a line each ten seconds is enough.
            var last = value.Done == value.Total && _finished != value.Stage;
            _finished = value.Done == value.Total ? value.Stage : null;
            var wait = kind == ProgressKind.Json ? 250 : _interactive ? 200 : 10_000;
            if (!last && Environment.TickCount64 - _lastReport < wait)
                return;
            _lastReport = Environment.TickCount64;
            if (kind == ProgressKind.Json)
            {
                _errors.WriteLine(ChildProtocol.Line(
                    new ChildProgress(value.Done, value.Total, value.Unit, value.Stage, value.RatePerSecond, value.Metrics)));
                return;
            }
            var line = Line(value);
            if (_interactive)
            {
                _errors.Write("\r" + line.PadRight(_width));
                _width = line.Length;
                if (last)
                    EndLine();
            }
            else
            {
                _errors.WriteLine(line);
            }
        }
    }

    /// <summary>A line that stays.</summary>
    public void Log(string level, string message)
    {
        lock (_lock)
        {
            EndLine();
            _errors.WriteLine(kind == ProgressKind.Json
                ? ChildProtocol.Line(new ChildLog(message, level))
                : level == "info" ? message : $"{level}: {message}");
        }
    }

    /// <summary>Tells whoever started this process that the work goes on.</summary>
    public void Beat()
    {
        lock (_lock)
            _errors.WriteLine(ChildProtocol.Line(new ChildBeat()));
    }

    /// <summary>Ends a progress line that is being drawn.</summary>
    public void Finish()
    {
        lock (_lock)
            EndLine();
    }

    private void EndLine()
    {
        if (_width == 0)
            return;
        _errors.WriteLine();
        _width = 0;
    }

    private static string Line(OperationProgress value)
    {
        var culture = CultureInfo.InvariantCulture;
        var share = value.Total is { } total and > 0 ? string.Create(culture, $" of {total:N0} ({100.0 * value.Done / total:F0} %)") : "";
        var rate = value.RatePerSecond > 0 ? string.Create(culture, $", {value.RatePerSecond:N1} {value.Unit}/s") : "";
        var left = value.TimeLeft is { } time && value.Done < value.Total ? $", {Describe(time)} left" : "";
        var metrics = string.Concat(value.Metrics
            .Where(metric => metric.Key is "loss" or "tokensPerSecond" or "accuracy" or "devExactMatch" or "devF1" or "retrievalUtility")
            .Select(metric => string.Create(
                culture, $", {metric.Key} {(metric.Value >= 1000 ? metric.Value.ToString("N0", culture) : metric.Value.ToString("G4", culture))}")));
        return string.Create(culture, $"{value.Stage}: {value.Done:N0}{share} {value.Unit}{rate}{metrics}{left}");
    }

    private static string Describe(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min" : time.TotalMinutes >= 1 ? $"{(int)time.TotalMinutes} min {time.Seconds} s"
            : $"{Math.Ceiling(time.TotalSeconds)} s";
}
