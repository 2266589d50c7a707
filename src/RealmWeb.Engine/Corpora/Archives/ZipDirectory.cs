using System.Buffers.Binary;

namespace RealmWeb.Engine.Corpora.Archives;

/// <summary>An entry as the directory of a zip archive names it.</summary>
/// <param name="Name">As it stands; its encoding is UTF-8 or unknown.</param>
/// <param name="IsUtf8">The entry says so.</param>
/// <param name="Offset">Where its header begins.</param>
/// <param name="End">Where its data ends at the earliest.</param>
/// <param name="Method">How it is compressed.</param>
internal readonly record struct ZipRecord(byte[] Name, bool IsUtf8, long Offset, long End, int Method);

/// <summary>Reads from the directory at the end of a zip archive what <see cref="System.IO.Compression.ZipArchive"/> keeps to itself: the bytes of the
/// names, and which bytes belong to an entry. PKWARE's APPNOTE, 4.3.12 to 4.3.16, 4.5.3.</summary>
internal static class ZipDirectory
{
    private const int EndLength = 22, LongestComment = 0xFFFF, LocatorLength = 20, HeaderLength = 46, LocalHeaderLength = 30;
    private const ushort Utf8Flag = 1 << 11, Zip64Field = 1, UnicodePathField = 0x7075;

    /// <summary>How many entries the archive says it has.</summary>
    /// <exception cref="InvalidDataException">There is no directory.</exception>
    internal static long Count(Stream stream) => Find(stream).Count;

    /// <summary>The entries in the order of the directory.</summary>
    /// <exception cref="InvalidDataException">There is no directory, or it is cut off.</exception>
    internal static List<ZipRecord> Read(Stream stream)
    {
        var (start, count) = Find(stream);
        var records = new List<ZipRecord>();
        stream.Position = start;
        var header = new byte[HeaderLength];
        for (long number = 0; number < count; number++)
        {
            Fill(stream, header);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != 0x02014B50)
                throw Damaged();
            var rest = new byte[Short(header, 28) + Short(header, 30) + Short(header, 32)];
            Fill(stream, rest);
            records.Add(Record(header, rest));
        }
        stream.Position = 0;
        return records;
    }

    private static ZipRecord Record(byte[] header, byte[] rest)
    {
        int nameLength = Short(header, 28), extraLength = Short(header, 30);
        var name = rest[..nameLength];
        var isUtf8 = (Short(header, 8) & Utf8Flag) != 0;
        long packed = Int(header, 20), unpacked = Int(header, 24), offset = Int(header, 42);
        for (var at = nameLength; at + 4 <= nameLength + extraLength;)
        {
            var (id, length) = (Short(rest, at), Short(rest, at + 2));
            var field = rest.AsSpan(at + 4, Math.Min(length, nameLength + extraLength - at - 4));
            if (id == Zip64Field)
                (packed, offset) = Long(field, packed, unpacked, offset);
            // Version, checksum of the other name, name in UTF-8.
            else if (id == UnicodePathField && field.Length > 5 && !isUtf8)
                (name, isUtf8) = (field[5..].ToArray(), true);
            at += 4 + length;
        }
        return new ZipRecord(name, isUtf8, offset, offset + LocalHeaderLength + packed, Short(header, 10));
    }

    // Only what has no room in the header stands in the field, in this order.
    private static (long Packed, long Offset) Long(ReadOnlySpan<byte> field, long packed, long unpacked, long offset)
    {
        if (unpacked == uint.MaxValue)
            Take(ref field);
        if (packed == uint.MaxValue)
            packed = Take(ref field);
        if (offset == uint.MaxValue)
            offset = Take(ref field);
        return (packed, offset);
    }

    private static long Take(ref ReadOnlySpan<byte> field)
    {
        if (field.Length < 8)
            throw Damaged();
        var value = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[8..];
        return value;
    }

    private static (long Start, long Count) Find(Stream stream)
    {
        var tail = new byte[Math.Min(stream.Length, EndLength + LongestComment + LocatorLength)];
        stream.Position = stream.Length - tail.Length;
        Fill(stream, tail);
        for (var at = tail.Length - EndLength; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at)) != 0x06054B50)
                continue;
            var (start, count) = (Int(tail, at + 16), (long)Short(tail, at + 10));
            return (start == uint.MaxValue || count == ushort.MaxValue) && at >= LocatorLength
                && BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at - LocatorLength)) == 0x07064B50
                ? FindLong(stream, BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(at - LocatorLength + 8)))
                : (start, count);
        }
        throw Damaged();
    }

    private static (long Start, long Count) FindLong(Stream stream, long position)
    {
        var end = new byte[56];
        if (position < 0 || position > stream.Length - end.Length)
            throw Damaged();
        stream.Position = position;
        Fill(stream, end);
        var (count, start) = (BinaryPrimitives.ReadInt64LittleEndian(end.AsSpan(32)), BinaryPrimitives.ReadInt64LittleEndian(end.AsSpan(48)));
        return start >= 0 && start <= stream.Length ? (start, count) : throw Damaged();
    }

    private static void Fill(Stream stream, byte[] buffer)
    {
        if (stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) < buffer.Length)
            throw Damaged();
    }

    private static ushort Short(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static long Int(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static InvalidDataException Damaged() => new("its directory is missing or cut off");
}
