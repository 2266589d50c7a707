using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>block_records.npy of the published open-QA checkpoints: a numpy array of UTF-8 byte strings, a passage each, without titles.</summary>
/// <remarks>The array is a pickle within the file; it is read without running it.</remarks>
public sealed partial class BlockRecordsFormat : ICorpusReader
{
    private const int MostHeaderBytes = 1 << 16;

    public IReadOnlyList<string> Extensions { get; } = [".blocks-npy", ".npy"];

    public bool IsBinary => true;

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        var stream = new BufferedStream(file.Content, 1 << 16);
        var count = ReadHeader(stream);
        return RecordDocuments.Of(file, new BlockRecordsUnpickler(stream, options.MaxLineBytes).Read(count), cancellationToken);
    }

    private static long ReadHeader(Stream stream)
    {
        Span<byte> start = stackalloc byte[8];
        stream.ReadExactly(start);
        if (start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8))
            throw new InvalidDataException("it does not begin as a .npy file");
        Span<byte> size = stackalloc byte[4];
        size.Clear();
        stream.ReadExactly(size[..(start[6] == 1 ? 2 : 4)]);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > MostHeaderBytes)
            throw new InvalidDataException($"its header has {length} bytes; {MostHeaderBytes} is the limit");
        var header = new byte[length];
        stream.ReadExactly(header);
        var text = Encoding.Latin1.GetString(header);
        if (!text.Contains("'descr': '|O'", StringComparison.Ordinal) || Shape().Match(text) is not { Success: true } shape
            || !long.TryParse(shape.Groups[1].Value, out var count))
            throw new InvalidDataException($"it is no one-dimensional array of objects; its header is {text.Trim()}");
        return count;
    }

    [GeneratedRegex(@"'shape': \((\d+),\)")]
    private static partial Regex Shape();
}
