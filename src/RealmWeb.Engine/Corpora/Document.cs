using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora;

/// <summary>An article as the owner knows it, before it is cut into blocks.</summary>
/// <param name="SourceId">What identifies the document in its file (path in the folder or archive, "id" of a JSON line); with
/// <see cref="CorpusItem.Origin"/> it identifies the document among all, and upserts go by both.</param>
/// <param name="Title">Title, may be empty.</param>
/// <param name="Text">Normalised text (<see cref="TextNormalization"/>): NFC, line ends \n. Stored once; every offset counts in it.</param>
public sealed record Document(string SourceId, string Title, string Text)
{
    /// <summary>Offsets in the text at which the pages of a document with pages begin, ascending, the first page's first; empty for others.</summary>
    public IReadOnlyList<int> PageStarts { get; init; } = [];

    /// <summary>The same pages with their words at their places; empty where places are not known.</summary>
    public IReadOnlyList<PageLayout> Layouts { get; init; } = [];
}
