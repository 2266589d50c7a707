using System.Globalization;
using System.Text.Json.Serialization;
using RealmWeb.Engine.Bert;

namespace RealmWeb.Engine.Models;

/// <summary>How texts become vectors and what their inner product means, with the names of a published <c>config.json</c>.</summary>
/// <remarks>Defaults are the published REALM embedder's: tanh pooler over [CLS], projection to 128 and LayerNorm, title and body as two segments, nothing
/// before a question. Embedders of other kinds (sentence-transformers) differ in these options alone.</remarks>
public sealed record RetrieverOptions
{
    private const string RealmHead = "realm", NoHead = "none", ClsPooling = "cls", MeanOfTokens = "mean", PairLayout = "pair", JoinedLayout = "joined";
    private const int MostPrefixCharacters = 2000;
    private const double MostScale = 10_000;

    /// <summary>Width of the projection; with the head <c>none</c> vectors are as wide as the encoder.</summary>
    [JsonPropertyName("retriever_proj_size")]
    public int ProjectionSize { get; init; } = 128;

    /// <summary>Epsilon of the retriever's projection; null for the encoder's. The published embedders have 1e-12, those of the open ICT code 1e-3.</summary>
    [JsonPropertyName("projection_layer_norm_eps")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ProjectionLayerNormEpsilon { get; init; }

    /// <summary>What stands for a text: <c>cls</c>, the state of [CLS], or <c>mean</c>, the mean state of the tokens.</summary>
    [JsonPropertyName("embedder_pooling")]
    public string Pooling { get; init; } = "cls";

    /// <summary>Number of blocks that the retriever loss of fine-tuning sees.</summary>
    [JsonPropertyName("searcher_beam_size")]
    public int BeamSize { get; init; } = 5000;

    /// <summary>Longest question in wordpieces.</summary>
    [JsonPropertyName("searcher_seq_len")]
    public int QueryLength { get; init; } = 64;

    /// <summary>Candidates of a pre-training example, the null document among them.</summary>
    [JsonPropertyName("num_candidates")]
    public int CandidateCount { get; init; } = 8;

    /// <summary>Whether questions have an embedder of their own (<c>query_embedder</c>), as after fine-tuning over frozen block vectors; else one
    /// serves questions and blocks, as in published models.</summary>
    [JsonPropertyName("separate_towers")]
    public bool SeparateTowers { get; init; }

    /// <summary>What follows the pooling: <c>realm</c>, the tanh pooler, the projection and its LayerNorm; <c>none</c>, nothing.</summary>
    [JsonPropertyName("embedder_head")]
    public string Head { get; init; } = RealmHead;

    /// <summary>Whether vectors are scaled to length 1, so that their inner product is a cosine.</summary>
    [JsonPropertyName("embedder_normalize")]
    public bool Normalize { get; init; }

    /// <summary>f(x, z) is this times the inner product: embedders that were trained with a temperature need it, or a softmax over their scores is flat.
    /// Every vector is multiplied by its root.</summary>
    [JsonPropertyName("score_scale")]
    public double ScoreScale { get; init; } = 1;

    /// <summary>Stands before every question that is embedded, as the embedder was trained.</summary>
    [JsonPropertyName("query_prefix")]
    public string QueryPrefix { get; init; } = "";

    /// <summary><c>pair</c>: [CLS] title [SEP] body [SEP] in two segments; <c>joined</c>: [CLS] title body [SEP] in one.</summary>
    [JsonPropertyName("block_layout")]
    public string BlockLayout { get; init; } = PairLayout;

    /// <summary>Whether an index holds vectors of the halves of a block beside its own (<see cref="Corpora.BlockHalves"/>): the inner product of a question
    /// with the block is then the greatest of them. Training works with the vector of the whole block.</summary>
    [JsonPropertyName("embedder_halves")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool EmbedsHalves { get; init; }

    [JsonIgnore]
    internal bool HasHead => Head == RealmHead;

    [JsonIgnore]
    internal bool MeanPooling => Pooling == MeanOfTokens;

    [JsonIgnore]
    internal bool JoinsBlocks => BlockLayout == JoinedLayout;

    /// <summary>Whether the published embedder class computes the same.</summary>
    [JsonIgnore]
    public bool IsPublished => this is { HasHead: true, MeanPooling: false, JoinsBlocks: false, Normalize: false, ScoreScale: 1, QueryPrefix: "" };

    /// <summary>Tells apart what makes other block vectors of the same weights; empty for what models of before these options have.</summary>
    [JsonIgnore]
    internal string VectorKind => this is { HasHead: true, JoinsBlocks: false, Normalize: false, ScoreScale: 1 } ? ""
        : string.Create(CultureInfo.InvariantCulture, $" {Head} {Pooling} {Normalize} {ScoreScale:R} {BlockLayout}");

    /// <summary>An embedder of sentence-transformers: vectors of length 1 straight from the pooling.</summary>
    public static RetrieverOptions SentenceTransformer(bool mean, bool normalize) =>
        new() { Head = NoHead, Pooling = mean ? MeanOfTokens : ClsPooling, Normalize = normalize, BlockLayout = JoinedLayout };

    /// <summary>Width d of query and block vectors.</summary>
    public int Dimension(BertOptions encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return HasHead ? ProjectionSize : encoder.HiddenSize;
    }

    /// <exception cref="InvalidDataException">A value is out of range; the message names it as in config.json.</exception>
    public void Validate()
    {
        OptionRanges.Whole(ProjectionSize, 1, 16_384, "retriever_proj_size");
        OptionRanges.Whole(BeamSize, 1, 1_000_000, "searcher_beam_size");
        OptionRanges.Whole(QueryLength, 1, 65_536, "searcher_seq_len");
        OptionRanges.Whole(CandidateCount, 1, 100_000, "num_candidates");
        if (ProjectionLayerNormEpsilon is { } epsilon)
            OptionRanges.Small(epsilon, "projection_layer_norm_eps");
        OptionRanges.Word(Pooling, "embedder_pooling", ClsPooling, MeanOfTokens);
        OptionRanges.Word(Head, "embedder_head", RealmHead, NoHead);
        OptionRanges.Word(BlockLayout, "block_layout", PairLayout, JoinedLayout);
        if (ScoreScale is not (> 0 and <= MostScale))
            throw new InvalidDataException($"score_scale is {ScoreScale}; it should be above 0 and at most {MostScale}.");
        if (QueryPrefix is null || QueryPrefix.Length > MostPrefixCharacters)
            throw new InvalidDataException($"query_prefix should be a text of at most {MostPrefixCharacters} characters; \"\" for none.");
    }
}
