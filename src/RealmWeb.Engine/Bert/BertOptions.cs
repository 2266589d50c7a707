using System.Text.Json;
using System.Text.Json.Serialization;

namespace RealmWeb.Engine.Bert;

/// <summary>Sizes of a model, in the form and with the names of a published <c>config.json</c>; defaults are those of the paper.</summary>
/// <remarks>Paper §3.2 and appendix A: BERT-base, vectors of 128, spans of up to 10 wordpieces, reader inputs of 320.
/// Properties that are not known here survive <see cref="Load"/> and <see cref="Save"/>.</remarks>
public sealed record BertOptions
{
    /// <summary>The model of the paper.</summary>
    public static BertOptions Base { get; } = new();

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

    /// <summary>Epsilon of the retriever's projection; null for <see cref="LayerNormEpsilon"/>. The published embedders have 1e-12, those of the open ICT code 1e-3.</summary>
    [JsonPropertyName("projection_layer_norm_eps")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ProjectionLayerNormEpsilon { get; init; }

    [JsonPropertyName("initializer_range")]
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Kept for round trips only: published files say 1, while row 0 of their vocabulary is the padding token.</summary>
    [JsonPropertyName("pad_token_id")]
    public int PadTokenId { get; init; }

    /// <summary>Width d of query and block vectors.</summary>
    [JsonPropertyName("retriever_proj_size")]
    public int ProjectionSize { get; init; } = 128;

    /// <summary>Width of each half (start, end) of the span scorer.</summary>
    [JsonPropertyName("span_hidden_size")]
    public int SpanHiddenSize { get; init; } = 256;

    /// <summary>Longest answer in wordpieces.</summary>
    [JsonPropertyName("max_span_width")]
    public int MaxSpanWidth { get; init; } = 10;

    [JsonPropertyName("reader_layer_norm_eps")]
    public double ReaderLayerNormEpsilon { get; init; } = 1e-3;

    /// <summary>Longest reader input in wordpieces.</summary>
    [JsonPropertyName("reader_seq_len")]
    public int ReaderLength { get; init; } = 320;

    /// <summary>Number of blocks that are read.</summary>
    [JsonPropertyName("reader_beam_size")]
    public int ReaderBeamSize { get; init; } = 5;

    /// <summary>Number of blocks that the retriever loss of fine-tuning sees.</summary>
    [JsonPropertyName("searcher_beam_size")]
    public int SearcherBeamSize { get; init; } = 5000;

    /// <summary>Longest question in wordpieces.</summary>
    [JsonPropertyName("searcher_seq_len")]
    public int SearcherLength { get; init; } = 64;

    /// <summary>Candidates of a pre-training example, the null document among them.</summary>
    [JsonPropertyName("num_candidates")]
    public int CandidateCount { get; init; } = 8;

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

    /// <summary>What the embedder's pooler sees: <c>cls</c>, the state of [CLS], or <c>mean</c>, the mean state of the tokens.</summary>
    [JsonPropertyName("embedder_pooling")]
    public string EmbedderPooling { get; init; } = "cls";

    /// <summary>Whether the reader scores "no answer in this block" from the state of [CLS].</summary>
    [JsonPropertyName("reader_null_span")]
    public bool ReaderNullSpan { get; init; }

    /// <summary>Whether the reader learns how much dense and lexical relevance count.</summary>
    [JsonPropertyName("relevance_weights")]
    public bool RelevanceWeights { get; init; }

    /// <summary>Whether questions have an embedder of their own (<c>query_embedder</c>), as after fine-tuning over frozen block vectors; else one
    /// serves questions and blocks, as in published models.</summary>
    [JsonPropertyName("separate_towers")]
    public bool SeparateTowers { get; init; }

    /// <summary>Properties of the file that have no meaning here.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Other { get; init; }

    /// <summary>Width of one attention head.</summary>
    [JsonIgnore]
    public int HeadSize => HiddenSize / HeadCount;

    [JsonIgnore]
    internal bool MeanPooling => EmbedderPooling == "mean";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>Reads a <c>config.json</c> and validates it.</summary>
    /// <exception cref="InvalidDataException">The file is no JSON object of the expected types, or a value is out of range.</exception>
    public static BertOptions Load(string path) => Parse(File.ReadAllText(path), path);

    /// <inheritdoc cref="Load"/>
    /// <param name="json">Text of a config.json.</param>
    /// <param name="origin">Where the text came from, for messages.</param>
    public static BertOptions Parse(string json, string origin = "config.json")
    {
        try
        {
            var options = JsonSerializer.Deserialize<BertOptions>(json, Json)
                ?? throw new InvalidDataException($"{origin} holds null where a JSON object with the model's sizes is expected.");
            options.Validate();
            return options;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{origin} is not a model configuration: {exception.Message}", exception);
        }
        catch (InvalidDataException exception) when (!exception.Message.StartsWith(origin, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{origin}: {exception.Message}", exception);
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Writes the options beside the file and moves them over it.</summary>
    public void Save(string path)
    {
        var temporary = path + ".writing";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, this, Json);
            stream.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <exception cref="InvalidDataException">A value is out of range; the message names it as in config.json.</exception>
    public void Validate()
    {
        // A hostile config.json must not be able to ask for terabytes: the upper limits are far above any published model.
        Range(VocabularySize, 1, 4_000_000, "vocab_size");
        Range(HiddenSize, 1, 16_384, "hidden_size");
        Range(LayerCount, 1, 200, "num_hidden_layers");
        Range(HeadCount, 1, 256, "num_attention_heads");
        Range(IntermediateSize, 1, 65_536, "intermediate_size");
        Range(MaxPositions, 1, 65_536, "max_position_embeddings");
        Range(SegmentCount, 1, 1024, "type_vocab_size");
        Range(ProjectionSize, 1, 16_384, "retriever_proj_size");
        Range(SpanHiddenSize, 1, 16_384, "span_hidden_size");
        Range(MaxSpanWidth, 1, 512, "max_span_width");
        Range(ReaderLength, 1, 65_536, "reader_seq_len");
        Range(ReaderBeamSize, 1, 100_000, "reader_beam_size");
        Range(SearcherBeamSize, 1, 1_000_000, "searcher_beam_size");
        Range(SearcherLength, 1, 65_536, "searcher_seq_len");
        Range(CandidateCount, 1, 100_000, "num_candidates");
        Range(ConvolutionCount, 1, 16, "convolution_count");
        Range(ConvolutionWidth, 0, 255, "convolution_width");
        if (ConvolutionWidth > 0 && ConvolutionWidth % 2 == 0)
            throw new InvalidDataException($"convolution_width is {ConvolutionWidth}; it should be odd, so that a token stands in the middle, or 0 for none.");
        if (HiddenSize % HeadCount != 0)
            throw new InvalidDataException(
                $"hidden_size {HiddenSize} is not a multiple of num_attention_heads {HeadCount}. Choose heads that divide it evenly.");
        if (Activation is not ("gelu_new" or "gelu"))
            throw new InvalidDataException($"hidden_act is \"{Activation}\". Supported are \"gelu_new\" (tanh form) and \"gelu\" (error function).");
        if (EmbedderPooling is not ("cls" or "mean"))
            throw new InvalidDataException($"embedder_pooling is \"{EmbedderPooling}\". Supported are \"cls\" and \"mean\".");
        Probability(HiddenDropout, "hidden_dropout_prob");
        Probability(AttentionDropout, "attention_probs_dropout_prob");
        Positive(LayerNormEpsilon, "layer_norm_eps");
        Positive(ReaderLayerNormEpsilon, "reader_layer_norm_eps");
        Positive(ProjectionLayerNormEpsilon ?? LayerNormEpsilon, "projection_layer_norm_eps");
        Positive(InitializerRange, "initializer_range");
        if (FeatureSizes is null || FeatureSizes.Length > 64)
            throw new InvalidDataException("feature_sizes should be a list of at most 64 numbers of levels; [] where tokens have no features.");
        foreach (var size in FeatureSizes)
            Range(size, 1, 100_000, "feature_sizes");
    }

    private static void Range(int value, int low, int high, string name)
    {
        if (value < low || value > high)
            throw new InvalidDataException($"{name} is {value}; it should lie between {low} and {high}.");
    }

    private static void Probability(double value, string name)
    {
        if (value is not (>= 0 and < 1))
            throw new InvalidDataException($"{name} is {value}; it should be at least 0 and below 1.");
    }

    private static void Positive(double value, string name)
    {
        if (value is not (> 0 and < 1))
            throw new InvalidDataException($"{name} is {value}; it should lie between 0 and 1.");
    }
}
