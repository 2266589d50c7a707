using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Flags;

namespace RealmWeb.Contracts.Corpora;

/// <summary>A corpus in lists and pickers.</summary>
/// <param name="Name">Lower-case letters, digits and hyphens; what URLs and the command line use.</param>
/// <param name="Generation">Index generation that answers; null when there is none.</param>
/// <param name="IndexedBlocks">Passages in that generation.</param>
/// <param name="IndexStale">Passages were added or changed since, or the production model is another one.</param>
/// <param name="ActiveRun">Import or index build under way; null otherwise.</param>
/// <param name="Damage">Why the corpus cannot be read and what to do; nothing else is known of it then. Null when nothing is wrong.</param>
/// <param name="IndexDamage">Why the index cannot be used; terms alone answer until it is built again. Null when nothing is wrong.</param>
public sealed record CorpusSummary(
    string Name, string Title, long Documents, long Blocks, string? Generation, long IndexedBlocks, bool IndexStale, string? Model,
    Guid? ActiveRun, DateTimeOffset ChangedAt, string? Damage = null, string? IndexDamage = null)
{
    /// <summary>Only who is named there may do anything in it.</summary>
    public bool Restricted { get; init; }

    /// <summary>What the one who asks for it may do in it.</summary>
    public CorpusRole Role { get; init; }

    /// <summary>What was fitted to it with questions about it; null where nothing was.</summary>
    public CorpusFitSummary? Fit { get; init; }
}

/// <summary>The confidence of one model's answers, fitted to a corpus; other models say theirs as they would elsewhere.</summary>
/// <param name="Questions">Whose answers were judged for it.</param>
/// <param name="FitsRefusals">When no answer is given was fitted too.</param>
public sealed record CorpusFitSummary(string Model, int Questions, bool FitsRefusals, DateTimeOffset FittedAt);

/// <summary>Creates a corpus.</summary>
/// <param name="Title">For people; empty for the name.</param>
public sealed record CreateCorpusRequest(string Name, string Title = "");

/// <summary>A document in a list.</summary>
public sealed record DocumentSummary(long Id, string SourceId, string Title, int Characters, int Blocks, DateTimeOffset ImportedAt);

/// <summary>A page of documents.</summary>
public sealed record DocumentPage(IReadOnlyList<DocumentSummary> Documents, long Total, int Page, int PageSize);

/// <summary>A document with its whole normalised text.</summary>
public sealed record DocumentView(long Id, string Corpus, string SourceId, string Title, string Text)
{
    /// <summary>Offsets in the text, UTF-16, at which its pages begin, ascending; empty where it has none.</summary>
    public IReadOnlyList<int> PageStarts { get; init; } = [];

    /// <summary>It is known where the words of its pages stand, so that they can be shown as pages.</summary>
    public bool HasLayout { get; init; }

    /// <summary>Number of this text among those that the document had, from 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Its headings, in order.</summary>
    public IReadOnlyList<TextRange> Headings { get; init; } = [];
}

/// <summary>An upload was stored and its import was queued.</summary>
public sealed record UploadAccepted(Guid RunId, int Files, long Bytes);

/// <summary>Example questions for a corpus, and whether it can answer now.</summary>
/// <param name="AnswersFrom">Generation that answers; null while there is none and terms alone answer.</param>
/// <param name="Building">An index build is under way.</param>
/// <param name="IndexDamaged">The index cannot be used; terms alone answer until it is built again.</param>
public sealed record AskInfo(
    string Corpus, string Title, long Documents, long Blocks, string? AnswersFrom, bool Building, string Model, bool IndexStale,
    IReadOnlyList<string> Examples, bool IndexDamaged = false)
{
    /// <summary>Whether the one who asks may flag answers.</summary>
    public Flagging Flagging { get; init; }
}

/// <summary>What an upload may hold; the browser checks it before sending and the server checks it again.</summary>
/// <param name="Extensions">Endings that can be read, with their dot and in lower case.</param>
public sealed record UploadLimits(long MaxFileBytes, long MaxRequestBytes, int MaxFiles, IReadOnlyList<string> Extensions);
