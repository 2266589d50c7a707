using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Tensors;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>Embed_input and Embed_doc: a text as a vector of d numbers. Paper §3.2.</summary>
/// <remarks>Differs from the paper's bias-free matrix as the released code does: a bias, LayerNorm and, in training, dropout follow the
/// tanh pooler. The vector is not scaled to length 1.</remarks>
public sealed class Embedder : nn.Module
{
    [ComponentName(Name = "realm")]
    private readonly BertEncoder _bert;
    [ComponentName(Name = "cls")]
    private readonly EmbedderProjection _projection;

    private readonly bool _meanPooling;

    public Embedder(BertOptions options)
        : base(nameof(Embedder))
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _bert = new(options);
        _projection = new(options);
        _meanPooling = options.MeanPooling;
        RegisterComponents();
        Initialization.Apply(_projection, options);
    }

    public BertOptions Options { get; }

    /// <summary>The encoder below the projection.</summary>
    public BertEncoder Bert => _bert;

    /// <returns>One vector a row, shape [n, d]. The caller disposes it.</returns>
    public Tensor Embed(BertInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        using var scope = NewDisposeScope();
        // [n, hidden]
        var pooled = _meanPooling ? PoolMean(inputs) : _bert.EncodePooled(inputs);
        // [n, d]
        return _projection.Project(pooled).MoveToOuterDisposeScope();
    }

    private Tensor PoolMean(BertInputs inputs)
    {
        // [n, s, hidden]
        var (hidden, _) = _bert.Encode(inputs, pool: false);
        // [n, 1, s]
        var weights = inputs.Mask.to(hidden.dtype).unsqueeze(1);
        // [n, hidden]; a row without tokens has mean 0
        return _bert.Pool(weights.matmul(hidden).squeeze(1) / weights.sum(2).clamp_min(Constants.One));
    }
}

/// <summary>dense, LayerNorm and, in training, dropout after it.</summary>
internal sealed class EmbedderProjection : nn.Module
{
    [ComponentName(Name = "dense")]
    private readonly Linear _dense;
    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm _norm;

    private readonly double _dropout;

    public EmbedderProjection(BertOptions options)
        : base(nameof(EmbedderProjection))
    {
        _dense = nn.Linear(options.HiddenSize, options.ProjectionSize);
        _norm = nn.LayerNorm(options.ProjectionSize, options.ProjectionLayerNormEpsilon ?? options.LayerNormEpsilon);
        _dropout = options.HiddenDropout;
        RegisterComponents();
    }

    /// <returns>Shape [n, d].</returns>
    public Tensor Project(Tensor pooled)
    {
        using var scope = NewDisposeScope();
        var projected = _norm.call(_dense.call(pooled));
        return (training ? RandomDropout.Apply(projected, _dropout) : projected).MoveToOuterDisposeScope();
    }
}
