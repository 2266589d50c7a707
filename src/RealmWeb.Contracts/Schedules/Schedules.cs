using System.Text.Json.Serialization;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Contracts.Schedules;

/// <summary>What happens when the time has come and a run, or chain, of the same schedule is not over. A chain that waits for a decision is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OverlapPolicy>))]
public enum OverlapPolicy
{
    /// <summary>Nothing is started.</summary>
    Skip,

    /// <summary>Another one is started, whose runs wait their turn.</summary>
    Queue,

    /// <summary>The old one is cancelled.</summary>
    CancelOld,
}

/// <summary>What happens to times at which the site was down.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MissedPolicy>))]
public enum MissedPolicy
{
    /// <summary>One run for all of them, when the site is back.</summary>
    RunOnce,
    Skip,
}

/// <summary>What became of a time.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ScheduleResult>))]
public enum ScheduleResult
{
    Started,

    /// <summary>A run, or chain, of the schedule was not over.</summary>
    Skipped,

    /// <summary>Too few labels came for a chain.</summary>
    TooFewLabels,

    /// <summary>The site was down.</summary>
    Missed,

    /// <summary>What was to be started cannot be done.</summary>
    Refused,
}

/// <summary>A schedule as it shall be: it starts a run or a chain, one of the two.</summary>
/// <param name="Cron">Minute, hour, day of month, month, day of week.</param>
/// <param name="TimeZone">IANA name, such as Europe/Berlin.</param>
public sealed record SaveScheduleRequest(
    string Name, RunOrder? Run, string Cron, string TimeZone, bool Enabled = true, OverlapPolicy Overlap = OverlapPolicy.Skip,
    MissedPolicy Missed = MissedPolicy.RunOnce, ChainOrder? Chain = null);

/// <summary>Switches a schedule on or off.</summary>
public sealed record SetEnabledRequest(bool Enabled);

/// <summary>What became of a time of a schedule.</summary>
/// <param name="Note">Why nothing was started, or that it was late; null when there is nothing to say.</param>
/// <param name="RunId">The run that was started; null where none was.</param>
/// <param name="RunState">Where that run is now.</param>
/// <param name="Chain">The chain that was started; null where none was.</param>
public sealed record ScheduleOutcome(
    DateTimeOffset DueAt, ScheduleResult Result, string? Note, Guid? RunId, RunState? RunState, ScheduledChain? Chain = null);

/// <summary>A chain that a schedule started, as it is now.</summary>
/// <param name="Green">The gate lets its candidate through; null before it has judged.</param>
public sealed record ScheduledChain(Guid Id, ChainState State, bool? Green);

/// <summary>What a schedule started at once: a run or a chain.</summary>
public sealed record ScheduleStarted(Guid? RunId, Guid? ChainId);

/// <summary>A schedule: it starts a run or a chain.</summary>
/// <param name="NextAt">In the schedule's time zone; null while it is switched off.</param>
/// <param name="Last">The last outcomes, at most five, the newest first.</param>
public sealed record ScheduleView(
    Guid Id, string Name, RunOrder? Run, string Cron, string TimeZone, bool Enabled, OverlapPolicy Overlap, MissedPolicy Missed, string MadeBy,
    DateTimeOffset MadeAt, DateTimeOffset? NextAt, IReadOnlyList<ScheduleOutcome> Last, ChainOrder? Chain = null);

/// <summary>The next times of a schedule that is being written, in its time zone.</summary>
public sealed record NextTimes(IReadOnlyList<DateTimeOffset> Times);
