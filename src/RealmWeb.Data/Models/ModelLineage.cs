using RealmWeb.Contracts.Runs;

namespace RealmWeb.Data.Models;

/// <summary>How a model came to be, as whoever made it says.</summary>
/// <param name="Base">Name of the model it was made from.</param>
/// <param name="Corpus">Corpus that it learned from.</param>
/// <param name="RunId">Run that made it.</param>
/// <param name="Training">Kind of the training.</param>
public sealed record ModelLineage(
    ModelOrigin Origin, string? Base = null, string? Corpus = null, Guid? RunId = null, ModelSettings? Settings = null, RunKind? Training = null);

/// <summary>What a model was made with.</summary>
/// <param name="Steps">Optimiser steps, of each stage where there are several; null where the configuration says it.</param>
/// <param name="Questions">Question sets by name, and other files by path.</param>
/// <param name="Configuration">The configuration file's text; null for the defaults.</param>
/// <param name="Retriever">Model whose retriever was taken.</param>
/// <param name="AveragedWith">Model that the weights were averaged with.</param>
/// <param name="Share">How much of that model was taken, 0 to 1.</param>
public sealed record ModelSettings(
    int? Steps = null, int? Seed = null, IReadOnlyList<string>? Questions = null, string? Configuration = null, string? Retriever = null,
    string? AveragedWith = null, double? Share = null);
