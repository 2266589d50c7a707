using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Commands;

/// <summary>Passes what a child tells on to its run.</summary>
internal sealed class ChildListener(RunContext run)
{
    private readonly HashSet<(string Stage, string Metric)> _unmeasurable = [];

    /// <param name="line">A line of standard error.</param>
    /// <param name="message">What it means; null where it is text for people.</param>
    public void Hear(string line, ChildMessage? message)
    {
        run.SeeWork();
        switch (message)
        {
            case ChildProgress progress:
                run.Report(progress.Done, progress.Total, progress.Unit, progress.Stage);
                WarnOfUnmeasurable(progress);
                run.Measure(progress.Done, progress.Metrics, progress.Stage);
                break;
            case ChildLog log:
                run.Log(log.Level, log.Log);
                break;
            case null:
                run.Log("info", line);
                break;
        }
    }

    // Such a value has no place on a curve; who looks at the run should know why the curve ends.
    private void WarnOfUnmeasurable(ChildProgress progress)
    {
        foreach (var (name, value) in progress.Metrics.Where(metric => !double.IsFinite(metric.Value)))
        {
            if (_unmeasurable.Add((progress.Stage, name)))
                run.Log("warning", $"{name} is {value} at {progress.Done} {progress.Unit} of {progress.Stage}; its curve leaves such values out.");
        }
    }
}
