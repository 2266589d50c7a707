using RealmWeb.Contracts.Annotation;

namespace RealmWeb.Data.Annotation;

/// <summary>A question that waits for labels, with the passages to look at.</summary>
public sealed class AnnotationItem
{
    public long Id { get; set; }
    public required string Corpus { get; set; }
    public required string Question { get; set; }
    public ItemSource Source { get; set; }

    /// <summary>The kept question that it was made of; null where there is none. That one may be deleted meanwhile.</summary>
    public Guid? AskedQuestionId { get; set; }

    /// <summary>What it is called in the file that it came from; empty where it came from none.</summary>
    public string ImportedId { get; set; } = "";

    /// <summary>Place in the queue; the lowest is next.</summary>
    public double Place { get; set; }

    /// <summary>Annotators that it wants.</summary>
    public int Wanted { get; set; } = 1;

    /// <summary>Annotators that submitted or discarded it.</summary>
    public int Given { get; set; }

    /// <summary>The model's guess is not shown: shown guesses anchor.</summary>
    public bool HidesGuess { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>User name of who works on it; null when nobody does, and without meaning after <see cref="HeldUntil"/>.</summary>
    public string? HeldBy { get; set; }
    public DateTimeOffset? HeldUntil { get; set; }

    /// <summary>By rank.</summary>
    public List<ItemPassage> Passages { get; set; } = [];
}

/// <summary>A passage to look at, as it was when the item was made.</summary>
public sealed class ItemPassage
{
    public long ItemId { get; set; }

    /// <summary>From 1.</summary>
    public int Rank { get; set; }

    /// <summary>Document in its corpus.</summary>
    public long DocumentId { get; set; }

    /// <summary>Id of the document in its file.</summary>
    public required string Document { get; set; }

    /// <summary>Content hash of the block.</summary>
    public required string BlockId { get; set; }

    /// <summary>Offset of the block in the document's normalised text, UTF-16.</summary>
    public int BlockStart { get; set; }
    public required string Title { get; set; }
    public required string Text { get; set; }

    /// <summary>f(x, z), before the softmax.</summary>
    public double RetrievalScore { get; set; }

    /// <summary>p(z|x).</summary>
    public double RetrievalProbability { get; set; }

    /// <summary>p(y|z,x) of the guess; null where the passage was not read.</summary>
    public double? ReaderProbability { get; set; }

    /// <summary>The model's guess in the text, UTF-16; null with <see cref="GuessEnd"/> where it marked none.</summary>
    public int? GuessStart { get; set; }

    /// <summary>Exclusive.</summary>
    public int? GuessEnd { get; set; }
}
