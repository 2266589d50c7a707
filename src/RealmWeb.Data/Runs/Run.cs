using RealmWeb.Contracts.Runs;

namespace RealmWeb.Data.Runs;

/// <summary>A long piece of work: the truth about it, whatever executes it.</summary>
public sealed class Run
{
    public Guid Id { get; set; }
    public RunKind Kind { get; set; }

    /// <summary>What the run works on, for people: corpus or model name.</summary>
    public required string Target { get; set; }

    /// <summary>Runs with the same key never work at once ("corpus:handbook"); empty for no such rule.</summary>
    public string ExclusiveKey { get; set; } = "";

    /// <summary>What the requester called the request: asked for twice, it is done once. Null when it gave no name.</summary>
    public string? RequestKey { get; set; }

    public RunState State { get; set; }
    public string ParametersJson { get; set; } = "{}";

    /// <summary>Units done, in <see cref="Unit"/>.</summary>
    public long Done { get; set; }

    /// <summary>Units in all; null while unknown.</summary>
    public long? Total { get; set; }
    public string Unit { get; set; } = "";
    public string Stage { get; set; } = "";

    /// <summary>Units a second over the last half minute; null while unknown.</summary>
    public double? RatePerSecond { get; set; }

    /// <summary>Why the run failed or what was left out.</summary>
    public string? Error { get; set; }

    /// <summary>The work has made room for itself: what it finds in its place is its own, and an attempt that follows goes on from it.</summary>
    public bool Begun { get; set; }

    /// <summary>What it works with, as it was when it began last: a JSON list of a <see cref="RunDatum"/> each; null before it began.</summary>
    public string? DataJson { get; set; }

    /// <summary>What came out, in the form of the `realm` command's --json object.</summary>
    public string? ResultJson { get; set; }

    /// <summary>Latest value of each metric, a JSON object of numbers.</summary>
    public string MetricsJson { get; set; } = "{}";

    /// <summary>Who holds the lease: machine, process id and process start. Null when nobody executes the run.</summary>
    public string? Owner { get; set; }

    /// <summary>The child process that does the work, as in <see cref="Owner"/>; null when there is none.</summary>
    public string? Child { get; set; }

    /// <summary>When <see cref="Owner"/> last gave a sign of life.</summary>
    public DateTimeOffset? HeartbeatAt { get; set; }

    /// <summary>When the work itself last did, its child process where it has one. An owner that lives may wait for work that hangs.</summary>
    public DateTimeOffset? WorkSeenAt { get; set; }

    /// <summary>How many times the run was begun; an orderly shutdown does not count.</summary>
    public int Attempt { get; set; }
    public string StartedBy { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it was first begun.</summary>
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Grows with each change.</summary>
    public long Revision { get; set; }
}

/// <summary>A line of a run's log.</summary>
public sealed class RunLogEntry
{
    /// <summary>Grows with each line, over all runs.</summary>
    public long Sequence { get; set; }
    public Guid RunId { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>info, warning or error.</summary>
    public required string Level { get; set; }
    public required string Message { get; set; }
}

/// <summary>A point of a curve.</summary>
public sealed class RunMetric
{
    public long Id { get; set; }
    public Guid RunId { get; set; }
    public required string Name { get; set; }

    /// <summary>Part of the work that was measured, in words; empty where it has only one. Each begins with a first step of its own.</summary>
    public string Stage { get; set; } = "";

    /// <summary>Units done when the value was measured; the x axis.</summary>
    public long Step { get; set; }
    public double Value { get; set; }
}
