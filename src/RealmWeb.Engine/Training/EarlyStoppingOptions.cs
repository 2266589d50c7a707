using System.ComponentModel.DataAnnotations;

namespace RealmWeb.Engine.Training;

/// <summary>Keeps the weights that measured best on development data, and stops once nothing better comes.</summary>
public sealed record EarlyStoppingOptions
{
    /// <summary>Name of the measure, as the stage's evaluation calls it: devExactMatch, devF1, devRecallAt5, heldOutLoss, heldOutAccuracy,
    /// heldOutRetrievalUtility.</summary>
    [Required]
    public required string Metric { get; init; }

    /// <summary>Whether a larger measure is the better one. Where nothing is said, that of a loss is the smaller one, and of all others the larger.</summary>
    public bool? HigherIsBetter { get; init; }

    /// <summary>Measurements in a row without a better one that end the run; 0 never ends it and only keeps the best weights.</summary>
    [Range(0, int.MaxValue)]
    public int Patience { get; init; } = 3;
}
