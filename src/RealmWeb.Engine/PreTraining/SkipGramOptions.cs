namespace RealmWeb.Engine.PreTraining;

/// <summary>Settings of <see cref="SkipGramTrainer"/>. Defaults are those usual for skip-gram with negative sampling.</summary>
public sealed record SkipGramOptions
{
    /// <summary>Width of a vector.</summary>
    public int Dimension { get; init; } = 128;

    /// <summary>Largest distance in pieces between a piece and its context; the distance used is drawn uniformly from 1 to this.</summary>
    public int Window { get; init; } = 5;

    /// <summary>Noise pieces for each true context.</summary>
    public int Negatives { get; init; } = 5;

    /// <summary>Passes over the text.</summary>
    public int Epochs { get; init; } = 2;

    /// <summary>Learning rate at the start; falls linearly to zero.</summary>
    public float LearningRate { get; init; } = 0.05f;

    /// <summary>Pieces more frequent than this share of the text are randomly left out.</summary>
    public double Subsampling { get; init; } = 1e-4;

    public int Seed { get; init; } = 1;

    /// <summary>Threads. More than one share the vectors without locks, which is faster but not repeatable to the bit.</summary>
    public int Threads { get; init; } = 1;
}
