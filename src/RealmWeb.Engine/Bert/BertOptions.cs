using System.Text.Json.Serialization;

namespace RealmWeb.Engine.Bert;

/// <summary>Sizes of an encoder, with the names of a published <c>config.json</c>; defaults are BERT-base, as in the paper (§3.2).</summary>
public sealed record BertOptions
{
    [JsonPropertyName("vocab_size")]
    public int VocabularySize { get; init; } = 30522;

    [JsonPropertyName("hidden_size")]
    public int HiddenSize { get; init; } = 768;

    [JsonPropertyName("num_hidden_layers")]
    public int LayerCount { get; init; } = 12;

    [JsonPropertyName("num_attention_heads")]
    public int HeadCount { get; init; } = 12;

    [JsonPropertyName("intermediate_size")]
    public int IntermediateSize { get; init; } = 3072;

    /// <summary><c>gelu_new</c>: tanh form, as REALM and the original BERT compute it; <c>gelu</c>: error-function form.</summary>
    [JsonPropertyName("hidden_act")]
    public string Activation { get; init; } = "gelu_new";

    [JsonPropertyName("hidden_dropout_prob")]
    public double HiddenDropout { get; init; } = 0.1;

    [JsonPropertyName("attention_probs_dropout_prob")]
    public double AttentionDropout { get; init; } = 0.1;

    [JsonPropertyName("max_position_embeddings")]
    public int MaxPositions { get; init; } = 512;

    [JsonPropertyName("type_vocab_size")]
    public int SegmentCount { get; init; } = 2;

    [JsonPropertyName("layer_norm_eps")]
    public double LayerNormEpsilon { get; init; } = 1e-12;

    [JsonPropertyName("initializer_range")]
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Kept for round trips only: published files say 1, while row 0 of their vocabulary is the padding token.</summary>
    [JsonPropertyName("pad_token_id")]
    public int PadTokenId { get; init; }

    /// <summary>Number of levels of each lexical feature of a token (level 0 = no feature, adds nothing). Empty in published models.</summary>
    [JsonPropertyName("feature_sizes")]
    public int[] FeatureSizes { get; init; } = [];

    /// <summary>Width in tokens of the depthwise convolution before each layer's attention; 0 for none, as in published models. Two layers
    /// trained for minutes read nearly half as well again with it (docs/decisions/0005-small-model.md).</summary>
    [JsonPropertyName("convolution_width")]
    public int ConvolutionWidth { get; init; }

    /// <summary>How many such convolutions follow each other in a layer.</summary>
    [JsonPropertyName("convolution_count")]
    public int ConvolutionCount { get; init; } = 1;

    /// <summary>Width of one attention head.</summary>
    [JsonIgnore]
    public int HeadSize => HiddenSize / HeadCount;

    /// <summary>Weights of an encoder of these sizes; what few kinds have beside them (convolutions, pooler) is not counted.</summary>
    [JsonIgnore]
    public long LeastParameters
    {
        get
        {
            long hidden = HiddenSize, intermediate = IntermediateSize;
            var embeddings = (VocabularySize + MaxPositions + SegmentCount + FeatureSizes.Sum(size => (long)size) + 2) * hidden;
            var attention = 4 * (hidden + 1) * hidden + 2 * hidden;
            var feedForward = (hidden + 1) * intermediate + (intermediate + 1) * hidden + 2 * hidden;
            return embeddings + LayerCount * (attention + feedForward);
        }
    }

    /// <exception cref="InvalidDataException">A value is out of range; the message names it as in config.json.</exception>
    public void Validate()
    {
        // A hostile config.json must not be able to ask for terabytes: the upper limits are far above any published model.
        OptionRanges.Whole(VocabularySize, 1, 4_000_000, "vocab_size");
        OptionRanges.Whole(HiddenSize, 1, 16_384, "hidden_size");
        OptionRanges.Whole(LayerCount, 1, 200, "num_hidden_layers");
        OptionRanges.Whole(HeadCount, 1, 256, "num_attention_heads");
        OptionRanges.Whole(IntermediateSize, 1, 65_536, "intermediate_size");
        OptionRanges.Whole(MaxPositions, 1, 65_536, "max_position_embeddings");
        OptionRanges.Whole(SegmentCount, 1, 1024, "type_vocab_size");
        OptionRanges.Whole(ConvolutionCount, 1, 16, "convolution_count");
        OptionRanges.Whole(ConvolutionWidth, 0, 255, "convolution_width");
        if (ConvolutionWidth > 0 && ConvolutionWidth % 2 == 0)
            throw new InvalidDataException($"convolution_width is {ConvolutionWidth}; it should be odd, so that a token stands in the middle, or 0 for none.");
        if (HiddenSize % HeadCount != 0)
            throw new InvalidDataException(
                $"hidden_size {HiddenSize} is not a multiple of num_attention_heads {HeadCount}. Choose heads that divide it evenly.");
        if (Activation is not ("gelu_new" or "gelu"))
            throw new InvalidDataException($"hidden_act is \"{Activation}\". Supported are \"gelu_new\" (tanh form) and \"gelu\" (error function).");
        OptionRanges.Probability(HiddenDropout, "hidden_dropout_prob");
        OptionRanges.Probability(AttentionDropout, "attention_probs_dropout_prob");
        OptionRanges.Small(LayerNormEpsilon, "layer_norm_eps");
        OptionRanges.Small(InitializerRange, "initializer_range");
        if (FeatureSizes is null || FeatureSizes.Length > 64)
            throw new InvalidDataException("feature_sizes should be a list of at most 64 numbers of levels; [] where tokens have no features.");
        foreach (var size in FeatureSizes)
            OptionRanges.Whole(size, 1, 100_000, "feature_sizes");
    }
}
