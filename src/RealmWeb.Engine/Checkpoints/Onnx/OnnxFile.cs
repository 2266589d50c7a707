using static TorchSharp.torch;

namespace RealmWeb.Engine.Checkpoints.Onnx;

/// <summary>The weights of an encoder that was exported to ONNX, under the names and in the layout of the module that was exported.</summary>
public sealed class OnnxFile : ITensorFile
{
    private readonly IReadOnlyDictionary<string, OnnxWeight> _weights;
    private readonly MappedTensors _data;

    private OnnxFile(string path, IReadOnlyDictionary<string, OnnxWeight> weights, MappedTensors data)
    {
        Path = path;
        Names = [.. weights.Keys];
        _weights = weights;
        _data = data;
    }

    public string Path { get; }

    public IReadOnlyList<string> Names { get; }

    /// <exception cref="CheckpointException">The file is damaged or hostile, or keeps numbers in other files; nothing large is allocated before
    /// that.</exception>
    /// <exception cref="FileNotFoundException"/>
    public static OnnxFile Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            var weights = OnnxWeights.Of(OnnxGraph.Read(stream, path));
            return new(path, weights, new(stream));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public bool Contains(string name) => _weights.ContainsKey(name);

    public ScalarType TypeOf(string name) => Weight(name).Tensor.Type;

    public IReadOnlyList<long> ShapeOf(string name) => Weight(name).Shape;

    public Tensor Load(string name, ScalarType? type = null)
    {
        var weight = Weight(name);
        using var scope = NewDisposeScope();
        var stored = _data.Read(weight.Tensor.Data.Offset, weight.Tensor.Data.Length, weight.Tensor.Type).view(weight.Tensor.Shape);
        var tensor = weight.Transposed ? stored.t().contiguous() : stored;
        return tensor.to(type ?? weight.Tensor.Type).MoveToOuterDisposeScope();
    }

    public Tensor LoadRows(string name, long from, long count, ScalarType? type = null)
    {
        TensorFiles.CheckRows([.. ShapeOf(name)], from, count);
        using var scope = NewDisposeScope();
        return Load(name, type).narrow(0, from, count).clone().MoveToOuterDisposeScope();
    }

    public void Dispose() => _data.Dispose();

    private OnnxWeight Weight(string name) => _weights.TryGetValue(name, out var weight) ? weight
        : throw new CheckpointException(
            Path, name, $"the file has no such weight among its {Names.Count}. Export the encoder without fusing or quantising it.");
}
