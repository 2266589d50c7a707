using RealmWeb.Contracts.Flags;
using RealmWeb.Data.Questions;

namespace RealmWeb.Data.Flags;

/// <summary>What the asker says of an answer: one flag an answer, because only who asked may flag it. It goes with its question.</summary>
public sealed class Flag
{
    public long Id { get; set; }
    public Guid QuestionId { get; set; }

    /// <summary>The question with who asked it and what was shown; null where it was not loaded.</summary>
    public AskedQuestion? Question { get; set; }

    /// <summary>Of the answer words; null where nothing is said of them.</summary>
    public AnswerVerdict? Answer { get; set; }

    /// <summary>The corpus does not hold the answer.</summary>
    public bool NotInDocuments { get; set; }

    /// <summary>Of single passages: independent of <see cref="Answer"/>, so that wrong words from the right passage are not lost.</summary>
    public List<PassageFlag> Passages { get; set; } = [];

    /// <summary>Where the answer stands; null where the asker pointed at nothing.</summary>
    public FlagPlace? Place { get; set; }

    public string Note { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Last change by the asker.</summary>
    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>When an annotator was done with it; null with <see cref="Outcome"/> while it waits.</summary>
    public DateTimeOffset? WorkedOnAt { get; set; }
    public FlagOutcome? Outcome { get; set; }

    /// <summary>The label that it became.</summary>
    public long? LabelId { get; set; }

    /// <summary>The model that was asked again after another was promoted: the first that finds the passage, else the last. Null while none was.</summary>
    public string? Model { get; set; }

    /// <summary>Whether that model finds the right passage first.</summary>
    public bool? ModelFinds { get; set; }
}

/// <summary>What the asker says of a passage that was shown.</summary>
public sealed class PassageFlag
{
    public long FlagId { get; set; }

    /// <summary>As in <see cref="AskedPassage.Rank"/>.</summary>
    public int Rank { get; set; }
    public long DocumentId { get; set; }

    /// <summary>Content hash of the block.</summary>
    public required string BlockId { get; set; }
    public PassageVerdict Verdict { get; set; }
}

/// <summary>Where an asker found the answer.</summary>
public sealed class FlagPlace
{
    public long DocumentId { get; set; }

    /// <summary>Content hash of the block.</summary>
    public required string BlockId { get; set; }

    /// <summary>First character in the block's text, UTF-16.</summary>
    public int Start { get; set; }

    /// <summary>Exclusive.</summary>
    public int End { get; set; }

    /// <summary>The words at that place when they were marked.</summary>
    public required string Text { get; set; }
}
