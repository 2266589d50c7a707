namespace RealmWeb.Data.Events;

/// <summary>Something that happened.</summary>
public sealed class StoredEvent
{
    public required string Topic { get; set; }

    /// <summary>Grows within the topic.</summary>
    public long Seq { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Type { get; set; }

    /// <summary>The thing whose state the event tells: the next event about it takes this one's place. Null for an event that stays beside others.</summary>
    public string? Subject { get; set; }
    public required string DataJson { get; set; }
}
