using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Checkpoints;

/// <summary>Writes ONNX models as exporters do, field by field, so that tests can also write what no exporter would.</summary>
internal sealed class OnnxWriter
{
    private readonly List<byte[]> _graph = [];

    /// <summary>A weight among the graph's constants.</summary>
    public OnnxWriter Constant(string name, Tensor values)
    {
        _graph.Add(Field(5, Tensor(name, values)));
        return this;
    }

    /// <summary>A constant given in full.</summary>
    public OnnxWriter Constant(byte[] tensor)
    {
        _graph.Add(Field(5, tensor));
        return this;
    }

    public OnnxWriter Node(string kind, string[] inputs, string[] outputs, params byte[][] attributes)
    {
        _graph.Add(Field(1, [
            .. inputs.SelectMany(input => Field(1, input)), .. outputs.SelectMany(output => Field(2, output)), .. Field(4, kind),
            .. attributes.SelectMany(attribute => Field(5, attribute))]));
        return this;
    }

    public byte[] Model() => [.. Number(1, 8), .. Field(2, "tests"), .. Field(7, [.. _graph.SelectMany(field => field)])];

    public static byte[] Attribute(string name, long value) => [.. Field(1, name), .. Number(3, (ulong)value)];

    public static byte[] Attribute(string name, byte[] tensor) => [.. Field(1, name), .. Field(5, tensor)];

    public static byte[] Tensor(string name, Tensor values)
    {
        using var scope = NewDisposeScope();
        var flat = values.detach().contiguous();
        var (type, bytes) = flat.dtype switch
        {
            ScalarType.Float32 => (1UL, MemoryMarshal.AsBytes<float>(flat.data<float>().ToArray()).ToArray()),
            ScalarType.Float16 => (10UL, flat.bytes.ToArray()),
            _ => throw new NotSupportedException($"{flat.dtype}"),
        };
        return [.. flat.shape.SelectMany(size => Number(1, (ulong)size)), .. Number(2, type), .. Field(8, name), .. Field(9, bytes)];
    }

    public static byte[] Number(int field, ulong value) => [.. Varint((ulong)field << 3), .. Varint(value)];

    public static byte[] Field(int field, string text) => Field(field, Encoding.UTF8.GetBytes(text));

    public static byte[] Field(int field, byte[] value) => [.. Varint((ulong)field << 3 | 2), .. Varint((ulong)value.Length), .. value];

    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
