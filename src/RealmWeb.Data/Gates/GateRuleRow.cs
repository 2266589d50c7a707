namespace RealmWeb.Data.Gates;

/// <summary>What a candidate must hold on a question set before it may answer from a corpus.</summary>
public sealed class GateRuleRow
{
    public long Id { get; set; }
    public required string Corpus { get; set; }
    public required string QuestionSet { get; set; }

    /// <summary>Name of what is measured, as evaluations call it: em, recall@5.</summary>
    public required string Measure { get; set; }

    /// <summary>The least, or where lower is better the most; null for none.</summary>
    public double? Bound { get; set; }

    /// <summary>By how much it may be worse than production, by the end of the 95 % interval; null for no such rule.</summary>
    public double? Margin { get; set; }
}
