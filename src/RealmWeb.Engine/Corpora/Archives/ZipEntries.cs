using System.IO.Compression;
using System.IO.Hashing;

namespace RealmWeb.Engine.Corpora.Archives;

/// <summary>An entry of a zip archive that may be read, or why it may not.</summary>
/// <param name="Name">Decoded, not yet checked.</param>
internal readonly record struct ZipFileEntry(ZipArchiveEntry Entry, string Name, string? Refusal);

/// <summary>The entries of a zip archive with their right names, without those that lie on top of each other.</summary>
internal static class ZipEntries
{
    // Unix mode in the upper half; S_IFMT, S_IFREG and S_IFLNK.
    private const int TypeMask = 0xF000, RegularFile = 0x8000, Link = 0xA000;

    // Stored, Deflate, Deflate64. PKWARE's APPNOTE, 4.4.5.
    private static readonly int[] Readable = [0, 8, 9];
    private static readonly Dictionary<int, string> OtherMethods = new() { [12] = "BZip2", [14] = "LZMA", [93] = "Zstandard", [95] = "xz", [98] = "PPMd" };

    /// <exception cref="InvalidDataException">The directory is damaged.</exception>
    internal static List<ZipFileEntry> Of(ZipArchive archive, IReadOnlyList<ZipRecord> records)
    {
        if (records.Count != archive.Entries.Count)
            throw new InvalidDataException("its directory does not hold as many entries as it says");
        var names = ZipNames.Decode(records);
        var overlapping = Overlapping(records);
        return [.. archive.Entries.Select((entry, i) =>
            new ZipFileEntry(entry, names[i], overlapping.Contains(i)
                ? "It shares its bytes with another entry, as archive bombs do. Pack the files again."
                : Refusal(entry, records[i].Method)))];
    }

    /// <summary>The entry's bytes are those that were packed.</summary>
    /// <param name="open">Opens it; what is read counts.</param>
    internal static bool IsIntact(ZipArchiveEntry entry, Func<Stream> open)
    {
        using var content = open();
        var checksum = new Crc32();
        checksum.Append(content);
        return checksum.GetCurrentHashAsUInt32() == entry.Crc32;
    }

    private static string? Refusal(ZipArchiveEntry entry, int method) => (entry.ExternalAttributes >> 16 & TypeMask) switch
    {
        Link => "It is a symbolic link, which is not followed. Pack the file itself.",
        0 or RegularFile when entry.IsEncrypted => "It is encrypted. Pack it again without a password.",
        0 or RegularFile => Readable.Contains(method)
            ? null
            : $"It is compressed in a way that is not read ({OtherMethods.GetValueOrDefault(method, $"method {method}")}). Pack it again with Deflate, which "
                + "every program has.",
        _ => "It is no regular file. Pack files alone.",
    };

    // In the order of the file each entry must begin behind the end of the one before.
    private static HashSet<int> Overlapping(IReadOnlyList<ZipRecord> records)
    {
        var overlapping = new HashSet<int>();
        long end = 0;
        foreach (var i in Enumerable.Range(0, records.Count).OrderBy(i => records[i].Offset))
        {
            if (records[i].Offset < end)
                overlapping.Add(i);
            else
                end = records[i].End;
        }
        return overlapping;
    }
}
