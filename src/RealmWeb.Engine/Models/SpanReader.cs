using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Tensors;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>Scores every short span of a block as the answer to a question. Paper §3.2, "Open-QA fine-tuning".</summary>
/// <remarks>As in the released code the joint input has no title, spans have at most <see cref="ReaderOptions.MaxSpanWidth"/> wordpieces, and
/// the score is MLP([h_start; h_end]) with ReLU before LayerNorm.</remarks>
public sealed class SpanReader : nn.Module
{
    /// <summary>Added to spans that are not wholly inside the block. Finite, so that rows without any valid span stay free of NaN.</summary>
    public const float OutsideBlock = -10_000;

    /// <summary>Name of <see cref="RelevanceWeights"/> among the parameters.</summary>
    internal const string RelevanceName = "relevance.weight";

    [ComponentName(Name = "realm")]
    private readonly BertEncoder _bert;
    [ComponentName(Name = "qa_outputs")]
    private readonly SpanScorer _spans;
    [ComponentName(Name = "relevance")]
    private readonly RelevanceWeighting? _relevance;

    public SpanReader(BertOptions encoder, ReaderOptions options)
        : base(nameof(SpanReader))
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        _bert = new(encoder);
        _spans = new(encoder, options);
        _relevance = options.RelevanceWeights ? new() : null;
        RegisterComponents();
        Initialization.Apply(_spans, encoder);
    }

    public ReaderOptions Options { get; }

    /// <summary>The encoder below the span scorer.</summary>
    public BertEncoder Bert => _bert;

    /// <summary>How much the dense and the lexical relevance of a block count, shape [2], learnt with the reader; null in models
    /// without it, which add the dense relevance as it is.</summary>
    public Parameter? RelevanceWeights => _relevance?.Weight;

    /// <summary>Whether nothing has trained the weights of relevance yet.</summary>
    public bool RelevanceIsUntrained =>
        _relevance is not null && _relevance.Weight.data<float>().ToArray().All(weight => weight == RelevanceWeighting.Start);

    /// <summary>Sets the weights of relevance, where training begins with a better guess than their start.</summary>
    /// <exception cref="InvalidOperationException">The model has none.</exception>
    public void SetRelevance(double dense, double lexical)
    {
        if (_relevance is null)
            throw new InvalidOperationException("This reader has no weights of relevance (\"relevance_weights\" in config.json).");
        using var noGradient = no_grad();
        using var values = tensor(new[] { (float)dense, (float)lexical }, device: _relevance.Weight.device);
        _relevance.Weight.copy_(values);
    }

    /// <summary>Reads n blocks.</summary>
    /// <param name="inputs">[CLS] question [SEP] block [SEP], n rows.</param>
    /// <param name="blockMask">1 on tokens of the block, 0 on question, special tokens and padding. Shape [n, s].</param>
    /// <returns>The caller disposes it.</returns>
    /// <exception cref="TensorShapeException">The mask does not fit the inputs.</exception>
    public ReaderOutput Read(BertInputs inputs, Tensor blockMask)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Shapes.Require(blockMask, inputs.Count, inputs.Length);
        using var hidden = Encode(inputs);
        return Score(hidden, blockMask);
    }

    /// <summary>The first half of <see cref="Read"/>: states of all tokens.</summary>
    /// <returns>Shape [n, s, hidden]. The caller disposes it.</returns>
    public Tensor Encode(BertInputs inputs) => _bert.Encode(inputs, pool: false).LastHidden;

    /// <summary>The second half of <see cref="Read"/>: what the states say of spans.</summary>
    /// <param name="hidden">Shape [n, s, hidden].</param>
    /// <param name="blockMask">1 on tokens of the block, 0 on question, special tokens and padding. Shape [n, s].</param>
    /// <returns>The caller disposes it.</returns>
    public ReaderOutput Score(Tensor hidden, Tensor blockMask)
    {
        using var scope = NewDisposeScope();
        // [n, spans]
        var logits = _spans.Score(hidden, blockMask);
        // [n]
        var nullLogits = _spans.ScoreNull(hidden);
        return new(logits.MoveToOuterDisposeScope(), nullLogits?.MoveToOuterDisposeScope());
    }

    /// <summary>The same numbers for answering, without a graph: see <see cref="SpanScores"/>.</summary>
    /// <param name="hidden">32 bits. Shape [n, s, hidden].</param>
    public SpanScores ScoreWithoutGraph(Tensor hidden) => _spans.ScoreWithoutGraph(hidden);

    /// <inheritdoc cref="Read"/>
    /// <returns>Shape [n, spans], width-major. The caller disposes it.</returns>
    public Tensor SpanLogits(BertInputs inputs, Tensor blockMask)
    {
        var output = Read(inputs, blockMask);
        output.NullLogits?.Dispose();
        return output.SpanLogits;
    }
}

/// <summary>The two-layer perceptron over the states of a span's first and last token.</summary>
internal sealed class SpanScorer : nn.Module
{
    [ComponentName(Name = "dense_intermediate")]
    private readonly Linear _intermediate;
    [ComponentName(Name = "dense_output")]
    private readonly Linear _output;
    [ComponentName(Name = "layer_normalization")]
    private readonly LayerNorm _norm;
    [ComponentName(Name = "null_output")]
    private readonly Linear? _null;

    private readonly int _spanHidden;
    private readonly int _maxWidth;

    public SpanScorer(BertOptions encoder, ReaderOptions options)
        : base(nameof(SpanScorer))
    {
        _spanHidden = options.SpanHiddenSize;
        _maxWidth = options.MaxSpanWidth;
        _intermediate = nn.Linear(encoder.HiddenSize, 2 * options.SpanHiddenSize);
        _output = nn.Linear(options.SpanHiddenSize, 1);
        _norm = nn.LayerNorm(options.SpanHiddenSize, options.LayerNormEpsilon);
        _null = options.NullSpan ? nn.Linear(encoder.HiddenSize, 1) : null;
        RegisterComponents();
    }

    /// <param name="hidden">Shape [n, s, hidden].</param>
    /// <returns>Shape [n, spans].</returns>
    public Tensor Score(Tensor hidden, Tensor blockMask)
    {
        var length = hidden.shape[1];
        var widths = (int)Math.Min(length, _maxWidth);
        using var scope = NewDisposeScope();
        // A linear layer on [h_start; h_end] is the sum of one on each: it is computed once a token, not once a span.
        // [n, s, span hidden] each
        var halves = _intermediate.call(hidden).chunk(2, dim: 2);
        var (starts, ends) = (halves[0], halves[1]);
        var inside = blockMask.to(ScalarType.Bool);
        var sums = new Tensor[widths];
        var valid = new Tensor[widths];
        for (var w = 0; w < widths; w++)
        {
            // [n, s - w, span hidden], [n, s - w]
            sums[w] = starts.narrow(1, 0, length - w).Plus(ends.narrow(1, w, length - w));
            valid[w] = inside.narrow(1, 0, length - w) & inside.narrow(1, w, length - w);
        }
        // [n, spans, span hidden]
        var features = _norm.call(cat(sums, 1).relu_());
        // [n, spans]
        var outside = cat(valid, 1).logical_not().to(hidden.dtype).mul(Constants.MinusTenThousand);
        return _output.call(features).squeeze(-1).Plus(outside).MoveToOuterDisposeScope();
    }

    /// <param name="hidden">Shape [n, s, hidden].</param>
    public SpanScores ScoreWithoutGraph(Tensor hidden)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        // [span hidden] each
        var slopes = _norm.weight!.mul(_output.weight.squeeze(0));
        var offset = _norm.bias!.mul(_output.weight.squeeze(0)).sum().Plus(_output.bias!.squeeze(0));
        return new SpanScores(
            Values(_intermediate.call(hidden)), Values(slopes), Values(offset)[0], _norm.eps, (int)hidden.shape[1], _maxWidth,
            ScoreNull(hidden) is { } nulls ? Values(nulls) : null);
    }

    private static float[] Values(Tensor tensor) => tensor.cpu().contiguous().data<float>().ToArray();

    /// <returns>Shape [n], or null where the model has no null span.</returns>
    public Tensor? ScoreNull(Tensor hidden)
    {
        if (_null is null)
            return null;
        using var scope = NewDisposeScope();
        return _null.call(hidden.select(1, 0)).squeeze(-1).MoveToOuterDisposeScope();
    }
}

internal sealed class RelevanceWeighting : nn.Module
{
    public const float Start = 0.1f;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    public RelevanceWeighting()
        : base(nameof(RelevanceWeighting))
    {
        _weight = new Parameter(full(2, Start));
        RegisterComponents();
    }

    public Parameter Weight => _weight;
}
