using static TorchSharp.torch;

namespace RealmWeb.Engine.Checkpoints.Onnx;

/// <summary>A tensor whose numbers stand in an ONNX file.</summary>
/// <param name="Shape">As stored.</param>
/// <param name="Data">Row-major, little-endian.</param>
internal sealed record OnnxTensor(string Name, long[] Shape, ScalarType Type, FileWindow Data)
{
    private const int MaxDimensions = 16;
    private const int External = 1;

    // Values of TensorProto.DataType; weights are stored as one of these.
    private static readonly Dictionary<ulong, ScalarType> Types = new()
    {
        [1] = ScalarType.Float32, [2] = ScalarType.Byte, [3] = ScalarType.Int8, [5] = ScalarType.Int16, [6] = ScalarType.Int32, [7] = ScalarType.Int64,
        [9] = ScalarType.Bool, [10] = ScalarType.Float16, [11] = ScalarType.Float64, [16] = ScalarType.BFloat16,
    };

    /// <summary>Reads a TensorProto.</summary>
    /// <returns>Null where the tensor's numbers are in a form that no weight has (texts, numbers of changing length).</returns>
    /// <exception cref="CheckpointException">The numbers do not fit the shape, or stand in another file.</exception>
    public static OnnxTensor? Read(ProtobufReader reader, FileWindow message, string path)
    {
        var (name, type, elsewhere) = ("", 0UL, false);
        var shape = new List<long>();
        FileWindow? data = null;
        foreach (var field in reader.Fields(message))
        {
            switch (field.Id)
            {
                case 1:
                    reader.AddNumbers(field, shape, MaxDimensions);
                    break;
                case 2:
                    type = field.Number;
                    break;
                // float_data, double_data: packed they are the bytes that raw_data has.
                case 4 or 10 when field.Type == WireType.LengthDelimited && field.Value.Length > 0:
                case 9 when field.Value.Length > 0:
                    data = data is null ? field.Value : throw new CheckpointException(path, name, "its numbers are given twice. The file was altered.");
                    break;
                case 8:
                    name = reader.Text(field.Value);
                    break;
                case 13:
                    elsewhere = true;
                    break;
                case 14:
                    elsewhere |= field.Number == External;
                    break;
            }
        }
        if (elsewhere)
            throw new CheckpointException(
                path, name, "its numbers stand in another file (external data), which is not followed. Export the model as one file.");
        if (!Types.TryGetValue(type, out var stored))
            return null;
        var bytes = ByteCount(shape, stored, path, name);
        if (data is null)
            return bytes == 0 ? new(name, [.. shape], stored, new(message.Offset, 0)) : null;
        return data.Value.Length == bytes ? new(name, [.. shape], stored, data.Value)
            : throw new CheckpointException(
                path, name, $"shape [{string.Join(", ", shape)}] of {stored} needs {bytes} bytes, but {data.Value.Length} are there. The file was cut off or "
                + $"altered.");
    }

    private static long ByteCount(List<long> shape, ScalarType type, string path, string name)
    {
        try
        {
            return shape.Aggregate(
                (long)SafetensorsHeader.SizeOf(type), (product, size) => size >= 0 ? checked(product * size) : throw new OverflowException());
        }
        catch (OverflowException exception)
        {
            throw new CheckpointException(path, name, $"its shape [{string.Join(", ", shape)}] is no shape that a file can hold.", exception);
        }
    }
}
