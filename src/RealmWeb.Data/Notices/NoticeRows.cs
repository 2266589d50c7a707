namespace RealmWeb.Data.Notices;

/// <summary>Up to when an account has seen its notices.</summary>
public sealed class NoticeMark
{
    public required string UserId { get; set; }
    public DateTimeOffset SeenAt { get; set; }
}

/// <summary>The end of a run that is told to an address outside.</summary>
public sealed class WebhookDelivery
{
    public Guid Id { get; set; }
    public Guid RunId { get; set; }
    public required string Url { get; set; }
    public int Attempts { get; set; }

    /// <summary>When it is tried next; null once it arrived or was given up.</summary>
    public DateTimeOffset? NextAt { get; set; }
    public DateTimeOffset? ArrivedAt { get; set; }

    /// <summary>Why the last try failed.</summary>
    public string? Error { get; set; }
}
