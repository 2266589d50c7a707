using System.Buffers.Binary;
using System.Text;

namespace RealmWeb.Engine.Checkpoints;

/// <summary>Where the entries of a ZIP archive lie in its file. Only entries that are stored as they are, as torch writes them;
/// archives beyond 4 GiB (ZIP64) included.</summary>
internal static class StoredZip
{
    private const int MaxDirectoryBytes = 256 << 20;

    /// <summary>Name to first byte and number of bytes.</summary>
    /// <exception cref="CheckpointException">The archive is damaged, compressed, encrypted, or describes bytes that it does not have.</exception>
    public static Dictionary<string, (long Offset, long Length)> Read(Stream stream, string path)
    {
        try
        {
            var (directoryOffset, directoryBytes, count) = FindDirectory(stream, path);
            var directory = Bytes(stream, directoryOffset, directoryBytes);
            var entries = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
            var position = 0;
            for (var i = 0L; i < count; i++)
            {
                var header = directory.AsSpan(position);
                if (U32(header, 0) != 0x02014b50)
                    throw Damaged(path, "the list of entries is broken");
                int nameBytes = U16(header, 28), extraBytes = U16(header, 30);
                var name = Encoding.UTF8.GetString(header.Slice(46, nameBytes));
                if ((U16(header, 8) & 1) != 0 || U16(header, 10) != 0)
                    throw new CheckpointException(
                        path, null, $"entry {name} is compressed or encrypted, which torch never does. Save the checkpoint with torch.save again.");
                long packed = U32(header, 20), size = U32(header, 24), local = U32(header, 42);
                Widen(header.Slice(46 + nameBytes, extraBytes), ref size, ref packed, ref local);
                if (packed != size || local < 0 || size < 0 || local > stream.Length - 30)
                    throw Damaged(path, $"entry {name} has impossible sizes");
                // The local header repeats name and extra field, with lengths of its own.
                var start = Bytes(stream, local, 30);
                var offset = local + 30 + U16(start, 26) + U16(start, 28);
                if (U32(start, 0) != 0x04034b50 || offset > stream.Length || size > stream.Length - offset)
                    throw Damaged(path, $"entry {name} reaches beyond the end of the file");
                if (!entries.TryAdd(name, (offset, size)))
                    throw Damaged(path, $"entry {name} occurs twice");
                position += 46 + nameBytes + extraBytes + U16(header, 32);
            }
            return entries;
        }
        catch (Exception exception) when (exception is ArgumentException or EndOfStreamException or OverflowException or IndexOutOfRangeException)
        {
            throw Damaged(path, "the list of entries is cut off", exception);
        }
    }

    private static (long Offset, int Bytes, long Count) FindDirectory(Stream stream, string path)
    {
        // The end record is 22 bytes and may be followed by a comment of up to 65,535.
        var tailBytes = (int)Math.Min(stream.Length, 22 + 65_535);
        var tail = Bytes(stream, stream.Length - tailBytes, tailBytes);
        for (var i = tailBytes - 22; i >= 0; i--)
        {
            var end = tail.AsSpan(i);
            if (U32(end, 0) != 0x06054b50)
                continue;
            long count = U16(end, 10), bytes = U32(end, 12), offset = U32(end, 16);
            var endOffset = stream.Length - tailBytes + i;
            if ((count == ushort.MaxValue || bytes == uint.MaxValue || offset == uint.MaxValue) && endOffset >= 20)
            {
                var locator = Bytes(stream, endOffset - 20, 20);
                if (U32(locator, 0) == 0x07064b50)
                {
                    var record = Bytes(stream, checked((long)U64(locator, 8)), 56);
                    if (U32(record, 0) != 0x06064b50)
                        throw Damaged(path, "its ZIP64 record is broken");
                    (count, bytes, offset) = checked(((long)U64(record, 32), (long)U64(record, 40), (long)U64(record, 48)));
                }
            }
            if (bytes > MaxDirectoryBytes || offset > stream.Length || bytes > stream.Length - offset || count > bytes / 46)
                throw Damaged(path, "its list of entries lies outside the file");
            return (offset, (int)bytes, count);
        }
        throw Damaged(path, "it has no list of entries");
    }

    // ZIP64: values that do not fit in 32 bits follow in the extra field with number 1, in this order.
    private static void Widen(ReadOnlySpan<byte> extra, ref long size, ref long packed, ref long local)
    {
        while (extra.Length >= 4)
        {
            int id = U16(extra, 0), length = U16(extra, 2);
            var field = extra.Slice(4, length);
            extra = extra[(4 + length)..];
            if (id != 1)
                continue;
            size = Next(ref field, size);
            packed = Next(ref field, packed);
            local = Next(ref field, local);
        }
    }

    private static long Next(ref ReadOnlySpan<byte> field, long value)
    {
        if (value != uint.MaxValue)
            return value;
        var wide = checked((long)U64(field, 0));
        field = field[8..];
        return wide;
    }

    private static byte[] Bytes(Stream stream, long offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        stream.Position = offset;
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static int U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    private static CheckpointException Damaged(string path, string what, Exception? inner = null) =>
        new(path, null, $"it is no sound ZIP archive: {what}. Copy it again, or save it with torch.save in its present format.", inner);
}
