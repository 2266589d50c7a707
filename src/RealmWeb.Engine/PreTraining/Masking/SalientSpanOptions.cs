using RealmWeb.Engine.Files;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>Where salient spans come from, beside dates and numbers, which rules find. Paths count from the configuration file.</summary>
public sealed record SalientSpanOptions
{
    /// <summary>What `realm-lab spans --out` learned of the capitals of a corpus; null to learn from the corpus that is trained on.</summary>
    [FileOption]
    public string? Casing { get; init; }

    /// <summary>File with further names to hide, one a line.</summary>
    [FileOption]
    public string? Names { get; init; }

    /// <summary>File of labelled sentences in the form of CoNLL-2003 that a tagger learns from, as the paper's did.</summary>
    [FileOption]
    public string? Conll { get; init; }
}
