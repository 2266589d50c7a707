namespace RealmWeb.Data.Questions;

/// <summary>A question that was asked, with what came back and what was shown for it.</summary>
public sealed class AskedQuestion
{
    /// <summary>What the asker's browser knows the answer by.</summary>
    public Guid Id { get; set; }
    public required string Corpus { get; set; }
    public required string Question { get; set; }

    /// <summary>Hybrid, Dense or Lexical; empty for questions from before it was kept.</summary>
    public string Retriever { get; set; } = "";

    /// <summary>The answer words; null when there was none.</summary>
    public string? Answer { get; set; }

    /// <summary>The model refused: it preferred no answer.</summary>
    public bool NoAnswer { get; set; }

    /// <summary>p(y|x), at the model's fitted temperature where it has one (<see cref="Calibrated"/>).</summary>
    public double Confidence { get; set; }
    public bool Calibrated { get; set; }

    /// <summary>Probability of no answer.</summary>
    public double NullMass { get; set; }
    public double EncodeMilliseconds { get; set; }
    public double SearchMilliseconds { get; set; }
    public double ReadMilliseconds { get; set; }
    public double TotalMilliseconds { get; set; }
    public required string Model { get; set; }

    /// <summary>Index generation that was searched; empty where terms alone were.</summary>
    public required string Generation { get; set; }

    /// <summary>User name; empty for somebody who is not signed in.</summary>
    public string AskedBy { get; set; } = "";

    /// <summary>Pseudonym of a browser whose user is not signed in; null where there is none.</summary>
    public string? Visitor { get; set; }
    public DateTimeOffset AskedAt { get; set; }

    /// <summary>Other answers with their mass, best first, the given one included.</summary>
    public List<AskedCandidate> Candidates { get; set; } = [];

    /// <summary>The passages that were shown, by rank.</summary>
    public List<AskedPassage> Passages { get; set; } = [];
}

/// <summary>An answer that was weighed.</summary>
public sealed class AskedCandidate
{
    public required string Text { get; set; }

    /// <summary>Its probability summed over the passages that hold it.</summary>
    public double Score { get; set; }
    public int Passages { get; set; }
}

/// <summary>A passage that was shown for a question. The corpus has the text; the content hash says whether it is still the same.</summary>
public sealed class AskedPassage
{
    public Guid QuestionId { get; set; }

    /// <summary>From 1.</summary>
    public int Rank { get; set; }

    /// <summary>Document in its corpus.</summary>
    public long DocumentId { get; set; }

    /// <summary>Content hash of the block.</summary>
    public required string BlockId { get; set; }

    /// <summary>Offset of the block in the document's normalised text, UTF-16.</summary>
    public int BlockStart { get; set; }

    /// <summary>f(x, z), before the softmax.</summary>
    public double RetrievalScore { get; set; }

    /// <summary>p(z|x).</summary>
    public double RetrievalProbability { get; set; }

    /// <summary>p(y|z,x) of the marked words; null where the passage was not read.</summary>
    public double? ReaderProbability { get; set; }

    /// <summary>Marked words in the block, UTF-16; null with <see cref="SpanEnd"/> where none were marked.</summary>
    public int? SpanStart { get; set; }

    /// <summary>Exclusive.</summary>
    public int? SpanEnd { get; set; }
}
