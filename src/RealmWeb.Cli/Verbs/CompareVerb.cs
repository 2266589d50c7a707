using System.CommandLine;
using System.Globalization;
using RealmWeb.Engine.Evaluation;

namespace RealmWeb.Cli.Verbs;

/// <summary><c>realm compare</c></summary>
internal static class CompareVerb
{
    private const int ShownChanges = 20;

    public static Command Create()
    {
        var before = new Argument<string>("A") { Description = "Report of `realm evaluate --per-question`." };
        var after = new Argument<string>("B") { Description = "Report of the same questions after a change." };
        var seed = new Option<int>("--seed") { Description = "Seed of the resamples.", DefaultValueFactory = _ => 1 };
        var command = new Command(
            "compare", "Compare two evaluations question by question: what B fixed, what it broke, and how sure the differences are.") { before, after, seed };
        command.SetAction(VerbContext.Run(context =>
        {
            var (a, b) = (context.Parsed.GetValue(before)!, context.Parsed.GetValue(after)!);
            var comparison = ReportComparison.Of(OutcomeFile.Read(a), OutcomeFile.Read(b), context.Parsed.GetValue(seed));
            context.Print(new { a, b, n = comparison.Questions, comparison.Measures, comparison.Fixed, comparison.Broke }, Lines(comparison));
            return Task.CompletedTask;
        }));
        return command;
    }

    private static IEnumerable<string> Lines(ReportComparison comparison)
    {
        yield return $"{comparison.Questions} questions; intervals of B - A: 95 %, paired bootstrap, {PairedBootstrap.Resamples:N0} resamples";
        foreach (var measure in comparison.Measures)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{measure.Measure,-16}{measure.A,7:F1} -> {measure.B,5:F1}   {measure.Difference,6:+0.0;-0.0;0.0}   [{measure.Low:+0.0;-0.0;0.0}, "
                    + $"{measure.High:+0.0;-0.0;0.0}]{(measure.Low <= 0 && measure.High >= 0 ? "   may be chance" : "")}");
        foreach (var line in Changes("Fixed", comparison.Fixed).Concat(Changes("Broke", comparison.Broke)))
            yield return line;
    }

    private static IEnumerable<string> Changes(string title, IReadOnlyList<ChangedQuestion> changes)
    {
        yield return $"{title}: {changes.Count}";
        foreach (var change in changes.Take(ShownChanges))
            yield return $"  {change.Question}  [{(change.Answers.Count == 0 ? "no answer" : change.Answers[0])}]  {change.A ?? "(no answer)"} -> "
                + $"{change.B ?? "(no answer)"}";
        if (changes.Count > ShownChanges)
            yield return $"  and {changes.Count - ShownChanges} more; --json lists all";
    }
}
