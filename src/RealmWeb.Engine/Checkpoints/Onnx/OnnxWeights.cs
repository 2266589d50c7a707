namespace RealmWeb.Engine.Checkpoints.Onnx;

/// <summary>A weight as its module knows it.</summary>
/// <param name="Transposed">The file has it as [in, out], the module as [out, in].</param>
internal sealed record OnnxWeight(string Name, OnnxTensor Tensor, bool Transposed)
{
    public IReadOnlyList<long> Shape => Transposed ? [.. Tensor.Shape.Reverse()] : Tensor.Shape;
}

/// <summary>Finds the weights of an exported encoder under their names in the module that was exported.</summary>
/// <remarks>Exporters fold the transposition of a linear layer's weight and lose its name on the way (<c>onnx::MatMul_1234</c>); its bias, which the next
/// operation adds, keeps one. Every look-up goes one operation far, so that a graph with circles is no danger.</remarks>
internal sealed class OnnxWeights
{
    private const string WeightEnding = ".weight";
    private const string BiasEnding = ".bias";

    private readonly OnnxGraph _graph;
    private readonly Dictionary<string, OnnxNode> _makers = new(StringComparer.Ordinal);
    private readonly ILookup<string, OnnxNode> _additions;

    private OnnxWeights(OnnxGraph graph)
    {
        _graph = graph;
        foreach (var node in graph.Nodes)
        {
            foreach (var output in node.Outputs)
                _makers.TryAdd(output, node);
        }
        _additions = graph.Nodes.Where(node => node.Operator == "Add" && node.Inputs.Count == 2)
            .SelectMany(node => node.Inputs.Select(input => (Input: input, Node: node)))
                .ToLookup(pair => pair.Input, pair => pair.Node, StringComparer.Ordinal);
    }

    /// <summary>The weights by name; where two operations share a tensor, under both names.</summary>
    public static IReadOnlyDictionary<string, OnnxWeight> Of(OnnxGraph graph)
    {
        var finder = new OnnxWeights(graph);
        var weights = new Dictionary<string, OnnxWeight>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            if (finder.Linear(node) is { } linear)
                weights.TryAdd(linear.Name, linear);
            // Equal constants are stored once and copied to where they are used.
            else if (node is { Operator: "Identity", Inputs: [var source], Outputs: [var copy] } && IsParameter(copy)
                && graph.Tensors.TryGetValue(source, out var shared))
                weights.TryAdd(copy, new(copy, shared, Transposed: false));
        }
        foreach (var (name, tensor) in graph.Tensors.Where(entry => IsParameter(entry.Key)))
            weights.TryAdd(name, new(name, tensor, Transposed: false));
        return WithoutWrapper(weights);
    }

    private OnnxWeight? Linear(OnnxNode node)
    {
        if (node.Operator is not ("MatMul" or "Gemm") || node.Inputs.Count < 2 || node.Outputs.Count != 1
            || Constant(node.Inputs[1]) is not ({ Shape.Length: 2 } weight, var turned))
            return null;
        var transposed = node.TransposesSecond == turned;
        var bias = node.Operator == "Gemm" ? node.Inputs.ElementAtOrDefault(2)
            : _additions[node.Outputs[0]].SelectMany(add => add.Inputs).FirstOrDefault(IsBias);
        if (IsBias(bias))
            return new(string.Concat(bias.AsSpan(0, bias!.Length - BiasEnding.Length), WeightEnding), weight, transposed);
        return IsParameter(weight.Name) ? new(weight.Name, weight, transposed) : null;
    }

    // A constant as it is, or turned over by the operation that stands between.
    private (OnnxTensor Tensor, bool Turned)? Constant(string name)
    {
        if (_graph.Tensors.TryGetValue(name, out var tensor))
            return (tensor, false);
        return _makers.TryGetValue(name, out var maker) && maker is { Operator: "Transpose" or "Identity", Inputs: [var source] }
            && _graph.Tensors.TryGetValue(source, out tensor)
            ? (tensor, maker.Operator == "Transpose") : null;
    }

    private static bool IsBias(string? name) => name is not null && name.EndsWith(BiasEnding, StringComparison.Ordinal);

    private static bool IsParameter(string name) => name.EndsWith(WeightEnding, StringComparison.Ordinal) || IsBias(name);

    // What was exported may have been a wrapper around the encoder, whose field's name then stands before all others.
    private static Dictionary<string, OnnxWeight> WithoutWrapper(Dictionary<string, OnnxWeight> weights)
    {
        const string Words = "embeddings.word_embeddings.weight";
        var wrapper = weights.Keys.Where(name => name.EndsWith("." + Words, StringComparison.Ordinal)).Select(name => name[..^Words.Length])
            .Order(StringComparer.Ordinal).FirstOrDefault();
        return wrapper is null or "bert." ? weights
            : weights.Where(entry => entry.Key.StartsWith(wrapper, StringComparison.Ordinal))
                .ToDictionary(entry => entry.Key[wrapper.Length..], entry => entry.Value with { Name = entry.Key[wrapper.Length..] }, StringComparer.Ordinal);
    }
}
