using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;

namespace RealmWeb.Data.Schedules;

/// <summary>When something is started by itself.</summary>
public sealed class Schedule
{
    public Guid Id { get; set; }
    public required string Name { get; set; }

    /// <summary>A <see cref="RunOrder"/>; empty where a chain is started.</summary>
    public required string RunJson { get; set; }

    /// <summary>A <see cref="ChainOrder"/>; null where a run is started.</summary>
    public string? ChainJson { get; set; }
    public required string Cron { get; set; }

    /// <summary>IANA name.</summary>
    public required string TimeZone { get; set; }
    public bool Enabled { get; set; }
    public OverlapPolicy Overlap { get; set; }
    public MissedPolicy Missed { get; set; }
    public string MadeBy { get; set; } = "";
    public DateTimeOffset MadeAt { get; set; }

    /// <summary>The first time that nothing was done about yet; null while the schedule is switched off.</summary>
    public DateTimeOffset? NextAt { get; set; }
}

/// <summary>What became of a time of a schedule.</summary>
public sealed class ScheduleEntry
{
    public long Id { get; set; }
    public Guid ScheduleId { get; set; }

    /// <summary>The time; when somebody started it by hand, that moment.</summary>
    public DateTimeOffset DueAt { get; set; }
    public ScheduleResult Result { get; set; }
    public string? Note { get; set; }

    /// <summary>The run that was started; null where none was.</summary>
    public Guid? RunId { get; set; }

    /// <summary>The chain that was started; null where none was.</summary>
    public Guid? ChainId { get; set; }
}
