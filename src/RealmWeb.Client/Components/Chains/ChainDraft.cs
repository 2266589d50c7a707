using RealmWeb.Contracts.Chains;

namespace RealmWeb.Client.Components.Chains;

/// <summary>What is chosen of a chain.</summary>
public sealed class ChainDraft
{
    public string Corpus { get; set; } = "";

    /// <summary>Question sets that are learned from.</summary>
    public SortedSet<string> Lessons { get; } = new(StringComparer.Ordinal);

    /// <summary>Question sets that are measured with, beside those of the gate.</summary>
    public SortedSet<string> Exams { get; } = new(StringComparer.Ordinal);

    public bool Labels { get; set; }

    /// <summary>How often sets are drawn from relative to each other; 1 for those that are not named.</summary>
    public Dictionary<string, double> Weights { get; } = new(StringComparer.Ordinal);

    public double LabelWeight { get; set; } = 1;

    /// <summary>There is something to weigh against each other.</summary>
    public bool HasWeights => Lessons.Count + (Labels ? 1 : 0) > 1;

    public int? Steps { get; set; } = 300;

    public bool Promotes { get; set; }

    public string Candidate { get; set; } = "";

    public int Seed { get; set; } = 1;

    /// <summary>JSON as in a configuration file of fine-tuning; empty for its defaults.</summary>
    public string Settings { get; set; } = "";

    /// <summary>Nothing was found wrong with <see cref="Settings"/>.</summary>
    public bool SettingsFit { get; set; } = true;

    public bool Complete => SettingsFit && Corpus.Length > 0 && (Lessons.Count > 0 || Labels) && (Steps is > 0 || Settings.Length > 0);

    public StartChainRequest Request =>
        new(Corpus, [.. Lessons], [.. Exams], Steps ?? 0, Settings.Trim(), Seed, Candidate.Trim(), Promotes, Labels,
            HasWeights ? Weights.Where(weight => Lessons.Contains(weight.Key)).ToDictionary() : null, HasWeights ? LabelWeight : 1);

    /// <summary>Shows what was chosen before.</summary>
    public void Take(StartChainRequest given)
    {
        ArgumentNullException.ThrowIfNull(given);
        (Corpus, Labels, Steps, Promotes) = (given.Corpus, given.Labels, given.Steps > 0 ? given.Steps : null, given.PromotesWhenGreen);
        (Candidate, Seed, Settings) = (given.Candidate, given.Seed, given.Settings);
        Lessons.UnionWith(given.QuestionSets);
        Exams.UnionWith(given.GateSets ?? []);
        LabelWeight = given.LabelWeight;
        foreach (var (set, weight) in given.Weights ?? new Dictionary<string, double>()) Weights[set] = weight;
    }
}
