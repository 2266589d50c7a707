using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.PreTraining;

/// <summary>What `realm pretrain` does; a JSON file.</summary>
public sealed record PreTrainingOptions
{
    /// <summary>Retriever and encoder together.</summary>
    public RealmPreTrainingOptions Realm { get; init; } = new();

    /// <summary>The encoder alone, which comes before.</summary>
    public TrainingOptions MaskedLanguageModel { get; init; } = new() { LearningRate = 1e-3, BatchSize = 32, Beta2 = 0.98, BiasCorrection = true };

    /// <summary>What is hidden of each input.</summary>
    public MaskingOptions Masking { get; init; } = new();

    /// <summary>Pieces of an input at most.</summary>
    public int MaxLength { get; init; } = 128;

    /// <summary>Start the retriever's encoder from the trained one too.</summary>
    public bool Embedder { get; init; } = true;
}
