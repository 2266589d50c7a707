using System.Globalization;

namespace RealmWeb.Engine.Corpora;

/// <summary>What could not be read, and why, with what to do about it.</summary>
/// <param name="Path">File, with its archive in front and the line behind it where there is one: "papers.zip/a.jsonl, line 7".</param>
public sealed record Skipped(string Path, string Reason);

/// <summary>How far an import has come: files are numbered in the order in which they are read, items (documents and skips) within a file.</summary>
/// <param name="File">Number of the file or archive among all files of the import, from 0.</param>
/// <param name="Item">Items of that file that were handed out.</param>
public readonly record struct CorpusPosition(int File, long Item)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Item}");

    /// <summary>Reads back <see cref="ToString"/>.</summary>
    /// <exception cref="FormatException">The text is no position.</exception>
    public static CorpusPosition Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split(':') is [var file, var item]
            && int.TryParse(file, NumberStyles.None, CultureInfo.InvariantCulture, out var fileNumber)
            && long.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out var itemNumber)
            ? new CorpusPosition(fileNumber, itemNumber)
            : throw new FormatException($"'{text}' is no position in an import; one looks like 3:120. Start the import from the beginning.");
    }
}

/// <summary>One step of an import: a document or a skip, never both.</summary>
/// <param name="Position">Pass it as "after" to go on behind this item.</param>
/// <param name="BytesRead">Bytes of the import's files read so far, as they lie on disk (compressed ones count compressed).</param>
/// <param name="BytesTotal">Bytes of all files of the import.</param>
public sealed record CorpusItem(Document? Document, Skipped? Skipped, CorpusPosition Position, long BytesRead, long BytesTotal)
{
    /// <summary>The file that holds it, with / between the parts: its full path, and behind an archive the name of the entry. Two files of one name, or
    /// with the same ids in them, are told apart by it.</summary>
    public string Origin { get; init; } = "";

    /// <summary>A skip that only has something to say: everything was read nevertheless.</summary>
    public bool IsRemark { get; init; }
}
