using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>Embed_input and Embed_doc: a text as a vector of d numbers. Paper §3.2.</summary>
/// <remarks>Differs from the paper's bias-free matrix as the released code does: a bias, LayerNorm and, in training, dropout follow the
/// tanh pooler, and the vector is not scaled to length 1. What other embedders do instead, <see cref="RetrieverOptions"/> says.</remarks>
public sealed class Embedder : nn.Module
{
    [ComponentName(Name = "realm")]
    private readonly BertEncoder _bert;
    [ComponentName(Name = "cls")]
    private readonly EmbedderProjection? _projection;

    private readonly RetrieverOptions _options;
    private readonly Scalar? _length;

    public Embedder(BertOptions encoder, RetrieverOptions options)
        : base(nameof(Embedder))
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        // Each of the two vectors brings its half of the scale.
        _length = options.ScoreScale == 1 ? null : Math.Sqrt(options.ScoreScale);
        _bert = new(encoder, hasPooler: options.HasHead);
        _projection = options.HasHead ? new(encoder, options) : null;
        RegisterComponents();
        if (_projection is not null)
            Initialization.Apply(_projection, encoder);
    }

    /// <summary>The encoder below the projection.</summary>
    public BertEncoder Bert => _bert;

    internal void ScaleForRandomStart() => _projection?.ScaleForRandomStart();

    /// <returns>One vector a row, shape [n, d]. The caller disposes it.</returns>
    public Tensor Embed(BertInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        using var scope = NewDisposeScope();
        // [n, hidden]
        var state = _options.MeanPooling ? Mean(inputs) : _projection is null ? _bert.EncodeFirst(inputs) : _bert.EncodePooled(inputs);
        // [n, d]
        var vector = _projection is null ? state : _projection.Project(_options.MeanPooling ? _bert.Pool(state) : state);
        if (_options.Normalize)
            vector = nn.functional.normalize(vector);
        return (_length is null ? vector : vector.mul(_length)).MoveToOuterDisposeScope();
    }

    private Tensor Mean(BertInputs inputs)
    {
        // [n, s, hidden]
        var (hidden, _) = _bert.Encode(inputs, pool: false);
        // [n, 1, s]
        var weights = inputs.Mask.to(hidden.dtype).unsqueeze(1);
        // [n, hidden]; a row without tokens has mean 0
        return weights.matmul(hidden).squeeze(1) / weights.sum(2).clamp_min(Constants.One);
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

    public EmbedderProjection(BertOptions encoder, RetrieverOptions options)
        : base(nameof(EmbedderProjection))
    {
        _dense = nn.Linear(encoder.HiddenSize, options.ProjectionSize);
        _norm = nn.LayerNorm(options.ProjectionSize, options.ProjectionLayerNormEpsilon ?? encoder.LayerNormEpsilon);
        _dropout = encoder.HiddenDropout;
        RegisterComponents();
    }

    /// <summary>Makes unrelated vectors' inner products deviate by 1.</summary>
    /// <remarks>With a gain of 1 they deviate by sqrt(d), and a softmax over a batch is saturated before training begins. Published retrievers start from
    /// BERT and get past it; from random weights most of a run is lost.</remarks>
    public void ScaleForRandomStart()
    {
        using var noGradient = no_grad();
        _norm.weight!.fill_(Math.Pow(_norm.weight.shape[0], -0.25));
    }

    /// <returns>Shape [n, d].</returns>
    public Tensor Project(Tensor pooled)
    {
        using var scope = NewDisposeScope();
        var projected = _norm.call(_dense.call(pooled));
        return (training ? RandomDropout.Apply(projected, _dropout) : projected).MoveToOuterDisposeScope();
    }
}
