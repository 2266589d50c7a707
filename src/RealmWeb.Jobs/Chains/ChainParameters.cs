using System.Text.Json;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Chains;
using RealmWeb.Jobs.Evaluation;
using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Training;

namespace RealmWeb.Jobs.Chains;

/// <summary>What a chain was started with: rules and names as they were then, so that nothing of it changes while it works.</summary>
/// <param name="QuestionSets">Sets that are learned from, beside <paramref name="LabelSet"/>.</param>
/// <param name="GateSets">Sets that both models are asked, <paramref name="HeldOutSet"/> among them.</param>
/// <param name="LabelSet">Name of the set that the corpus's labels to learn from become; empty where they are not learned from.</param>
/// <param name="HeldOutSet">Name of the set that its labels to gate on become; empty where there are none.</param>
/// <param name="Rules">Of the corpus's gate.</param>
/// <param name="Steps">Optimiser steps of each stage; 0 for what the settings say.</param>
/// <param name="Weights">How often sets are drawn from relative to each other, by name, <paramref name="LabelSet"/> among them; 1 for those that are not
/// named.</param>
public sealed record ChainParameters(
    IReadOnlyList<string> QuestionSets, IReadOnlyList<string> GateSets, IReadOnlyList<GateRule> Rules, int Steps, string Settings, int Seed,
    bool PromotesWhenGreen, string LabelSet = "", string HeldOutSet = "", IReadOnlyDictionary<string, double>? Weights = null)
{
    /// <summary>All that is learned from.</summary>
    internal IReadOnlyList<string> Lessons => LabelSet.Length > 0 ? [.. QuestionSets, LabelSet] : QuestionSets;

    public static ChainParameters Of(Chain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return JsonSerializer.Deserialize<ChainParameters>(chain.ParametersJson)
            ?? throw new RunFailedException($"Chain {chain.Id} has no parameters. Start it again.");
    }

    /// <summary>The links of a chain in their order: both models are asked each set.</summary>
    internal IEnumerable<ChainLink> Links(string production, string candidate) =>
    [
        new ChainLink { Kind = ChainLinkKind.Snapshot },
        new ChainLink { Kind = ChainLinkKind.FineTuning },
        new ChainLink { Kind = ChainLinkKind.Index },
        .. GateSets.SelectMany(set => new[] { production, candidate }.Select(
            model => new ChainLink { Kind = ChainLinkKind.Evaluation, Model = model, QuestionSet = set })),
    ];

    /// <summary>What a link's run is started with.</summary>
    internal IRunParameters RunOf(Chain chain, ChainLink link) => link.Kind switch
    {
        ChainLinkKind.Snapshot => new SnapshotParameters(chain.Corpus, chain.Candidate, [.. Lessons, .. GateSets], LabelSet, HeldOutSet),
        ChainLinkKind.FineTuning => Training(chain.Corpus, chain.Production, chain.Candidate) with { Continues = link.Attempt > 0 },
        ChainLinkKind.Index => new CandidateIndexParameters(chain.Corpus, chain.Candidate),
        _ => new EvaluationParameters(chain.Corpus, link.QuestionSet, link.Model, Retriever.Hybrid),
    };

    internal TrainingParameters Training(string corpus, string production, string candidate) =>
        new(corpus, Steps, production, candidate, Lessons, Seed: Seed, Settings: Settings, Exclude: GateSets, Weights: Weights)
        {
            Kind = RunKind.FineTune,
        };
}
