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

    /// <summary>What an import says that found no document.</summary>
    public static string NothingRead(ImportProgress done)
    {
        ArgumentNullException.ThrowIfNull(done);
        return done.Skipped switch
        {
            [] => "No document could be read, and none was deleted: there is no file in what was given.",
            [var only] when done.SkippedCount == 1 => $"No document could be read, and none was deleted. {only.Path}: {only.Reason}",
            [var first, ..] => string.Create(CultureInfo.InvariantCulture,
                $"No document could be read, and none was deleted: {done.SkippedCount} items were skipped. The first is {first.Path}: {first.Reason}"),
        };
    }

    private static string Documents(long count, string one, string more) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "document" : "documents")} {(count == 1 ? one : more)}");
}
