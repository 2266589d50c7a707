using System.Text.Json.Serialization;

namespace RealmWeb.Contracts.Corpora;

/// <summary>A text that a document has or had.</summary>
/// <param name="Number">From 1; grows with each change, whether the former text is kept or not.</param>
/// <param name="Characters">UTF-16 length.</param>
/// <param name="Hash">SHA-256 of title, text and beginnings of pages, in hexadecimal.</param>
/// <param name="Made">When it came in, and by whom.</param>
/// <param name="IsCurrent">It is the one that is searched and read.</param>
/// <param name="Origin">The file that it came from; null for those who do not look through documents.</param>
public sealed record DocumentVersion(
    int Number, string Title, int Characters, string Hash, DocumentImport Made, bool IsCurrent, DocumentOrigin? Origin = null);

/// <summary>A version with its text.</summary>
public sealed record DocumentVersionView(DocumentVersion Version, string Text);

/// <summary>What became of a paragraph from one version to another. Sent by name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ParagraphChange>))]
public enum ParagraphChange
{
    /// <summary>It is in both; shown beside what changed.</summary>
    Same,

    /// <summary>Paragraphs that are in both and are not shown.</summary>
    LeftOut,

    Removed,
    Added,
}

/// <summary>A paragraph, or a row of a table, in the comparison of two versions.</summary>
/// <param name="Text">Empty where paragraphs are left out.</param>
/// <param name="Count">How many it stands for.</param>
public sealed record ChangedParagraph(ParagraphChange Change, string Text, int Count = 1);

/// <summary>What changed from one version of a document to a later one, by paragraphs and rows of tables.</summary>
/// <param name="Added">Paragraphs that only the later one has.</param>
/// <param name="Removed">Paragraphs that only the earlier one has.</param>
/// <param name="Paragraphs">In the order of the text.</param>
/// <param name="IsCut">There are more than are named.</param>
public sealed record DocumentChanges(int From, int To, int Added, int Removed, IReadOnlyList<ChangedParagraph> Paragraphs, bool IsCut);
