namespace RealmWeb.Engine.Models;

/// <summary>How a model's outputs become answers; fitted with the model and stored in its config.json under <c>answering</c>.</summary>
public sealed record AnsweringDefaults
{
    /// <summary>No answer is given when its probability is above this.</summary>
    public double NoAnswerThreshold { get; init; } = 0.5;

    /// <summary>Weight of the dense list in rank fusion; the lexical list has weight 1.</summary>
    public double DenseFusionWeight { get; init; } = 1;

    /// <summary>Candidates taken from each list before fusion.</summary>
    public int Beam { get; init; } = 50;
}
