using RealmWeb.Engine.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Bert;

/// <summary>One transformer layer: attention, then a feed-forward block; each is added to its input and normalised afterwards.</summary>
internal sealed class BertLayer : nn.Module
{
    [ComponentName(Name = "convolution")]
    private readonly ModuleList<BertConvolution> _convolutions;
    [ComponentName(Name = "attention")]
    private readonly BertAttention _attention;
    [ComponentName(Name = "intermediate")]
    private readonly BertIntermediate _intermediate;
    [ComponentName(Name = "output")]
    private readonly BertResidual _output;

    public BertLayer(BertOptions options)
        : base(nameof(BertLayer))
    {
        _convolutions = nn.ModuleList(
            [.. Enumerable.Range(0, options.ConvolutionWidth > 0 ? options.ConvolutionCount : 0).Select(_ => new BertConvolution(options))]);
        _attention = new(options);
        _intermediate = new(options);
        _output = new(options, options.IntermediateSize);
        RegisterComponents();
    }

    /// <param name="hidden">Shape [n, s, hidden].</param>
    /// <param name="bias">Added to the attention scores: 0 on tokens, very negative on padding. Shape [n, 1, 1, s].</param>
    /// <param name="firstOnly">Whether the state of [CLS] alone is wanted, for which attention and feed-forward then run: t = 1 instead of s.</param>
    /// <returns>Shape [n, t, hidden].</returns>
    public Tensor Transform(Tensor hidden, Tensor bias, bool firstOnly = false)
    {
        using var scope = NewDisposeScope();
        // [n, s, hidden]
        var local = hidden;
        foreach (var convolution in _convolutions)
            local = convolution.Mix(local, bias);
        // [n, t, hidden]
        var attended = _attention.Attend(firstOnly ? local.narrow(1, 0, 1) : local, local, bias);
        // [n, t, hidden]
        return _output.AddAndNormalise(_intermediate.Expand(attended), attended).MoveToOuterDisposeScope();
    }
}

internal sealed class BertAttention : nn.Module
{
    [ComponentName(Name = "self")]
    private readonly BertSelfAttention _self;
    [ComponentName(Name = "output")]
    private readonly BertResidual _output;

    public BertAttention(BertOptions options)
        : base(nameof(BertAttention))
    {
        _self = new(options);
        _output = new(options, options.HiddenSize);
        RegisterComponents();
    }

    /// <param name="queries">The t states that are transformed. Shape [n, t, hidden].</param>
    /// <param name="hidden">The s states that they attend to. Shape [n, s, hidden].</param>
    /// <returns>Shape [n, t, hidden].</returns>
    public Tensor Attend(Tensor queries, Tensor hidden, Tensor bias)
    {
        using var scope = NewDisposeScope();
        return _output.AddAndNormalise(_self.Mix(queries, hidden, bias), queries).MoveToOuterDisposeScope();
    }
}

internal sealed class BertSelfAttention : nn.Module
{
    [ComponentName(Name = "query")]
    private readonly Linear _query;
    [ComponentName(Name = "key")]
    private readonly Linear _key;
    [ComponentName(Name = "value")]
    private readonly Linear _value;

    private readonly int _headCount;
    private readonly int _headSize;
    private readonly Scalar _scale;
    private readonly double _dropout;

    public BertSelfAttention(BertOptions options)
        : base(nameof(BertSelfAttention))
    {
        _query = nn.Linear(options.HiddenSize, options.HiddenSize);
        _key = nn.Linear(options.HiddenSize, options.HiddenSize);
        _value = nn.Linear(options.HiddenSize, options.HiddenSize);
        _headCount = options.HeadCount;
        _headSize = options.HeadSize;
        _scale = 1 / Math.Sqrt(_headSize);
        _dropout = options.AttentionDropout;
        RegisterComponents();
    }

    /// <returns>Shape [n, t, hidden].</returns>
    public Tensor Mix(Tensor queries, Tensor hidden, Tensor bias)
    {
        using var scope = NewDisposeScope();
        // [n, heads, t, head]
        var query = Heads(_query.call(queries));
        // [n, heads, s, head]
        var key = Heads(_key.call(hidden));
        var value = Heads(_value.call(hidden));
        // [n, heads, t, head]
        var mixed = training && _dropout > 0 && hidden.device_type == DeviceType.CPU
            ? DropAndMix(query, key, value, bias)
            : nn.functional.scaled_dot_product_attention(query, key, value, bias, training ? _dropout : 0);
        // [n, t, hidden]
        return mixed.transpose(1, 2).flatten(2).MoveToOuterDisposeScope();
    }

    // On the CPU libtorch has a fused attention without dropout only, and what it does otherwise takes half as long again as this.
    private Tensor DropAndMix(Tensor query, Tensor key, Tensor value, Tensor bias)
    {
        // [n, heads, t, s]
        var weights = query.mul(_scale).matmul(key.transpose(2, 3)).add_(bias, Constants.One).softmax(-1);
        return RandomDropout.Apply(weights, _dropout).matmul(value);
    }

    private Tensor Heads(Tensor projected) => projected.view(projected.shape[0], -1, _headCount, _headSize).transpose(1, 2);
}

internal sealed class BertIntermediate : nn.Module
{
    [ComponentName(Name = "dense")]
    private readonly Linear _dense;

    private readonly Func<Tensor, Tensor> _activation;

    public BertIntermediate(BertOptions options)
        : base(nameof(BertIntermediate))
    {
        _dense = nn.Linear(options.HiddenSize, options.IntermediateSize);
        _activation = Activations.For(options);
        RegisterComponents();
    }

    /// <returns>Shape [n, s, intermediate].</returns>
    public Tensor Expand(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return _activation(_dense.call(hidden)).MoveToOuterDisposeScope();
    }
}

/// <summary>LayerNorm(residual + dropout(dense(x))).</summary>
internal sealed class BertResidual : nn.Module
{
    [ComponentName(Name = "dense")]
    private readonly Linear _dense;
    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm _norm;

    private readonly double _dropout;

    public BertResidual(BertOptions options, int inputSize)
        : base(nameof(BertResidual))
    {
        _dense = nn.Linear(inputSize, options.HiddenSize);
        _norm = nn.LayerNorm(options.HiddenSize, options.LayerNormEpsilon);
        _dropout = options.HiddenDropout;
        RegisterComponents();
    }

    /// <returns>Shape [n, s, hidden].</returns>
    public Tensor AddAndNormalise(Tensor x, Tensor residual)
    {
        using var scope = NewDisposeScope();
        // [n, s, hidden]
        var change = _dense.call(x);
        if (training)
            change = RandomDropout.Apply(change, _dropout);
        return _norm.call(change.Plus(residual)).MoveToOuterDisposeScope();
    }
}

/// <summary>LayerNorm(x + dropout(dense(act(depthwise convolution of x)))): lets a shallow model see a token's neighbours at once.</summary>
internal sealed class BertConvolution : nn.Module
{
    [ComponentName(Name = "depthwise")]
    private readonly Conv1d _depthwise;
    [ComponentName(Name = "output")]
    private readonly BertResidual _output;

    private readonly Func<Tensor, Tensor> _activation;

    public BertConvolution(BertOptions options)
        : base(nameof(BertConvolution))
    {
        _depthwise = nn.Conv1d(
            options.HiddenSize, options.HiddenSize, options.ConvolutionWidth, padding: options.ConvolutionWidth / 2, groups: options.HiddenSize);
        _output = new(options, options.HiddenSize);
        _activation = Activations.For(options);
        RegisterComponents();
    }

    /// <param name="hidden">Shape [n, s, hidden].</param>
    /// <param name="bias">0 on tokens, very negative on padding. Shape [n, 1, 1, s].</param>
    /// <returns>Shape [n, s, hidden].</returns>
    public Tensor Mix(Tensor hidden, Tensor bias)
    {
        using var scope = NewDisposeScope();
        // What stands on padding must not leak into the last tokens: a text's vector may not depend on what it is batched with.
        // [n, s, 1]
        var tokens = bias.squeeze(1).squeeze(1).unsqueeze(-1).ge(Constants.Zero).to(hidden.dtype);
        // [n, hidden, s]
        var mixed = _depthwise.call((hidden * tokens).transpose(1, 2));
        return _output.AddAndNormalise(_activation(mixed).transpose(1, 2), hidden).MoveToOuterDisposeScope();
    }
}
