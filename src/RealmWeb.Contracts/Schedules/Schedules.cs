using System.Text.Json.Serialization;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Contracts.Schedules;

/// <summary>What happens when the time has come and a run of the same schedule is not over.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OverlapPolicy>))]
public enum OverlapPolicy
{
    /// <summary>Nothing is started.</summary>
    Skip,

    /// <summary>Another run is started, which waits its turn.</summary>
    Queue,

    /// <summary>The old run is cancelled.</summary>
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

    /// <summary>A run of the schedule was not over.</summary>
    Skipped,

    /// <summary>The site was down.</summary>
    Missed,

    /// <summary>What was to be started cannot be done.</summary>
    Refused,
}

/// <summary>A schedule as it shall be.</summary>
/// <param name="Cron">Minute, hour, day of month, month, day of week.</param>
/// <param name="TimeZone">IANA name, such as Europe/Berlin.</param>
public sealed record SaveScheduleRequest(
    string Name, RunOrder Run, string Cron, string TimeZone, bool Enabled = true, OverlapPolicy Overlap = OverlapPolicy.Skip,
    MissedPolicy Missed = MissedPolicy.RunOnce);

/// <summary>Switches a schedule on or off.</summary>
public sealed record SetEnabledRequest(bool Enabled);

/// <summary>What became of a time of a schedule.</summary>
/// <param name="Note">Why nothing was started, or that it was late; null when there is nothing to say.</param>
/// <param name="RunId">The run that was started; null where none was.</param>
/// <param name="RunState">Where that run is now.</param>
public sealed record ScheduleOutcome(DateTimeOffset DueAt, ScheduleResult Result, string? Note, Guid? RunId, RunState? RunState);

/// <summary>A schedule.</summary>
/// <param name="NextAt">In the schedule's time zone; null while it is switched off.</param>
/// <param name="Last">The last outcomes, at most five, the newest first.</param>
public sealed record ScheduleView(
    Guid Id, string Name, RunOrder Run, string Cron, string TimeZone, bool Enabled, OverlapPolicy Overlap, MissedPolicy Missed, string MadeBy,
    DateTimeOffset MadeAt, DateTimeOffset? NextAt, IReadOnlyList<ScheduleOutcome> Last);

/// <summary>The next times of a schedule that is being written, in its time zone.</summary>
public sealed record NextTimes(IReadOnlyList<DateTimeOffset> Times);
