namespace RealmWeb.Data.Questions;

/// <summary>A question that was asked, with what came back.</summary>
public sealed class AskedQuestion
{
    public long Id { get; set; }
    public required string Corpus { get; set; }
    public required string Question { get; set; }

    /// <summary>The answer words; null when there was none.</summary>
    public string? Answer { get; set; }
    public bool NoAnswer { get; set; }

    /// <summary>p(y|x), not calibrated.</summary>
    public double Confidence { get; set; }
    public double TotalMilliseconds { get; set; }
    public required string Model { get; set; }
    public required string Generation { get; set; }

    /// <summary>User name; empty for somebody who is not signed in.</summary>
    public string AskedBy { get; set; } = "";
    public DateTimeOffset AskedAt { get; set; }
}
