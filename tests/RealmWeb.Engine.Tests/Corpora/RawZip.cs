using System.IO.Hashing;

namespace RealmWeb.Engine.Tests.Corpora;

/// <summary>Zip archives byte by byte: with names, checksums and places that no library would write.</summary>
internal static class RawZip
{
    /// <summary>An entry, stored without compression.</summary>
    /// <param name="Checksum">Null for the right one.</param>
    /// <param name="SameAs">Number of the entry whose bytes it shares; null for bytes of its own.</param>
    /// <param name="UnixMode">Kind and rights as Unix programs write them.</param>
    internal sealed record Entry(byte[] Name, byte[] Content, uint? Checksum = null, int? SameAs = null, int UnixMode = 0, byte[]? Extra = null);

    internal static byte[] Of(params Entry[] entries)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        var offsets = new List<uint>();
        foreach (var entry in entries)
        {
            offsets.Add(entry.SameAs is { } other ? offsets[other] : (uint)stream.Position);
            if (entry.SameAs is not null)
                continue;
            writer.Write(0x04034B50);
            Common(writer, entry);
            writer.Write((ushort)0);
            writer.Write(entry.Name);
            writer.Write(entry.Content);
        }
        var start = (uint)stream.Position;
        foreach (var (entry, offset) in entries.Zip(offsets))
        {
            writer.Write(0x02014B50);
            writer.Write((ushort)(3 << 8 | 20));
            Common(writer, entry);
            writer.Write((ushort)(entry.Extra?.Length ?? 0));
            writer.Write(new byte[6]);
            writer.Write((uint)entry.UnixMode << 16);
            writer.Write(offset);
            writer.Write(entry.Name);
            writer.Write(entry.Extra ?? []);
        }
        var length = (uint)stream.Position - start;
        writer.Write(0x06054B50);
        writer.Write(0);
        writer.Write((ushort)entries.Length);
        writer.Write((ushort)entries.Length);
        writer.Write(length);
        writer.Write(start);
        writer.Write((ushort)0);
        writer.Flush();
        return stream.ToArray();
    }

    // Version, flags, method, time, checksum, both lengths, length of the name: the same in both headers.
    private static void Common(BinaryWriter writer, Entry entry)
    {
        writer.Write((ushort)20);
        writer.Write(new byte[8]);
        writer.Write(entry.Checksum ?? Crc32.HashToUInt32(entry.Content));
        writer.Write(entry.Content.Length);
        writer.Write(entry.Content.Length);
        writer.Write((ushort)entry.Name.Length);
    }
}
