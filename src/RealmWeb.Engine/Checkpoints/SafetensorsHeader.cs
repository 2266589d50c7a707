using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Checkpoints;

/// <summary>Where a tensor lies in a file.</summary>
/// <param name="Offset">First byte, counted from the start of the file.</param>
internal sealed record TensorEntry(string Name, ScalarType Type, long[] Shape, long Offset, long ByteCount);

/// <summary>The JSON header of a safetensors file, believed only after every size in it was checked against the file.</summary>
internal sealed record SafetensorsHeader(IReadOnlyList<TensorEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    // The published format's own limit; a larger header is damage or an attack.
    private const long MaxHeaderBytes = 100_000_000;
    private const int MaxDimensions = 16;

    private static readonly Dictionary<string, ScalarType> Types = new(StringComparer.Ordinal)
    {
        ["F64"] = ScalarType.Float64, ["F32"] = ScalarType.Float32, ["F16"] = ScalarType.Float16, ["BF16"] = ScalarType.BFloat16,
        ["I64"] = ScalarType.Int64, ["I32"] = ScalarType.Int32, ["I16"] = ScalarType.Int16, ["I8"] = ScalarType.Int8,
        ["U8"] = ScalarType.Byte, ["BOOL"] = ScalarType.Bool,
    };

    public static string NameOf(ScalarType type) => Types.FirstOrDefault(pair => pair.Value == type).Key
        ?? throw new ArgumentException($"safetensors has no type for {type}. Convert the tensor first.", nameof(type));

    public static int SizeOf(ScalarType type) => type switch
    {
        ScalarType.Float64 or ScalarType.Int64 => 8,
        ScalarType.Float32 or ScalarType.Int32 => 4,
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int16 => 2,
        _ => 1,
    };

    /// <summary>The order of tensors in a file: larger elements first, as the format wants it, so that each is aligned; names make the file the same for the
    /// same content.</summary>
    public static IComparer<(ScalarType Type, string Name)> Order { get; } = Comparer<(ScalarType Type, string Name)>.Create((a, b) =>
        SizeOf(b.Type).CompareTo(SizeOf(a.Type)) is not 0 and var size ? size : string.CompareOrdinal(a.Name, b.Name));

    /// <summary>The bytes before the data of tensors that follow each other in this order.</summary>
    /// <exception cref="ArgumentException">Two tensors have one name.</exception>
    public static byte[] Write(
        IEnumerable<(string Name, IReadOnlyList<long> Shape, ScalarType Type)> tensors, IReadOnlyDictionary<string, string>? metadata = null,
            bool checksum = false)
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[8]);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            if (checksum)
                json.WriteString(SafetensorsChecksum.Key, SafetensorsChecksum.Blank);
            foreach (var (key, value) in (metadata ?? new Dictionary<string, string>()).Where(pair => pair.Key is not ("format" or SafetensorsChecksum.Key)))
                json.WriteString(key, value);
            json.WriteEndObject();
            var offset = 0L;
            var names = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
            foreach (var (name, shape, type) in tensors)
            {
                if (!names.Add(name))
                    throw new ArgumentException($"Two tensors are called \"{name}\". Names in one file are unique.", nameof(tensors));
                json.WriteStartObject(name);
                json.WriteString("dtype", NameOf(type));
                json.WriteStartArray("shape");
                foreach (var size in shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += shape.Aggregate((long)SizeOf(type), (product, size) => product * size));
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        var header = buffer.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)header.Length - 8);
        return header;
    }

    /// <exception cref="CheckpointException">The header is not a sound description of the file.</exception>
    public static SafetensorsHeader Read(Stream stream, string path)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (stream.Length < 8)
            throw new CheckpointException(path, null, $"the file has {stream.Length} bytes; a safetensors file has at least 10. Copy it again.");
        stream.ReadExactly(prefix);
        var size = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (size < 2 || size > MaxHeaderBytes || (long)size > stream.Length - 8)
            throw new CheckpointException(
                path, null, $"the header should have {size} bytes, but the file has {stream.Length} (and {MaxHeaderBytes} is the limit). It is no safetensors "
                    + $"file or was cut off.");
        var json = new byte[(int)size];
        stream.ReadExactly(json);
        var dataStart = 8 + (long)size;
        try
        {
            return Parse(json, dataStart, stream.Length - dataStart, path);
        }
        catch (Exception exception) when (exception is JsonException or DecoderFallbackException or InvalidOperationException or FormatException)
        {
            throw new CheckpointException(path, null, $"the header is not the JSON that safetensors prescribes: {exception.Message}", exception);
        }
    }

    private static SafetensorsHeader Parse(byte[] json, long dataStart, long dataBytes, string path)
    {
        if (json[0] != (byte)'{')
            throw new CheckpointException(path, null, "the header does not start with '{'. It is no safetensors file.");
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
        var entries = new List<TensorEntry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (!seen.Add(name))
                throw new CheckpointException(path, name, "the name occurs twice in the header.");
            if (name == "__metadata__")
                ReadMetadata(ref reader, metadata, path);
            else
                entries.Add(ReadEntry(ref reader, name, dataStart, dataBytes, path));
        }
        // Trailing text after the object makes Read throw.
        while (reader.Read())
        {
        }
        CheckLayout(entries, dataStart, dataBytes, path);
        return new(entries, metadata);
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata, string path)
    {
        Expect(ref reader, JsonTokenType.StartObject, path, "__metadata__");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            Expect(ref reader, JsonTokenType.String, path, "__metadata__");
            metadata[key] = reader.GetString()!;
        }
    }

    private static TensorEntry ReadEntry(ref Utf8JsonReader reader, string name, long dataStart, long dataBytes, string path)
    {
        Expect(ref reader, JsonTokenType.StartObject, path, name);
        string? typeName = null;
        List<long>? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString();
            reader.Read();
            switch (key)
            {
                case "dtype" when typeName is null:
                    Expect(ref reader, JsonTokenType.String, path, name);
                    typeName = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, name, path);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, name, path);
                    break;
                default:
                    throw new CheckpointException(path, name, $"its description holds \"{key}\" twice or where dtype, shape and data_offsets are expected.");
            }
        }
        if (typeName is null || shape is null || offsets is not [var begin, var end])
            throw new CheckpointException(path, name, "its description lacks dtype, shape or two data_offsets.");
        if (!Types.TryGetValue(typeName, out var type))
            throw new CheckpointException(path, name, $"type {typeName} is not supported. Supported are {string.Join(", ", Types.Keys)}.");
        long bytes;
        try
        {
            bytes = shape.Aggregate((long)SizeOf(type), (product, dimension) => checked(product * dimension));
        }
        catch (OverflowException exception)
        {
            throw new CheckpointException(path, name, $"its shape [{string.Join(", ", shape)}] is larger than any file.", exception);
        }
        if (begin > end || end > dataBytes || end - begin != bytes)
            throw new CheckpointException(
                path, name, $"bytes {begin} to {end} do not hold shape [{string.Join(", ", shape)}] of {typeName} ({bytes} bytes) in {dataBytes} bytes of "
                    + $"data. The file was cut off or altered.");
        return new(name, type, [.. shape], dataStart + begin, bytes);
    }

    private static List<long> ReadNumbers(ref Utf8JsonReader reader, string name, string path)
    {
        Expect(ref reader, JsonTokenType.StartArray, path, name);
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            if (!reader.TryGetInt64(out var number) || number < 0 || numbers.Count == MaxDimensions)
                throw new CheckpointException(path, name, "a size or an offset is negative, not whole, too large, or there are too many of them.");
            numbers.Add(number);
        }
        Expect(ref reader, JsonTokenType.EndArray, path, name);
        return numbers;
    }

    private static void CheckLayout(List<TensorEntry> entries, long dataStart, long dataBytes, string path)
    {
        var position = dataStart;
        foreach (var entry in entries.OrderBy(entry => entry.Offset).ThenBy(entry => entry.ByteCount))
        {
            if (entry.Offset < position)
                throw new CheckpointException(path, entry.Name, "its bytes overlap those of another tensor.");
            if (entry.Offset > position)
                throw new CheckpointException(path, entry.Name, $"{entry.Offset - position} bytes before it belong to no tensor.");
            position += entry.ByteCount;
        }
        if (position != dataStart + dataBytes)
            throw new CheckpointException(path, null, $"{dataStart + dataBytes - position} bytes after the last tensor belong to none.");
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType expected, string path, string name)
    {
        if (reader.TokenType != expected)
            throw new CheckpointException(path, name, $"its description has {reader.TokenType} where {expected} is expected.");
    }
}
