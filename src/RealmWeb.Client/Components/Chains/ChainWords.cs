using System.Globalization;
using MudBlazor;
using RealmWeb.Client.Components.Runs;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Gates;

namespace RealmWeb.Client.Components.Chains;

/// <summary>Chains and gates in words and looks.</summary>
public static class ChainWords
{
    public static (string Words, Color Color, string Icon) Look(ChainView chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        return Look(chain.State, chain.Green);
    }

    /// <param name="green">The gate lets the candidate through; null before it has judged.</param>
    public static (string Words, Color Color, string Icon) Look(ChainState state, bool? green) =>
        state switch
        {
            ChainState.Running => ("Running", Color.Info, Icons.Material.Filled.PlayArrow),
            ChainState.Waiting when green == true => ("Gate green, waits for you", Color.Success, Icons.Material.Filled.CheckCircleOutline),
            ChainState.Waiting => ("Gate red, waits for you", Color.Warning, Icons.Material.Filled.ReportProblem),
            ChainState.Promoting => ("Being promoted", Color.Info, Icons.Material.Filled.PlayArrow),
            ChainState.Promoted => ("Promoted", Color.Success, Icons.Material.Filled.CheckCircleOutline),
            ChainState.Dismissed => ("Dismissed", Color.Default, Icons.Material.Filled.Block),
            ChainState.Failed => ("Failed", Color.Error, Icons.Material.Filled.ErrorOutline),
            _ => ("Stopped", Color.Default, Icons.Material.Filled.Block),
        };

    /// <summary>What a chain learns from, each with its weight where that is not 1.</summary>
    public static string Lessons(ChainView chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        var sets = chain.QuestionSets.Select(set => (Name: set, Weight: chain.Weights?.GetValueOrDefault(set, 1) ?? 1));
        var all = chain.Labels ? sets.Append((Name: "labels", Weight: chain.LabelWeight)) : sets;
        return string.Join(", ", all.Select(set => set.Weight == 1
            ? set.Name : string.Create(CultureInfo.InvariantCulture, $"{set.Name} (weight {set.Weight})")));
    }

    /// <summary>What a link does.</summary>
    public static string Title(ChainLinkView link, ChainView chain)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(chain);
        return link.Kind switch
        {
            ChainLinkKind.Snapshot => "Snapshot of the questions",
            ChainLinkKind.FineTuning => $"Fine-tuning of {chain.Production}",
            ChainLinkKind.Index => "Index of the candidate",
            _ => $"{(link.Model == chain.Candidate ? "Candidate" : "Production")} asked {link.QuestionSet}",
        };
    }

    /// <summary>A rule as a sentence.</summary>
    public static string Rule(GateRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var measure = GateMeasure.Find(rule.Measure) ?? new GateMeasure(rule.Measure);
        var demands = new List<string>();
        if (rule.Bound is { } bound) demands.Add($"{(measure.LowerIsBetter ? "at most" : "at least")} {bound:0.#} {measure.Unit}");
        if (rule.Margin is { } margin)
            demands.Add(margin == 0 ? "surely not worse than production" : $"worse than production by {margin:0.#} {measure.Unit} at most");
        return $"{RunWords.Metric(rule.Measure)} {string.Join(" and ", demands)}";
    }

    /// <summary>A difference with its interval: "+3.2 (-1.0 to +7.4)".</summary>
    public static string Difference(double difference, double low, double high) => $"{Signed(difference)} ({Signed(low)} to {Signed(high)})";

    public static string SetName(string questionSet) => questionSet.Length == 0 ? "labels that are held out" : questionSet;

    private static string Signed(double value) => Math.Round(value, 1) switch
    {
        > 0 and var gain => $"+{gain:0.0}",
        < 0 and var loss => $"−{-loss:0.0}",
        _ => "0.0",
    };
}
