using System.Buffers.Binary;
using System.Text;
using RealmWeb.Files;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Writes block_records.npy as the published open-QA checkpoints have it: what numpy.save makes of an array of byte strings, and what
/// <see cref="BlockRecordsFormat"/> reads.</summary>
public static class BlockRecordsFile
{
    // As many as pickle appends at once.
    private const int Batch = 1000;

    // The header and what goes before it take a multiple of this.
    private const int Alignment = 64;
    private const int PreambleBytes = 10;

    /// <summary>Writes the passages; the file is there as a whole or not at all.</summary>
    /// <param name="count">How many there are: the file says it before the first.</param>
    /// <exception cref="ArgumentException">There is another number of texts.</exception>
    public static void Write(string path, IEnumerable<string> texts, int count)
    {
        ArgumentNullException.ThrowIfNull(texts);
        DurableFile.Write(path, stream =>
        {
            stream.Write(Header(count));
            WriteArray(stream, texts, count);
        });
    }

    private static byte[] Header(int count)
    {
        var text = $"{{'descr': '|O', 'fortran_order': False, 'shape': ({count},), }}";
        var padded = (PreambleBytes + text.Length + 1 + Alignment - 1) / Alignment * Alignment - PreambleBytes;
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)padded, (byte)(padded >> 8), .. Encoding.ASCII.GetBytes(text.PadRight(padded - 1) + '\n')];
    }

    // A pickle, protocol 3: _reconstruct(ndarray, (0,), b"b") and its state (1, (count,), dtype("O8"), False, [texts]).
    private static void WriteArray(Stream stream, IEnumerable<string> texts, int count)
    {
        stream.Write([
            0x80, 3, .. "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0"u8, 0x85, .. "C\u0001b"u8, 0x87, (byte)'R',
            .. "(K\u0001J"u8, .. LittleEndian(count), 0x85,
            .. "cnumpy\ndtype\nX"u8, .. LittleEndian(2), .. "O8"u8, 0x89, 0x88, 0x87, (byte)'R',
            .. "(K\u0003X"u8, .. LittleEndian(1), .. "|NNNJ"u8, .. LittleEndian(-1), (byte)'J', .. LittleEndian(-1), .. "K?tb"u8, 0x89, (byte)']']);
        var written = 0;
        foreach (var batch in texts.Chunk(Batch))
        {
            stream.WriteByte((byte)'(');
            foreach (var text in batch)
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                stream.WriteByte((byte)'B');
                stream.Write(LittleEndian(bytes.Length));
                stream.Write(bytes);
            }
            stream.WriteByte((byte)'e');
            written += batch.Length;
        }
        if (written != count)
            throw new ArgumentException($"There are {written} passages instead of {count}.", nameof(texts));
        stream.Write("tb."u8);
    }

    private static byte[] LittleEndian(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
