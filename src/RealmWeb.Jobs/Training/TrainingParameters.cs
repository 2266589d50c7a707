using System.Text.Json.Serialization;
using RealmWeb.Contracts.Runs;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Training;

/// <summary>What a training does.</summary>
/// <param name="Steps">Optimiser steps; of each stage where fine-tuning has several. 0 for what the settings say.</param>
/// <param name="Model">Model to start from; empty for the one in production.</param>
/// <param name="NewModel">Name for the result.</param>
/// <param name="QuestionSets">Names of the sets that are learned from; null for none.</param>
/// <param name="Config">JSON file with data and settings on this machine; empty for the command's own.</param>
/// <param name="Settings">The same as text, without files; goes before <paramref name="Config"/>.</param>
/// <param name="Exclude">Names of the sets whose questions are not learned from; null for none.</param>
/// <param name="Continues">Goes on from the checkpoints that an earlier run for this name left.</param>
/// <param name="Weights">How often sets are drawn from relative to each other, by name; 1 for those that are not named.</param>
public sealed record TrainingParameters(
    string Corpus, int Steps, string Model, string NewModel, IReadOnlyList<string>? QuestionSets = null, string Config = "", int Seed = 1, string Settings = "",
    IReadOnlyList<string>? Exclude = null, bool Continues = false, IReadOnlyDictionary<string, double>? Weights = null)
    : IRunParameters
{
    /// <summary>Which training; known while it is launched, afterwards from the run.</summary>
    [JsonIgnore]
    public RunKind Kind { get; init; }
}
