namespace RealmWeb.Engine.Retrieval;

/// <summary>What a search looks at.</summary>
public sealed record SearchOptions
{
    /// <summary>Everything, exactly.</summary>
    public static SearchOptions Exact { get; } = new();

    /// <summary>Rows that may come back; null for all.</summary>
    public RowFilter? Filter { get; init; }

    /// <summary>Share of the exact top k that must be found on average, above 0 and at most 1. Below 1 an index with partitions scans only as many as gave
    /// that recall when it was measured; one without, or one that never reached it, is searched exactly.</summary>
    public double Recall { get; init; } = 1;

    /// <summary>Partitions to scan, whatever recall that gives; for measuring. 0 leaves it to <see cref="Recall"/>.</summary>
    public int Probes { get; init; }
}
