using System.ComponentModel.DataAnnotations;

namespace RealmWeb.Engine.Training;

/// <summary>What `realm ict` does; a JSON file. Lengths and the remove probability default to the released values.</summary>
public sealed record InverseClozeOptions
{
    public TrainingOptions Training { get; init; } = new() { LearningRate = 1e-3, BatchSize = 48, Beta2 = 0.98, BiasCorrection = true };

    /// <summary>How often the sentence is taken out of its block.</summary>
    [Range(0.0, 1.0)]
    public double RemoveProbability { get; init; } = 0.9;

    /// <summary>Pieces of a query input at most.</summary>
    [Range(8, 4096)]
    public int MaxQueryLength { get; init; } = 64;

    /// <summary>Pieces of a block input at most.</summary>
    [Range(8, 4096)]
    public int MaxBlockLength { get; init; } = 288;

    /// <summary>Share of the passages that is not trained on, by their content. At each checkpoint loss and accuracy are measured on them (heldOutLoss,
    /// heldOutAccuracy), for early stopping too; 0 measures nothing.</summary>
    [Range(0.0, 0.5)]
    public double HeldOutShare { get; init; }
}
