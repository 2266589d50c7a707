using RealmWeb.Contracts.Sources;

namespace RealmWeb.Data.Sources;

/// <summary>Where documents of a corpus come from.</summary>
public sealed class SourceRow
{
    public Guid Id { get; set; }
    public required string Corpus { get; set; }

    /// <summary>One of its corpus alone has it.</summary>
    public required string Name { get; set; }
    public SourceKind Kind { get; set; }
    public required string Address { get; set; }

    /// <summary>Settings of its kind.</summary>
    public required string SettingsJson { get; set; }

    /// <summary>Days for which documents stay that are gone at the source.</summary>
    public int KeepDays { get; set; }
    public bool Enabled { get; set; }

    /// <summary>What starts it by itself; null where nothing does.</summary>
    public Guid? ScheduleId { get; set; }
    public string MadeBy { get; set; } = "";
    public DateTimeOffset MadeAt { get; set; }
}

/// <summary>A document that is gone at its source and is still kept.</summary>
public sealed class DepartedRow
{
    public Guid SourceId { get; set; }

    /// <summary>In the corpus of the source.</summary>
    public long DocumentId { get; set; }

    /// <summary>When it was first missed.</summary>
    public DateTimeOffset Since { get; set; }
}
