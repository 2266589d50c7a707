using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Models;
using RealmWeb.Contracts.QuestionSets;

namespace RealmWeb.Client.Components.Runs.Starting;

/// <summary>What a form can offer.</summary>
/// <param name="QuestionSets">Null while they are on their way.</param>
public sealed record RunChoices(
    IReadOnlyList<CorpusSummary> Corpora, IReadOnlyList<ModelSummary> Models, IReadOnlyList<QuestionSetSummary>? QuestionSets);

/// <summary>What was chosen already and stays chosen when another kind of run is.</summary>
public sealed class RunDraft
{
    public string Corpus { get; set; } = "";

    /// <summary>Empty for the model in production.</summary>
    public string Model { get; set; } = "";
}
