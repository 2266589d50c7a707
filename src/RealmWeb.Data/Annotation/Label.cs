using RealmWeb.Contracts.Annotation;

namespace RealmWeb.Data.Annotation;

/// <summary>What one annotator said of an item.</summary>
public sealed class Label
{
    /// <summary>What people call it by: label 214.</summary>
    public long Id { get; set; }
    public long ItemId { get; set; }

    /// <summary>User name.</summary>
    public required string By { get; set; }
    public LabelState State { get; set; }

    /// <summary>Version of the corpus's guidelines that it was made under; 0 where there were none.</summary>
    public int GuidelineVersion { get; set; }

    /// <summary>None of the passages answers.</summary>
    public bool NoAnswer { get; set; }

    /// <summary>The question makes no sense as it stands.</summary>
    public bool BadQuestion { get; set; }

    /// <summary>The question as it should have been asked; null where it may stand.</summary>
    public string? Reformulated { get; set; }
    public string? Note { get; set; }

    /// <summary>A curator chose it among several that say different things.</summary>
    public bool Chosen { get; set; }

    /// <summary>A curator put it together out of what annotators said of the item; it says nothing of how far they agree.</summary>
    public bool Merged { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
    public DateTimeOffset? SubmittedAt { get; set; }

    /// <summary>Grows with every change, so that of two windows that write one loses and knows it.</summary>
    public int Revision { get; set; }
    public List<LabelPassage> Passages { get; set; } = [];
}

/// <summary>A passage that was graded or marked, as it was then.</summary>
public sealed class LabelPassage
{
    public long LabelId { get; set; }

    /// <summary>As the item's; those that the annotator found follow them.</summary>
    public int Rank { get; set; }

    /// <summary>Document in its corpus; 0 where the corpus has none.</summary>
    public long DocumentId { get; set; }

    /// <summary>Id of the document in its file; empty where it is not known.</summary>
    public required string Document { get; set; }

    /// <summary>Content hash of the block; empty where it is not known.</summary>
    public required string BlockId { get; set; }

    /// <summary>Offset of the block in the document's normalised text, UTF-16.</summary>
    public int BlockStart { get; set; }
    public required string Title { get; set; }
    public required string Text { get; set; }

    /// <summary>0 to 3, see docs/annotation.md; null where it was not graded.</summary>
    public int? Grade { get; set; }

    /// <summary>The annotator looked it up.</summary>
    public bool Found { get; set; }

    /// <summary>The document changed, and this no longer stands in it.</summary>
    public bool Stale { get; set; }
    public List<LabelSpan> Spans { get; set; } = [];
}

/// <summary>Words that answer.</summary>
public sealed class LabelSpan
{
    public long LabelId { get; set; }
    public int Rank { get; set; }

    /// <summary>UTF-16 offset in the passage's text.</summary>
    public int Start { get; set; }

    /// <summary>Exclusive.</summary>
    public int End { get; set; }

    /// <summary>The words, as they were when they were marked.</summary>
    public required string Text { get; set; }
}

/// <summary>What annotators of a corpus are to go by.</summary>
public sealed class Guideline
{
    public required string Corpus { get; set; }

    /// <summary>From 1; a version is never changed.</summary>
    public int Version { get; set; }

    /// <summary>Plain text.</summary>
    public required string Text { get; set; }
    public required string By { get; set; }
    public DateTimeOffset At { get; set; }
}
