using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;

namespace RealmWeb.Engine.PreTraining;

/// <summary>Where the candidates are summed out.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Marginal>))]
public enum Marginal
{
    /// <summary>In each masked token alone, averaged over the tokens of the batch: the released code.</summary>
    Token,

    /// <summary>Around the product over a sentence's masked tokens, averaged over sentences: the paper's eq. (1).</summary>
    Sequence,
}

/// <summary>What of a sentence is hidden. Paper §4.3, "salient span masking", and its ablations.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MaskingKind>))]
public enum MaskingKind
{
    /// <summary>One named entity, date or number.</summary>
    Salient,

    /// <summary>Single pieces at random, as BERT has it.</summary>
    Uniform,

    /// <summary>A run of words at random, as SpanBERT has it.</summary>
    Span,
}

/// <summary>REALM pre-training; lengths and counts default to the released launcher's.</summary>
public sealed record RealmPreTrainingOptions
{
    public TrainingOptions Training { get; init; } = new() { Steps = 1000, LearningRate = 1e-4, BatchSize = 8, Beta2 = 0.98, BiasCorrection = true };

    /// <summary>Candidates k of a sentence, the null document among them.</summary>
    [Range(2, 1024)]
    public int Candidates { get; init; } = 8;

    /// <summary>How many of the candidates term search (BM25) brings, at most; the index brings the others. Beyond the published training: a retriever that
    /// finds little
    /// of use at first sees passages here that share the sentence's words, and learns from them what the encoder can use.</summary>
    [Range(0, 1024)]
    [Display(Name = "Candidates by term search")]
    public int LexicalCandidates { get; init; }

    /// <summary>Pieces of a query input at most.</summary>
    [Range(8, 4096)]
    public int QueryLength { get; init; } = 96;

    /// <summary>Pieces of a candidate at most; a joint input has these and the query's.</summary>
    [Range(8, 4096)]
    public int CandidateLength { get; init; } = 288;

    /// <summary>Masked pieces of a sentence that are predicted at most.</summary>
    [Range(1, 512)]
    [Display(Name = "Hidden pieces at most")]
    public int MaxMasks { get; init; } = 10;

    /// <summary>What is hidden of a sentence: a name, date or number (salient), single pieces (uniform), or a run of words (span).</summary>
    public MaskingKind Masking { get; init; } = MaskingKind.Salient;

    /// <summary>Where salient spans come from.</summary>
    public SalientSpanOptions Salient { get; init; } = new();

    /// <summary>How single pieces are hidden where <see cref="Masking"/> says so.</summary>
    public MaskingOptions Uniform { get; init; } = new();

    /// <summary>How runs of words are hidden where <see cref="Masking"/> says so; one a sentence, as salient spans are. <see cref="MaxMasks"/> replaces its
    /// limit.</summary>
    public RandomSpanOptions Span { get; init; } = new() { SingleSpan = true };

    /// <summary>Share of the passages that no sentence is taken from, by their content. At each checkpoint the loss and retrieval utility of sentences of
    /// theirs are measured (heldOutLoss, heldOutRetrievalUtility), for early stopping too; 0 measures nothing.</summary>
    [Range(0.0, 0.5)]
    public double HeldOutShare { get; init; }

    /// <summary>In each hidden piece alone, as released (token), or over all of a sentence together, as the paper has it (sequence).</summary>
    [Display(Name = "Where candidates are summed out")]
    public Marginal Marginal { get; init; } = Marginal.Token;

    /// <summary>Whether the null document stands before what was retrieved. Paper §3.4.</summary>
    public bool NullDocument { get; init; } = true;

    /// <summary>Whether the block that a sentence was taken from may be its candidate: the answer could then be copied. Paper §3.4.</summary>
    public bool TrivialRetrieval { get; init; }

    /// <summary>Gives queries an embedder of their own, a copy at first, as the paper's notation has it; the released training shares one.</summary>
    public bool SeparateTowers { get; init; }

    /// <summary>Multiplies the learning rate of the retriever. Below 1, the encoder has time to learn to read passages before it pulls at the retriever: one
    /// that
    /// cannot read yet is best served by equal shares of all candidates, and a retriever that learns as fast gives it those (docs/experiments). At 0 the
    /// retriever
    /// stays as it is, costs no gradient, and its first index serves to the end.</summary>
    [Range(0.0, 1000.0)]
    public double RetrieverRate { get; init; } = 1;

    /// <summary>Candidate inputs whose graph is held at once; 0 for all. Fewer cost a second forward pass and bound the memory.</summary>
    [Range(0, int.MaxValue)]
    [Display(Name = "Inputs held at once")]
    public int InputsPerChunk { get; init; }

    [Display(Name = "New indexes")]
    public RefreshOptions Refresh { get; init; } = new();
}
