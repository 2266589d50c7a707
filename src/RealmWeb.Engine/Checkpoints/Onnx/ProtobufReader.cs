using System.Text;

namespace RealmWeb.Engine.Checkpoints.Onnx;

/// <summary>How a field's value is laid out.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    LengthDelimited = 2,
    Fixed32 = 5,
}

/// <summary>A run of bytes of a file.</summary>
internal readonly record struct FileWindow(long Offset, long Length)
{
    public long End => Offset + Length;
}

/// <summary>Reads the fields of protobuf messages, each message a window of the file. Nothing is allocated for a length that the window does not
/// hold.</summary>
internal sealed class ProtobufReader(Stream stream, string path)
{
    private const int MaxTextBytes = 1 << 16;

    /// <summary>The fields of a message, each with the window of its value; numbers are read in passing, longer values are left to the caller.</summary>
    public IEnumerable<ProtobufField> Fields(FileWindow message)
    {
        for (var at = message.Offset; at < message.End;)
        {
            stream.Position = at;
            var key = Varint(message.End);
            var (number, type) = ((long)(key >> 3), (WireType)(key & 7));
            if (number is < 1 or > 536_870_911)
                throw Damaged($"a field at byte {at} has the number {number}");
            var field = type switch
            {
                WireType.Varint => new ProtobufField((int)number, type, Varint(message.End), new(stream.Position, 0)),
                WireType.Fixed64 => new((int)number, type, 0, Window(8, message.End)),
                WireType.LengthDelimited => new((int)number, type, 0, Window(Varint(message.End), message.End)),
                WireType.Fixed32 => new((int)number, type, 0, Window(4, message.End)),
                _ => throw Damaged($"a field at byte {at} has the unknown type {(int)type}"),
            };
            at = field.Value.End;
            yield return field;
        }
    }

    public string Text(FileWindow window)
    {
        if (window.Length > MaxTextBytes)
            throw Damaged($"a name of {window.Length} bytes stands at byte {window.Offset}");
        var bytes = new byte[window.Length];
        stream.Position = window.Offset;
        stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Numbers of a repeated field, which stand one a field or packed into one.</summary>
    public void AddNumbers(ProtobufField field, List<long> numbers, int most)
    {
        if (field.Type == WireType.Varint)
        {
            Add((long)field.Number);
            return;
        }
        stream.Position = field.Value.Offset;
        while (stream.Position < field.Value.End)
            Add((long)Varint(field.Value.End));

        void Add(long number)
        {
            if (numbers.Count == most)
                throw Damaged($"a list of more than {most} numbers stands before byte {stream.Position}");
            numbers.Add(number);
        }
    }

    public CheckpointException Damaged(string what) => new(path, null, $"{what}. The file is no ONNX model, or it was cut off or altered.");

    private FileWindow Window(ulong length, long end) =>
        length <= (ulong)(end - stream.Position) ? new(stream.Position, (long)length)
            : throw Damaged($"a value of {length} bytes at byte {stream.Position} ends after what holds it, at byte {end}");

    private ulong Varint(long end)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = stream.Position < end ? stream.ReadByte() : -1;
            if (next < 0)
                throw Damaged($"a number ends after what holds it, at byte {end}");
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }
        throw Damaged($"a number before byte {stream.Position} is longer than 64 bits");
    }
}

/// <param name="Id">Number of the field in its message's definition.</param>
/// <param name="Number">Value of a <see cref="WireType.Varint"/>.</param>
/// <param name="Value">Where the value of any other type stands.</param>
internal readonly record struct ProtobufField(int Id, WireType Type, ulong Number, FileWindow Value);
