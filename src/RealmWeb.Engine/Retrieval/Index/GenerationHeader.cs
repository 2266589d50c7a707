using System.Buffers.Binary;
using System.IO.Hashing;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>The first 4,096 bytes of a generation's file: what it is, and checksums over itself and over the table of checksums.</summary>
internal static class GenerationHeader
{
    /// <summary>The layout this code writes and reads.</summary>
    public const int Version = 2;

    private const int ChecksumsAt = 48;
    private const int OwnChecksumAt = SectionTable.HeaderBytes - sizeof(ulong);

    private static ReadOnlySpan<byte> Magic => "REALMIDX"u8;

    /// <param name="checksums">XxHash3 of the table of checksums.</param>
    /// <returns>The header's own checksum.</returns>
    public static ulong Write(Span<byte> header, SectionTable table, ulong checksums)
    {
        header[..SectionTable.HeaderBytes].Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], SectionTable.HeaderBytes);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], table.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], table.Dimension);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], (int)table.Format);
        BinaryPrimitives.WriteInt32LittleEndian(header[32..], table.Partitions);
        BinaryPrimitives.WriteInt64LittleEndian(header[40..], table.FileBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(header[ChecksumsAt..], checksums);
        var own = XxHash3.HashToUInt64(header[..OwnChecksumAt]);
        BinaryPrimitives.WriteUInt64LittleEndian(header[OwnChecksumAt..], own);
        return own;
    }

    /// <exception cref="IndexException">This is no header, or a damaged one, or the file is not as long as it says.</exception>
    public static (SectionTable Table, ulong Checksums, ulong Own) Read(ReadOnlySpan<byte> header, long fileBytes, string path)
    {
        if (header.Length < SectionTable.HeaderBytes || !header[..Magic.Length].SequenceEqual(Magic))
            throw new IndexException(path, $"{path} is no index of this program: its header is missing. Build the index again.");
        var version = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        var own = BinaryPrimitives.ReadUInt64LittleEndian(header[OwnChecksumAt..]);
        if (XxHash3.HashToUInt64(header[..OwnChecksumAt]) != own)
            throw new IndexException(path, $"The header of {path} does not have its checksum: it was changed or damaged. Build the index again.");
        if (version != Version)
            throw new IndexException(path, $"{path} has format {version}, this program reads {Version}. Build the index again.");
        var table = new SectionTable(
            BinaryPrimitives.ReadInt64LittleEndian(header[16..]), BinaryPrimitives.ReadInt32LittleEndian(header[24..]),
            (VectorFormat)BinaryPrimitives.ReadInt32LittleEndian(header[28..]), BinaryPrimitives.ReadInt32LittleEndian(header[32..]));
        if (table.FileBytes != fileBytes)
            throw new IndexException(path, $"{path} has {fileBytes} bytes, its header says {table.FileBytes}: {Cut(table, fileBytes)}. Build the index again.");
        return (table, BinaryPrimitives.ReadUInt64LittleEndian(header[ChecksumsAt..]), own);
    }

    private static string Cut(SectionTable table, long fileBytes)
    {
        foreach (var section in Enum.GetValues<Section>())
        {
            if (table.Offset(section) + table.Length(section) > fileBytes)
                return $"it ends within the section {section}";
        }
        return "something stands behind its end";
    }
}
