namespace RealmWeb.Engine.Checkpoints.Onnx;

/// <summary>An operation of the graph.</summary>
/// <param name="TransposesSecond">Gemm's transB.</param>
internal sealed record OnnxNode(string Operator, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, bool TransposesSecond);

/// <summary>What an ONNX file says of its weights and of the operations that use them. Nothing is computed with it.</summary>
/// <remarks>Numbers of fields are those of onnx.proto3: ModelProto.graph 7; GraphProto.node 1, initializer 5; NodeProto.input 1, output 2, op_type 4,
/// attribute 5; AttributeProto.name 1, i 3, t 5.</remarks>
internal sealed class OnnxGraph
{
    private readonly Dictionary<string, OnnxTensor> _tensors = new(StringComparer.Ordinal);
    private readonly List<OnnxNode> _nodes = [];
    private readonly ProtobufReader _reader;
    private readonly string _path;

    private OnnxGraph(ProtobufReader reader, string path) => (_reader, _path) = (reader, path);

    /// <summary>Constants of the graph by name.</summary>
    public IReadOnlyDictionary<string, OnnxTensor> Tensors => _tensors;

    public IReadOnlyList<OnnxNode> Nodes => _nodes;

    /// <exception cref="CheckpointException">The file is damaged or hostile, or keeps numbers in other files.</exception>
    public static OnnxGraph Read(Stream stream, string path)
    {
        var reader = new ProtobufReader(stream, path);
        var graphs = reader.Fields(new(0, stream.Length)).Where(field => field is { Id: 7, Type: WireType.LengthDelimited }).ToList();
        if (graphs is not [var found])
            throw reader.Damaged($"it holds {graphs.Count} graphs where one is expected");
        var graph = new OnnxGraph(reader, path);
        foreach (var field in reader.Fields(found.Value).Where(field => field.Type == WireType.LengthDelimited))
        {
            if (field.Id == 1)
                graph.AddNode(field.Value);
            else if (field.Id == 5)
                graph.AddTensor(field.Value, name: null);
        }
        return graph;
    }

    private void AddTensor(FileWindow message, string? name)
    {
        if (OnnxTensor.Read(_reader, message, _path) is not { } tensor)
            return;
        tensor = tensor with { Name = name ?? tensor.Name };
        if (!_tensors.TryAdd(tensor.Name, tensor))
            throw new CheckpointException(_path, tensor.Name, "the name occurs twice. The file was altered.");
    }

    private void AddNode(FileWindow message)
    {
        var (kind, transposes) = ("", false);
        List<string> inputs = [], outputs = [];
        FileWindow? constant = null;
        foreach (var field in _reader.Fields(message).Where(field => field.Type == WireType.LengthDelimited))
        {
            if (field.Id == 1)
                inputs.Add(_reader.Text(field.Value));
            else if (field.Id == 2)
                outputs.Add(_reader.Text(field.Value));
            else if (field.Id == 4)
                kind = _reader.Text(field.Value);
            else if (field.Id == 5)
                ReadAttribute(field.Value, ref transposes, ref constant);
        }
        if (kind == "Constant" && constant is { } value && outputs is [var output])
            AddTensor(value, output);
        else
            _nodes.Add(new(kind, inputs, outputs, transposes));
    }

    private void ReadAttribute(FileWindow message, ref bool transposes, ref FileWindow? constant)
    {
        var (name, number) = ("", 0UL);
        FileWindow? tensor = null;
        foreach (var field in _reader.Fields(message))
        {
            if (field is { Id: 1, Type: WireType.LengthDelimited })
                name = _reader.Text(field.Value);
            else if (field is { Id: 3, Type: WireType.Varint })
                number = field.Number;
            else if (field is { Id: 5, Type: WireType.LengthDelimited })
                tensor = field.Value;
        }
        transposes |= name == "transB" && number != 0;
        if (name == "value")
            constant = tensor;
    }
}
