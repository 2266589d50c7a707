namespace RealmWeb.Data.Corpora;

/// <summary>A corpus as it stands.</summary>
/// <param name="Title">For people; the name when none was given.</param>
/// <param name="Version">Changes with every change of documents; equal versions mean equal content.</param>
/// <param name="VocabularyHash">Of the vocabulary that blocks were cut with last; empty before the first import.</param>
/// <param name="BlockPieces">Wordpieces a block at most; 0 before the first import.</param>
public sealed record CorpusInfo(
    string Name, string Title, long Documents, long Blocks, string Version, string VocabularyHash, int BlockPieces, DateTimeOffset ChangedAt);

/// <summary>A corpus that may be damaged.</summary>
/// <param name="Info">Null when its file cannot be read.</param>
/// <param name="Damage">What is wrong with it and what to do; null when nothing is.</param>
public sealed record CorpusCondition(string Name, CorpusInfo? Info, string? Damage);

/// <summary>A document in a list.</summary>
/// <param name="Characters">UTF-16 length of the normalised text.</param>
public sealed record DocumentRow(long Id, string SourceId, string Title, int Characters, int Blocks, DateTimeOffset ImportedAt);

/// <summary>A document with its whole normalised text.</summary>
public sealed record DocumentText(long Id, string SourceId, string Title, string Text, DateTimeOffset ImportedAt)
{
    /// <summary>Offsets in the text at which its pages begin; empty where it has none.</summary>
    public IReadOnlyList<int> PageStarts { get; init; } = [];

    /// <summary>Number of this text among those that the document had, from 1.</summary>
    public int Version { get; init; } = 1;
}

/// <summary>Who brings documents into a corpus.</summary>
/// <param name="By">Name of the user, or what else does it; empty where that is not known.</param>
/// <param name="Run">Id of the run that does it; null where it is none.</param>
public sealed record Importer(string By, string? Run = null);

/// <summary>When a document came in or changed, and by whom.</summary>
/// <param name="By">Null where nobody knows.</param>
public sealed record ImportMark(DateTimeOffset At, Importer? By);

/// <summary>Where a document came from.</summary>
/// <param name="GivenId">What its file calls it.</param>
/// <param name="Origin">Its file, see <see cref="ImportSession"/>; empty where it is not known.</param>
/// <param name="Added">Null where that was before it was noted.</param>
/// <param name="Changed">When its text or title changed last.</param>
public sealed record DocumentHistory(string SourceId, string GivenId, string Origin, ImportMark? Added, ImportMark Changed);

/// <summary>A text that a document has or had.</summary>
/// <param name="Number">From 1; grows with each change, whether the former text is kept or not.</param>
/// <param name="Origin">The file that it came from, see <see cref="ImportSession"/>; empty where it is not known.</param>
/// <param name="Characters">UTF-16 length.</param>
/// <param name="ContentHash">SHA-256 of title, text and beginnings of pages.</param>
/// <param name="Made">When it came in, and by whom.</param>
/// <param name="IsCurrent">It is the one that is searched and read.</param>
public sealed record VersionRow(int Number, string Title, string Origin, int Characters, byte[] ContentHash, ImportMark Made, bool IsCurrent);

/// <summary>A page of documents.</summary>
/// <param name="Total">Documents that match, on all pages.</param>
public sealed record DocumentRows(IReadOnlyList<DocumentRow> Documents, long Total);

/// <summary>A block as stored.</summary>
/// <param name="Row">Identity within the corpus; grows with insertion, never reused.</param>
/// <param name="BlockId">Content hash.</param>
/// <param name="Start">Offset in the document's normalised text, UTF-16.</param>
/// <param name="End">One past the last character in the document's normalised text.</param>
/// <param name="Context">What stands further up in the document and is searched and read with the text; empty for most blocks.</param>
public sealed record BlockRow(long Row, string BlockId, long DocumentId, string Title, string Text, int Start, int End, string Context = "");

/// <summary>Where a document is to be cut.</summary>
/// <param name="BlockId">Content hash of title, text and context.</param>
/// <param name="Start">Offset in the document's normalised text, UTF-16; at or behind the end of the block before.</param>
/// <param name="End">One past the last character.</param>
/// <param name="Context">What stands further up in the document and is searched and read with the text.</param>
public readonly record struct BlockCut(string BlockId, int Start, int End, string Context = "");

/// <summary>A block that holds terms of a question.</summary>
/// <param name="Score">BM25, higher is better.</param>
public readonly record struct LexicalHit(long Row, double Score);

/// <summary>What an upsert did.</summary>
public enum UpsertOutcome
{
    Added,
    Changed,
    Unchanged,
}
