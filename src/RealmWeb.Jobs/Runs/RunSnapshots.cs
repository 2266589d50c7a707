using System.Text.Json;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;

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
            run.Id, run.Kind, run.Target, run.State, run.Done, run.Total, run.Unit, run.Stage, WaitsFor(run, open), run.Error,
            rate, secondsLeft, working && (Silent(run.HeartbeatAt) || Silent(run.WorkSeenAt)), run.StartedBy,
            run.CreatedAt, run.StartedAt, run.EndedAt, JsonSerializer.Deserialize<Dictionary<string, double>>(run.MetricsJson) ?? [], run.Revision);

        // The owner may live and wait for work that hangs; work that lives is no use without its owner.
        bool Silent(DateTimeOffset? seenAt) => now - seenAt > stalledAfter;
    }

    public static RunLogLine Of(RunLogEntry entry) => new(entry.Sequence, entry.At, entry.Level, entry.Message);

    private static string? WaitsFor(Run run, IReadOnlyList<Run> open)
    {
        if (run.State != RunState.Queued)
            return null;
        var others = open.Where(other => other.Id != run.Id).ToList();
        var working = others.Where(other => RunTransitions.Working.Contains(other.State)).ToList();
        var blocker =
            working.FirstOrDefault(other => other.ExclusiveKey.Length > 0 && other.ExclusiveKey == run.ExclusiveKey)
            ?? working.FirstOrDefault(SharesWorkers)
            ?? others.Where(other => other.State == RunState.Queued && other.CreatedAt < run.CreatedAt && SharesWorkers(other)).MaxBy(other => other.CreatedAt);
        if (blocker is null)
            return "Waits for a worker";
        // Those before it that wait for the same workers or the same thing.
        var ahead = others.Count(other => other.State == RunState.Queued && other.CreatedAt < run.CreatedAt
            && (SharesWorkers(other) || (other.ExclusiveKey.Length > 0 && other.ExclusiveKey == run.ExclusiveKey)));
        return $"Waits for {RunKinds.Of(blocker.Kind).Name} of {blocker.Target}, {Ordinal(ahead + 1)} in line";

        bool SharesWorkers(Run other) => RunKinds.Of(other.Kind).Workers == RunKinds.Of(run.Kind).Workers;
    }

    private static string Ordinal(int number) => number + (number % 100 is 11 or 12 or 13 ? "th" : (number % 10) switch
    {
        1 => "st",
        2 => "nd",
        3 => "rd",
        _ => "th",
    });
}
