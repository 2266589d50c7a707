using System.Globalization;

namespace RealmWeb.Engine.Evaluation;

/// <summary>What a candidate must hold on one question set to be let through.</summary>
/// <param name="Measure">Name of a <see cref="Evaluation.Measure"/>.</param>
/// <param name="Bound">The least that the candidate must reach, the most where lower is better; null for none.</param>
/// <param name="Margin">It may be worse than production by at most so much: the 95 % interval of the difference must end before. Null for no such
/// demand.</param>
public sealed record GateRule(string QuestionSet, string Measure, double? Bound, double? Margin);

/// <summary>A rule with what was measured.</summary>
/// <param name="Measured">Null where no question of the set is measured by the rule's measure.</param>
/// <param name="Reason">Why it does not hold, in a sentence; null where it holds.</param>
public sealed record RuleVerdict(GateRule Rule, MeasureDifference? Measured, string? Reason)
{
    public bool Holds => Reason is null;
}

/// <summary>What two models answered to a set.</summary>
public sealed record GateEvidence(IReadOnlyList<QuestionOutcome> Production, IReadOnlyList<QuestionOutcome> Candidate);

/// <summary>A question set in a gate's report.</summary>
/// <param name="Measures">All that was measured, whether a rule asks for it or not.</param>
public sealed record GateSet(
    string QuestionSet, int Questions, IReadOnlyList<MeasureDifference> Measures, IReadOnlyList<ChangedQuestion> Fixed, IReadOnlyList<ChangedQuestion> Broke);

/// <summary>Whether a candidate may take production's place.</summary>
public sealed record GateVerdict(IReadOnlyList<RuleVerdict> Rules, IReadOnlyList<GateSet> Sets)
{
    /// <summary>There are rules, and all hold. Without rules nothing says that a candidate is good.</summary>
    public bool IsGreen => Rules.Count > 0 && Rules.All(rule => rule.Holds);
}

/// <summary>Judges a candidate by rules, from what both models answered to the same questions.</summary>
public static class Gate
{
    /// <param name="evidence">By question set.</param>
    /// <param name="seed">Decides the resamples of the intervals.</param>
    /// <exception cref="InvalidDataException">The models were asked different questions.</exception>
    public static GateVerdict Judge(IReadOnlyList<GateRule> rules, IReadOnlyDictionary<string, GateEvidence> evidence, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(evidence);
        var sets = evidence.OrderBy(set => set.Key, StringComparer.Ordinal).Select(set => Of(set.Key, set.Value, seed)).ToList();
        return new GateVerdict([.. rules.Select(rule => Judge(rule, sets.Find(set => set.QuestionSet == rule.QuestionSet)))], sets);
    }

    private static GateSet Of(string name, GateEvidence evidence, int seed)
    {
        var comparison = ReportComparison.Of(evidence.Production, evidence.Candidate, seed);
        return new GateSet(name, comparison.Questions, comparison.Measures, comparison.Fixed, comparison.Broke);
    }

    private static RuleVerdict Judge(GateRule rule, GateSet? set)
    {
        if (Measure.Find(rule.Measure) is not { } measure)
            return new RuleVerdict(rule, null, $"There is no measure \"{rule.Measure}\".");
        if (set is null)
            return new RuleVerdict(rule, null, $"\"{rule.QuestionSet}\" was not asked.");
        if (set.Measures.FirstOrDefault(measured => measured.Measure == rule.Measure) is not { } found)
            return new RuleVerdict(rule, null, $"No question of \"{rule.QuestionSet}\" is measured by it.");
        return new RuleVerdict(rule, found, Fault(rule, measure, found));
    }

    private static string? Fault(GateRule rule, Measure measure, MeasureDifference found)
    {
        // From here on more is better.
        var sign = measure.LowerIsBetter ? -1 : 1;
        if (rule.Bound is { } bound && sign * found.B < sign * bound)
            return string.Create(
                CultureInfo.InvariantCulture, $"The candidate has {found.B:0.0}; {(measure.LowerIsBetter ? "at most" : "at least")} {bound:0.0} is wanted.");
        var worst = measure.LowerIsBetter ? -found.High : found.Low;
        if (rule.Margin is { } margin && worst < -margin)
            return string.Create(
                CultureInfo.InvariantCulture,
                $"It may be worse by {-worst:0.0} (95 % interval of the difference: {found.Low:+0.0;-0.0;0.0} to {found.High:+0.0;-0.0;0.0}); "
                    + $"at most {margin:0.0} is allowed.");
        return null;
    }
}
