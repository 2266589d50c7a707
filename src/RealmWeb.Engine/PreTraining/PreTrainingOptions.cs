using System.ComponentModel.DataAnnotations;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.PreTraining;

/// <summary>What `realm pretrain` does; a JSON file.</summary>
public sealed record PreTrainingOptions
{
    /// <summary>Retriever and encoder together.</summary>
    [Display(Name = "REALM")]
    public RealmPreTrainingOptions Realm { get; init; } = new();

    /// <summary>The encoder alone, which comes before.</summary>
    public TrainingOptions MaskedLanguageModel { get; init; } = new() { LearningRate = 1e-3, BatchSize = 32, Beta2 = 0.98, BiasCorrection = true };

    /// <summary>What is hidden of each input when the encoder trains alone: single pieces, runs of words, or a salient span.</summary>
    public MaskingKind MaskingKind { get; init; } = MaskingKind.Uniform;

    /// <summary>How single pieces are hidden.</summary>
    public MaskingOptions Masking { get; init; } = new();

    /// <summary>How runs of words are hidden.</summary>
    public RandomSpanOptions Span { get; init; } = new();

    /// <summary>Where salient spans come from.</summary>
    public SalientSpanOptions Salient { get; init; } = new();

    /// <summary>Share of the passages that the encoder alone does not train on, by their content. At each checkpoint its loss and accuracy are measured on them
    /// (heldOutLoss, heldOutAccuracy), for early stopping too; 0 measures nothing.</summary>
    [Range(0.0, 0.5)]
    public double HeldOutShare { get; init; }

    /// <summary>Pieces of an input at most.</summary>
    [Range(8, 4096)]
    public int MaxLength { get; init; } = 128;

    /// <summary>Start the retriever's encoder from the trained one too.</summary>
    public bool Embedder { get; init; } = true;
}
