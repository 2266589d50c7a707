using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Bert;

/// <summary>Scores every wordpiece at a masked position. Paper §3.2, eq. for p(y_j | z, x).</summary>
/// <remarks>Registered under <c>cls</c>, so that the names are <c>cls.predictions.…</c>.</remarks>
public sealed class MaskedLanguageModelHead : nn.Module
{
    [ComponentName(Name = "predictions")]
    private readonly MaskedLanguageModelPredictions _predictions;

    /// <param name="ownDecoder">False: decodes with the word embeddings given to <see cref="Logits"/>, as BERT does.
    /// True: holds a matrix of its own (<c>cls.predictions.decoder.weight</c>).</param>
    public MaskedLanguageModelHead(BertOptions options, bool ownDecoder = false)
        : base(nameof(MaskedLanguageModelHead))
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _predictions = new(options, ownDecoder);
        RegisterComponents();
        Initialization.Apply(this, options);
    }

    /// <param name="hidden">States at the masked positions. Shape [..., hidden].</param>
    /// <param name="wordEmbeddings">Shape [vocabulary, hidden]; null only where the head has a decoder of its own.</param>
    /// <returns>Shape [..., vocabulary]. The caller disposes it.</returns>
    /// <exception cref="ArgumentNullException">The head is tied and no word embeddings are given.</exception>
    public Tensor Logits(Tensor hidden, Tensor? wordEmbeddings = null) => _predictions.Logits(hidden, wordEmbeddings);
}

internal sealed class MaskedLanguageModelPredictions : nn.Module
{
    [ComponentName(Name = "transform")]
    private readonly MaskedLanguageModelTransform _transform;
    [ComponentName(Name = "decoder")]
    private readonly Linear? _decoder;
    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    public MaskedLanguageModelPredictions(BertOptions options, bool ownDecoder)
        : base(nameof(MaskedLanguageModelPredictions))
    {
        _transform = new(options);
        _decoder = ownDecoder ? nn.Linear(options.HiddenSize, options.VocabularySize, hasBias: false) : null;
        _bias = new Parameter(zeros(options.VocabularySize));
        RegisterComponents();
    }

    public Tensor Logits(Tensor hidden, Tensor? wordEmbeddings)
    {
        using var scope = NewDisposeScope();
        // [vocabulary, hidden]
        Tensor decoder = _decoder?.weight ?? wordEmbeddings ?? throw new ArgumentNullException(
            nameof(wordEmbeddings), "This masked-LM head has no decoder of its own: pass the encoder's word embeddings.");
        // [..., vocabulary]
        return nn.functional.linear(_transform.Transform(hidden), decoder, _bias).MoveToOuterDisposeScope();
    }
}

internal sealed class MaskedLanguageModelTransform : nn.Module
{
    [ComponentName(Name = "dense")]
    private readonly Linear _dense;
    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm _norm;

    private readonly Func<Tensor, Tensor> _activation;

    public MaskedLanguageModelTransform(BertOptions options)
        : base(nameof(MaskedLanguageModelTransform))
    {
        _dense = nn.Linear(options.HiddenSize, options.HiddenSize);
        _norm = nn.LayerNorm(options.HiddenSize, options.LayerNormEpsilon);
        _activation = Activations.For(options);
        RegisterComponents();
    }

    public Tensor Transform(Tensor hidden) => _norm.call(_activation(_dense.call(hidden)));
}
