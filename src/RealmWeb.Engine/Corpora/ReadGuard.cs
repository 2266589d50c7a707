using System.IO.Compression;
using System.Text;
using RealmWeb.Engine.Corpora.Archives;
using RealmWeb.Engine.Corpora.Formats;
using SharpCompress.Compressors.BZip2;

namespace RealmWeb.Engine.Corpora;

/// <summary>What files that come from anywhere do to their reader: damage and bombs become skips.</summary>
internal static class ReadGuard
{
    /// <summary>Hands items on until reading fails, then says where and why.</summary>
    internal static IEnumerable<T> Guard<T>(string path, IEnumerable<T> items, Func<Skipped, T> skip)
    {
        using var walk = items.GetEnumerator();
        for (var any = false; ; any = true)
        {
            string? reason = null;
            try
            {
                if (!walk.MoveNext())
                    yield break;
            }
            catch (CorpusLimitException error) when (error.Path == path)
            {
                reason = error.Message;
            }
            catch (DecoderFallbackException error)
            {
                reason = $"It starts with a UTF-16 or UTF-32 byte-order mark but is not such text ({error.Message}) Save it as UTF-8.";
            }
            catch (AlteredEntryException error)
            {
                reason = error.Message;
            }
            // A missing library is no fault of the file: FileNotFoundException and FileLoadException pass.
            catch (Exception error) when (error is InvalidDataException or UnauthorizedAccessException or NotSupportedException or FormatException
                or IOException and not (FileNotFoundException or FileLoadException))
            {
                reason = error is UnauthorizedAccessException
                    ? "It may not be read. Give the account that runs the import the right to read it."
                    : $"It is damaged or cut off ({What(path, error)}). {(any ? "What stands before the damage was read" : "Nothing of it was read")}. "
                        + "Fetch or pack it again.";
            }
            if (reason is not null)
            {
                yield return skip(new Skipped(path, reason));
                yield break;
            }
            yield return walk.Current;
        }
    }

    // What .NET says of gzip speaks of other archives.
    private static string What(string path, Exception error) =>
        error is InvalidDataException && CorpusFormats.IsGzip(path) && !error.Message.Contains("truncated", StringComparison.Ordinal)
            ? "its bytes are no gzip, or others than were packed"
            : error.Message.TrimEnd('.');

    /// <summary>The content of a file that its name says is compressed, under the limits of the options; any other as it is.</summary>
    internal static Stream Unpack(string path, Stream stream, CorpusReadOptions options)
    {
        var (isGzip, isBzip2) = (CorpusFormats.IsGzip(path), CorpusFormats.IsBzip2(path));
        if (!isGzip && !isBzip2)
            return stream;
        var packed = new CountingStream(stream);
        // Dumps are many streams of bzip2, one behind the other.
        Stream unpacked = isGzip ? new GZipStream(packed, CompressionMode.Decompress)
            : BZip2Stream.Create(packed, SharpCompress.Compressors.CompressionMode.Decompress, decompressConcatenated: true, leaveOpen: true);
        return new UnpackingStream(unpacked, new UnpackingBudget(path, () => packed.Count, options));
    }
}
