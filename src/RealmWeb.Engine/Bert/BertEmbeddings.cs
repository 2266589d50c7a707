using RealmWeb.Engine.Tensors;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Bert;

/// <summary>Sum of the word, position, segment and lexical feature embeddings, normalised.</summary>
internal sealed class BertEmbeddings : nn.Module
{
    [ComponentName(Name = "word_embeddings")]
    private readonly Embedding _word;
    [ComponentName(Name = "position_embeddings")]
    private readonly Embedding _position;
    [ComponentName(Name = "token_type_embeddings")]
    private readonly Embedding _segment;
    [ComponentName(Name = "feature_embeddings")]
    private readonly ModuleList<Embedding> _features;
    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm _norm;

    private readonly double _dropout;
    private readonly int _maxPositions;

    public BertEmbeddings(BertOptions options)
        : base(nameof(BertEmbeddings))
    {
        _word = nn.Embedding(options.VocabularySize, options.HiddenSize);
        _position = nn.Embedding(options.MaxPositions, options.HiddenSize);
        _segment = nn.Embedding(options.SegmentCount, options.HiddenSize);
        // Level 0 means "no feature": as padding row it gets no gradient and stays zero.
        _features = nn.ModuleList([.. options.FeatureSizes.Select(levels => nn.Embedding(levels, options.HiddenSize, padding_idx: 0))]);
        _norm = nn.LayerNorm(options.HiddenSize, options.LayerNormEpsilon);
        _dropout = options.HiddenDropout;
        _maxPositions = options.MaxPositions;
        RegisterComponents();
    }

    /// <summary>Shape [vocabulary, hidden].</summary>
    public Parameter WordWeight => _word.weight!;

    /// <returns>Shape [n, s, hidden].</returns>
    public Tensor Embed(BertInputs inputs)
    {
        if (inputs.Length > _maxPositions)
            throw new ArgumentException(
                $"The sequences are {inputs.Length} tokens long but the model has {_maxPositions} positions. Cut them before they are batched.",
                    nameof(inputs));
        if (inputs.FeatureIds is { } given && given.shape[2] != _features.Count)
            throw new ArgumentException(
                $"The inputs carry {given.shape[2]} lexical features a token but the model has tables for {_features.Count} (feature_sizes).", nameof(inputs));

        using var scope = NewDisposeScope();
        // [s, hidden]
        var positions = _position.weight!.narrow(0, 0, inputs.Length);
        // [n, s, hidden]
        var sum = _word.call(inputs.InputIds).Plus(_segment.call(inputs.SegmentIds)).Plus(positions);
        if (inputs.FeatureIds is not null)
        {
            for (var i = 0; i < _features.Count; i++)
                sum = sum.Plus(_features[i].call(inputs.FeatureIds.select(2, i)));
        }
        // [n, s, hidden]
        var normal = _norm.call(sum);
        return (training ? RandomDropout.Apply(normal, _dropout) : normal).MoveToOuterDisposeScope();
    }
}
