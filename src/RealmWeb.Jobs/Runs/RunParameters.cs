using RealmWeb.Contracts.Questions;

namespace RealmWeb.Jobs.Runs;

/// <summary>What an import reads.</summary>
/// <param name="Paths">Files and folders on this machine.</param>
/// <param name="Upload">Upload to read instead; it is removed when the run ends. Null for none.</param>
/// <param name="BuildIndex">Build the index when anything changed.</param>
public sealed record ImportParameters(string Corpus, IReadOnlyList<string> Paths, string? Upload = null, bool BuildIndex = true);

/// <summary>What an index build embeds.</summary>
/// <param name="Model">Empty for the one in production.</param>
public sealed record IndexBuildParameters(string Corpus, string Model = "");

/// <summary>What a training does.</summary>
/// <param name="Steps">Optimiser steps; of each stage where fine-tuning has several. 0 for what the settings say.</param>
/// <param name="Model">Model to start from.</param>
/// <param name="NewModel">Name for the result.</param>
/// <param name="QuestionSets">Names of the sets that fine-tuning learns from; null for none.</param>
/// <param name="Config">JSON file with data and settings on this machine; empty for the command's own.</param>
/// <param name="Settings">The same as text, without files; goes before <paramref name="Config"/>.</param>
public sealed record TrainingParameters(
    string Corpus, int Steps, string Model, string NewModel, IReadOnlyList<string>? QuestionSets = null, string Config = "", int Seed = 1, string Settings = "");

/// <summary>What an evaluation measures.</summary>
/// <param name="QuestionSet">Name of the set to ask.</param>
/// <param name="Model">Model to measure.</param>
/// <param name="Limit">At most so many questions, evenly spread; 0 for all.</param>
public sealed record EvaluationParameters(
    string Corpus, string QuestionSet, string Model = "", Retriever Retriever = Retriever.Hybrid, int Limit = 0);
