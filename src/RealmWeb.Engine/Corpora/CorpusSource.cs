using RealmWeb.Engine.Corpora.Formats;

namespace RealmWeb.Engine.Corpora;

/// <summary>Reads documents out of files, folders and archives.</summary>
/// <remarks>Streams: memory depends on the largest document and, for finding doubles, some 30 bytes a document of one file; not on the size of the corpus.
/// Nothing is left out silently: what cannot be read comes as a <see cref="Skipped"/> that says what to do.</remarks>
public static class CorpusSource
{
    /// <summary>Lists the files of an import, which are read in a fixed order.</summary>
    /// <param name="paths">Files and folders. Links given here are followed, links within folders and archives are not.</param>
    public static CorpusFiles List(IEnumerable<string> paths, CorpusReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return new CorpusFiles([.. paths], options ?? CorpusReadOptions.Default, cancellationToken);
    }

    /// <summary>The items of an import in a fixed order.</summary>
    /// <param name="after">Goes on behind this item of an earlier reading of the same, unchanged paths.</param>
    public static IEnumerable<CorpusItem> Read(
        IEnumerable<string> paths, CorpusReadOptions? options = null, CorpusPosition? after = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return ReadListed([.. paths], options, after, cancellationToken);
    }

    private static IEnumerable<CorpusItem> ReadListed(
        string[] paths, CorpusReadOptions? options, CorpusPosition? after, CancellationToken cancellationToken)
    {
        foreach (var item in List(paths, options, cancellationToken).Read(after, cancellationToken))
            yield return item;
    }

    /// <summary>The entries of one file with the bytes of it that are read.</summary>
    internal static IEnumerable<(CorpusEntry Entry, long Read)> ReadFile(FoundFile file, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        if (file.Reason is not null)
        {
            yield return (new Skipped(file.Path, file.Reason), file.Length);
            yield break;
        }
        FileStream? stream = null;
        string? failure = null;
        try
        {
            stream = new FileStream(file.FullPath, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            failure = $"It cannot be opened ({error.Message.TrimEnd('.')}). Check that it still exists and may be read by the account that runs the import.";
        }
        if (stream is null)
        {
            yield return (new Skipped(file.Path, failure!), file.Length);
            yield break;
        }
        using (stream)
        {
            Func<long> position = () => stream.Position;
            foreach (var entry in new CorpusFileReader(options, cancellationToken).Read(file.Path, stream, given => position = given))
                yield return (entry, position());
        }
    }
}
