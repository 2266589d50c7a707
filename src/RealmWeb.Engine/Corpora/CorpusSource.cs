using System.Security.Cryptography;
using System.Text;
using RealmWeb.Engine.Corpora.Formats;

namespace RealmWeb.Engine.Corpora;

/// <summary>Reads documents out of files, folders and archives.</summary>
/// <remarks>Streams: memory depends on the largest document and, for finding doubles, 8 bytes and a little a document; not on the size of the corpus.
/// Nothing is left out silently: what cannot be read comes as a <see cref="Skipped"/> that says what to do.</remarks>
public static class CorpusSource
{
    /// <summary>The items of an import in a fixed order.</summary>
    /// <param name="paths">Files and folders. Links given here are followed, links within folders and archives are not.</param>
    /// <param name="after">Goes on behind this item of an earlier reading of the same, unchanged paths.</param>
    /// <remarks>Where an id stands twice, the later document comes behind a skip that says so, and is meant to replace the earlier one. After
    /// resuming, doubles of files that were finished before are not reported.</remarks>
    public static IEnumerable<CorpusItem> Read(
        IEnumerable<string> paths, CorpusReadOptions? options = null, CorpusPosition? after = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return ReadAll([.. paths], options ?? CorpusReadOptions.Default, after ?? default, cancellationToken);
    }

    private static IEnumerable<CorpusItem> ReadAll(string[] paths, CorpusReadOptions options, CorpusPosition after, CancellationToken cancellationToken)
    {
        var files = CorpusFileList.Find(paths, options, cancellationToken);
        var total = files.Sum(file => file.Length);
        var done = files.Take(after.File).Sum(file => file.Length);
        var ids = new HashSet<ulong>();
        for (var number = after.File; number < files.Count; number++)
        {
            var file = files[number];
            long item = 0;
            foreach (var (entry, read) in WithoutDoubles(ReadFile(file, options, cancellationToken), ids))
            {
                cancellationToken.ThrowIfCancellationRequested();
                item++;
                if (number > after.File || item > after.Item)
                    yield return new CorpusItem(entry.Document, entry.Skipped, new CorpusPosition(number, item), Math.Min(done + read, total), total);
            }
            done += file.Length;
        }
    }

    private static IEnumerable<(CorpusEntry Entry, long Read)> ReadFile(FoundFile file, CorpusReadOptions options, CancellationToken cancellationToken)
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

    private static IEnumerable<(CorpusEntry Entry, long Read)> WithoutDoubles(IEnumerable<(CorpusEntry Entry, long Read)> entries, HashSet<ulong> ids)
    {
        foreach (var (entry, read) in entries)
        {
            if (entry.Document is { } document && !ids.Add(KeyOf(document.SourceId)))
                yield return (new Skipped(document.SourceId, "This id stands twice in the import; the later document replaces the earlier one. Give each its own id."), read);
            yield return (entry, read);
        }
    }

    // Half of a cryptographic hash would do; 8 bytes keep millions of ids small, and two ids meet by chance once in 10^19 pairs.
    private static ulong KeyOf(string id) => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(id)), 0);
}
