using System.Buffers.Binary;
using System.Numerics;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>blocks.tfr of the released data: TFRecord, a passage's UTF-8 text a record, without titles.</summary>
/// <remarks>Record: length (u64), masked CRC32C of the length, payload, masked CRC32C of the payload; all little-endian.</remarks>
public sealed class TfRecordFormat : ICorpusReader
{
    private const uint MaskDelta = 0xa282ead8;

    public IReadOnlyList<string> Extensions { get; } = [".blocks-tfr", ".tfr"];

    public bool IsBinary => true;

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken) =>
        RecordDocuments.Of(file, Records(new BufferedStream(file.Content, 1 << 16), options.MaxLineBytes), cancellationToken);

    /// <summary>CRC32C as TFRecord stores it.</summary>
    public static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return unchecked(BitOperations.RotateRight(~crc, 15) + MaskDelta);
    }

    private static IEnumerable<byte[]> Records(Stream stream, int maxRecordBytes)
    {
        var head = new byte[12];
        for (var number = 0L; ; number++)
        {
            var read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            if (read == 0)
                yield break;
            if (read < head.Length)
                throw new InvalidDataException($"record {number} is cut off");
            var length = BinaryPrimitives.ReadUInt64LittleEndian(head);
            // Checked before the length is believed.
            if (MaskedCrc(head.AsSpan(0, 8)) != BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(8)))
                throw new InvalidDataException($"the checksum of the length of record {number} is wrong, or this is no TFRecord file");
            if (length > (ulong)maxRecordBytes)
                throw new InvalidDataException($"record {number} has {length:N0} bytes; {maxRecordBytes:N0} is the limit");
            var payload = new byte[length + 4];
            if (stream.ReadAtLeast(payload, payload.Length, throwOnEndOfStream: false) < payload.Length)
                throw new InvalidDataException($"record {number} is cut off");
            if (MaskedCrc(payload.AsSpan(0, (int)length)) != BinaryPrimitives.ReadUInt32LittleEndian(payload.AsSpan((int)length)))
                throw new InvalidDataException($"the checksum of record {number} is wrong");
            yield return payload[..(int)length];
        }
    }
}
