using RealmWeb.Engine.Tensors;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Bert;

/// <summary>BERT: embeddings, transformer layers and the pooler over [CLS]. Paper §3.2.</summary>
/// <remarks>Names of parameters below this module are those of published state dicts (<c>embeddings.…</c>, <c>encoder.layer.0.…</c>,
/// <c>pooler.dense.…</c>).</remarks>
public sealed class BertEncoder : nn.Module
{
    [ComponentName(Name = "embeddings")]
    private readonly BertEmbeddings _embeddings;
    [ComponentName(Name = "encoder")]
    private readonly BertLayers _layers;
    [ComponentName(Name = "pooler")]
    private readonly BertPooler? _pooler;

    /// <param name="hasPooler">False for encoders whose states are used as they are.</param>
    /// <exception cref="InvalidDataException">The options are out of range.</exception>
    public BertEncoder(BertOptions options, bool hasPooler = true)
        : base(nameof(BertEncoder))
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _embeddings = new(options);
        _layers = new(options);
        _pooler = hasPooler ? new(options) : null;
        RegisterComponents();
        Initialization.Apply(this, options);
    }

    /// <summary>The word embeddings, which a tied masked-LM head decodes with. Shape [vocabulary, hidden].</summary>
    public Parameter WordEmbeddings => _embeddings.WordWeight;

    /// <summary>Runs the encoder.</summary>
    /// <param name="pool">Whether to compute the pooled state of [CLS] too.</param>
    /// <returns>States of the last layer, shape [n, s, hidden], and tanh(W h[CLS] + b), shape [n, hidden]. The caller disposes both.</returns>
    public (Tensor LastHidden, Tensor? Pooled) Encode(BertInputs inputs, bool pool)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        using var scope = NewDisposeScope();
        // [n, s, hidden]
        var hidden = _layers.Transform(_embeddings.Embed(inputs), AttentionBias(inputs.Mask), states: null);
        // [n, hidden]
        var pooled = pool ? Pool(hidden.select(1, 0)).MoveToOuterDisposeScope() : null;
        return (hidden.MoveToOuterDisposeScope(), pooled);
    }

    /// <summary>The pooled states of [CLS] alone, which saves most of the last layer. Same numbers as <see cref="Encode"/> with pool.</summary>
    /// <returns>Shape [n, hidden]. The caller disposes it.</returns>
    public Tensor EncodePooled(BertInputs inputs)
    {
        using var scope = NewDisposeScope();
        return Pool(EncodeFirst(inputs)).MoveToOuterDisposeScope();
    }

    /// <summary>The states of [CLS] alone after the last layer, most of which is thereby saved.</summary>
    /// <returns>Shape [n, hidden]. The caller disposes it.</returns>
    public Tensor EncodeFirst(BertInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        using var scope = NewDisposeScope();
        // [n, 1, hidden]
        var first = _layers.TransformFirst(_embeddings.Embed(inputs), AttentionBias(inputs.Mask));
        // [n, hidden]
        return first.squeeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>The states after the embeddings and after each layer, each of shape [n, s, hidden]; the caller disposes them.</summary>
    /// <remarks>The golden tests alone use it, which compare every layer with the reference.</remarks>
    public IReadOnlyList<Tensor> EncodeLayers(BertInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        using var scope = NewDisposeScope();
        var states = new List<Tensor> { _embeddings.Embed(inputs) };
        _layers.Transform(states[0], AttentionBias(inputs.Mask), states);
        return [.. states.Select(state => state.MoveToOuterDisposeScope())];
    }

    /// <summary>The pooler on given states: tanh(W h + b).</summary>
    /// <param name="state">Shape [n, hidden].</param>
    /// <returns>Shape [n, hidden].</returns>
    /// <exception cref="InvalidOperationException">The encoder was made without one.</exception>
    public Tensor Pool(Tensor state) => (_pooler ?? throw new InvalidOperationException("This encoder has no pooler.")).Pool(state);

    // Finite on purpose: with minus infinity a row without any token would become NaN.
    private Tensor AttentionBias(Tensor mask)
    {
        using var scope = NewDisposeScope();
        // [n, 1, 1, s]
        return mask.to(WordEmbeddings.dtype).sub(Constants.One).mul(Constants.TenThousand).unsqueeze(1).unsqueeze(1).MoveToOuterDisposeScope();
    }
}

internal sealed class BertLayers : nn.Module
{
    [ComponentName(Name = "layer")]
    private readonly ModuleList<BertLayer> _layers;

    public BertLayers(BertOptions options)
        : base(nameof(BertLayers))
    {
        _layers = nn.ModuleList([.. Enumerable.Range(0, options.LayerCount).Select(_ => new BertLayer(options))]);
        RegisterComponents();
    }

    /// <param name="states">Collects the output of every layer where given.</param>
    /// <returns>Shape [n, s, hidden].</returns>
    public Tensor Transform(Tensor hidden, Tensor bias, List<Tensor>? states)
    {
        foreach (var layer in _layers)
        {
            hidden = layer.Transform(hidden, bias);
            states?.Add(hidden);
        }
        return hidden;
    }

    /// <returns>The state of [CLS] after the last layer, shape [n, 1, hidden].</returns>
    public Tensor TransformFirst(Tensor hidden, Tensor bias)
    {
        for (var layer = 0; layer < _layers.Count - 1; layer++)
            hidden = _layers[layer].Transform(hidden, bias);
        // Nothing reads the other states of the last layer.
        return _layers[^1].Transform(hidden, bias, firstOnly: true);
    }
}

internal sealed class BertPooler : nn.Module
{
    [ComponentName(Name = "dense")]
    private readonly Linear _dense;

    public BertPooler(BertOptions options)
        : base(nameof(BertPooler))
    {
        _dense = nn.Linear(options.HiddenSize, options.HiddenSize);
        RegisterComponents();
    }

    /// <returns>Shape [n, hidden].</returns>
    public Tensor Pool(Tensor state)
    {
        using var scope = NewDisposeScope();
        return _dense.call(state).tanh().MoveToOuterDisposeScope();
    }
}
