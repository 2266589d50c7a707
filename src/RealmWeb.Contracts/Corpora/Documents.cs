using System.Text.Json.Serialization;

namespace RealmWeb.Contracts.Corpora;

/// <summary>Characters of a document's text, UTF-16, end exclusive.</summary>
public readonly record struct TextRange(int Start, int End);

/// <summary>A word of a document's text where it stands on its page, in points from the upper left corner.</summary>
/// <param name="Start">Its first character in the text, UTF-16.</param>
/// <param name="End">One past its last character. A word that was parted at the end of a line is two of these.</param>
public readonly record struct PageWord(int Start, int End, float Left, float Top, float Right, float Bottom);

/// <summary>A page of a document: the words of its text at their places.</summary>
/// <param name="Page">From 1.</param>
/// <param name="Width">In points.</param>
public sealed record DocumentPageView(int Page, float Width, float Height, IReadOnlyList<PageWord> Words);

/// <summary>A document of a group of duplicates.</summary>
/// <param name="Similarity">To the first of the group: shared runs of five words among all runs of both, 0 to 1.</param>
/// <param name="IsSame">It has the text of the first, to the letter.</param>
/// <param name="Source">What it is called in its file.</param>
public sealed record DuplicateDocument(long Id, string Title, string Source, int Characters, double Similarity, bool IsSame);

/// <summary>Documents with the same or nearly the same text, the oldest first.</summary>
/// <param name="IsExact">All have the same text.</param>
public sealed record DuplicateSet(bool IsExact, IReadOnlyList<DuplicateDocument> Documents);

/// <summary>Documents of a corpus that say the same.</summary>
/// <param name="Documents">Documents that were compared.</param>
/// <param name="Threshold">Similarity from which documents are nearly the same.</param>
/// <param name="Count">Groups; those beyond the first are not named.</param>
public sealed record DuplicateReport(string Corpus, long Documents, double Threshold, int Count, IReadOnlyList<DuplicateSet> Sets);

/// <summary>Whether the index that answers knows a passage. Sent by name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PassageState>))]
public enum PassageState
{
    Indexed,

    /// <summary>It came in behind the index; its terms alone find it until the next one is built.</summary>
    Waits,

    /// <summary>There is no index, or it is damaged.</summary>
    NoIndex,
}

/// <summary>A passage of a document.</summary>
public sealed record DocumentPassage(int Start, int End, PassageState State);

/// <summary>When a document came in or changed.</summary>
/// <param name="By">Who did that; null where nobody knows, and for those who do not curate the corpus.</param>
/// <param name="RunId">The run that did it; null where it was none, and for those who do not look after runs.</param>
public sealed record DocumentImport(DateTimeOffset At, string? By = null, Guid? RunId = null);

/// <summary>What kind of place a document came from. Sent by name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DocumentPlace>))]
public enum DocumentPlace
{
    /// <summary>It was imported before that was noted.</summary>
    Unknown,

    /// <summary>A file that was sent, which is not kept.</summary>
    Upload,

    /// <summary>A file on the server.</summary>
    ServerFile,

    /// <summary>A source of the corpus.</summary>
    Source,
}

/// <summary>Where a document came from.</summary>
/// <param name="Name">Of a sent file, the name under which it replaces this document; of a file on the server its path, for administrators alone; of a source
/// the address of the document there.</param>
/// <param name="SourceId">The source that it belongs to; null for others.</param>
/// <param name="SourceName">The name of that source; null where it was deleted.</param>
/// <param name="IsThere">The file on the server is still there, and can be read again.</param>
public sealed record DocumentOrigin(DocumentPlace Place, string Name, Guid? SourceId = null, string? SourceName = null, bool IsThere = false);

/// <summary>What is known of a document but for its text.</summary>
/// <param name="Added">Null where it came in before that was noted.</param>
/// <param name="Changed">When its text or title changed last.</param>
/// <param name="LeftOut">Text that is in no passage, since it is encoded data.</param>
public sealed record DocumentDetails(
    DocumentOrigin Origin, DocumentImport? Added, DocumentImport Changed, IReadOnlyList<DocumentPassage> Passages, IReadOnlyList<TextRange> LeftOut);
