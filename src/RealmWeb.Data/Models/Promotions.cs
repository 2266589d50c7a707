namespace RealmWeb.Data.Models;

/// <summary>What a model may be besides its name.</summary>
public enum ModelAlias
{
    /// <summary>It answers.</summary>
    Production,

    /// <summary>It waits to be promoted.</summary>
    Candidate,
}

/// <summary>A change of the model that answers.</summary>
/// <param name="Previous">The model before; null for the first.</param>
public sealed record ModelPromotion(string Model, DateTimeOffset PromotedAt, string By, string Reason, string? Previous);

/// <summary>A line of the ledger: from <see cref="At"/> on an alias means another model. Lines are added, never changed.</summary>
public sealed class PromotionRow
{
    /// <summary>Grows with each line.</summary>
    public long Id { get; set; }
    public ModelAlias Alias { get; set; }

    /// <summary>Name of the model that the alias means now.</summary>
    public required string Model { get; set; }

    /// <summary>Row of <see cref="Model"/>; null where it was never written down.</summary>
    public Guid? ModelId { get; set; }

    /// <summary>Name of the model before; null for the first.</summary>
    public string? Previous { get; set; }
    public required string Reason { get; set; }
    public required string By { get; set; }
    public DateTimeOffset At { get; set; }
}
