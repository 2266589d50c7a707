using RealmWeb.Engine.Files;

namespace RealmWeb.Engine.Questions;

/// <summary>A question file and how it is used.</summary>
public sealed record QuestionSource
{
    /// <summary>Path; a relative one counts from the configuration file.</summary>
    [FileOption]
    public required string File { get; init; }

    /// <summary>How often its questions are drawn relative to the other files, however many there are in it.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>"i/n": only questions whose passage falls into part i of n (by hash of the passage), so that the other parts stay unseen.</summary>
    public string? Part { get; init; }

    /// <summary>Train the reader on it; needs places of answers.</summary>
    public bool Reader { get; init; } = true;

    /// <summary>Train the retriever on it.</summary>
    public bool Retriever { get; init; } = true;

    /// <summary>Train the reader on what is retrieved for it; its passages, or none for unanswerable questions, stand in the corpus.</summary>
    public bool Joint { get; init; } = true;

    /// <summary>Train retriever and reader together on it.</summary>
    public bool OpenQa { get; init; } = true;
}
