using System.Globalization;

namespace RealmWeb.Jobs.Corpora;

/// <summary>What page and command say of an import beside its counts.</summary>
public static class ImportWords
{
    /// <summary>Null when there is nothing to say.</summary>
    public static string? ToldApart(long documents) => documents == 0
        ? null
        : $"{Documents(documents, "has", "have")} the id of a document of another file: kept beside it, with the name of the file in the id.";

    /// <summary>Null when there is nothing to say.</summary>
    public static string? Departed(int documents) => documents == 0
        ? null
        : $"{Documents(documents, "is", "are")} no longer in the files and folders of this import, but still in the corpus.";

    /// <summary>Null when there is nothing to say.</summary>
    public static string? Pruned(int documents) => documents == 0
        ? null
        : $"{Documents(documents, "was", "were")} deleted: no longer in the files and folders of this import.";

    private static string Documents(long count, string one, string more) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "document" : "documents")} {(count == 1 ? one : more)}");
}
