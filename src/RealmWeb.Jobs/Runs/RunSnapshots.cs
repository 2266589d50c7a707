using System.Text.Json;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RunKind = RealmWeb.Contracts.Runs.RunKind;
using RunState = RealmWeb.Contracts.Runs.RunState;

namespace RealmWeb.Jobs.Runs;

/// <summary>From what is stored about runs to what is shown of them.</summary>
internal static class RunSnapshots
{
    /// <param name="open">All runs that are not over, for what a queued run waits for.</param>
    public static RunSnapshot Of(Run run, IReadOnlyList<Run> open, DateTimeOffset now, TimeSpan stalledAfter)
    {
        var working = RunTransitions.Working.Contains(run.State);
        var rate = working ? run.RatePerSecond : null;
        double? secondsLeft = rate is > 0 && run.Total is { } total ? Math.Max(0, total - run.Done) / rate : null;
        return new RunSnapshot(
            run.Id, (RunKind)run.Kind, run.Target, (RunState)run.State, run.Done, run.Total, run.Unit, run.Stage, WaitsFor(run, open), run.Error,
            rate, secondsLeft, working && run.HeartbeatAt is { } beat && now - beat > stalledAfter, run.StartedBy,
            run.CreatedAt, run.StartedAt, run.EndedAt, JsonSerializer.Deserialize<Dictionary<string, double>>(run.MetricsJson) ?? [], run.Revision);
    }

    public static RunLogLine Of(RunLogEntry entry) => new(entry.Sequence, entry.At, entry.Level, entry.Message);

    /// <summary>A kind in words.</summary>
    public static string Words(Data.Runs.RunKind kind) => kind switch
    {
        Data.Runs.RunKind.Import => "Import",
        Data.Runs.RunKind.IndexBuild => "Index build",
        Data.Runs.RunKind.Mlm => "Masked language modelling",
        Data.Runs.RunKind.Ict => "Inverse cloze training",
        Data.Runs.RunKind.PreTrain => "REALM pre-training",
        Data.Runs.RunKind.FineTune => "Fine-tuning",
        Data.Runs.RunKind.Evaluate => "Evaluation",
        _ => kind.ToString(),
    };

    private static string? WaitsFor(Run run, IReadOnlyList<Run> open)
    {
        if (run.State != Data.Runs.RunState.Queued)
            return null;
        var others = open.Where(other => other.Id != run.Id).ToList();
        var blocker =
            others.FirstOrDefault(other => other.ExclusiveKey.Length > 0 && other.ExclusiveKey == run.ExclusiveKey && RunTransitions.Working.Contains(other.State))
            ?? others.FirstOrDefault(other => RunTransitions.Working.Contains(other.State) && RunDispatcher.QueueOf(other.Kind) == RunDispatcher.QueueOf(run.Kind))
            ?? others.Where(other => other.State == Data.Runs.RunState.Queued && other.CreatedAt < run.CreatedAt && RunDispatcher.QueueOf(other.Kind) == RunDispatcher.QueueOf(run.Kind))
                .MaxBy(other => other.CreatedAt);
        return blocker is null ? "Waits for a worker" : $"Waits for {Words(blocker.Kind)} of {blocker.Target}";
    }
}
