namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>A file to read documents from.</summary>
/// <param name="Path">Path as the owner knows it, with / and relative to what was imported; also the id of its document.</param>
/// <param name="Content">UTF-8 without byte-order mark, not empty, not binary; as it is for a binary format.</param>
public sealed record CorpusFile(string Path, Stream Content);

/// <summary>A document or a skip.</summary>
public readonly record struct CorpusEntry(Document? Document, Skipped? Skipped)
{
    /// <summary>The file or archive entry that it stands in, by its name for the owner; null where that is the path of the skip.</summary>
    internal string? Place { get; init; }

    /// <summary>A skip that only has something to say: everything was read nevertheless.</summary>
    internal bool IsRemark { get; init; }

    public static implicit operator CorpusEntry(Document document) => new(document, null);

    public static implicit operator CorpusEntry(Skipped skipped) => new(null, skipped);
}

/// <summary>Reads one format. Streams: holds one document at a time.</summary>
public interface ICorpusReader
{
    /// <summary>Endings of file names with their dot, lower case.</summary>
    IReadOnlyList<string> Extensions { get; }

    /// <summary>The content is not text; it comes to the reader as it is.</summary>
    bool IsBinary => false;

    /// <summary>The documents of a file in order, in stored form (<see cref="Text.TextNormalization"/>), with a skip for each part that cannot be
    /// read.</summary>
    IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken);
}
