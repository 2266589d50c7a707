using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Gates;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Gates;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Jobs.Chains;
using RealmWeb.Jobs.Runs;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Chains;

/// <summary>The rules that a candidate must hold before it may answer from a corpus, and the labels it can learn from: for who curates the corpus. That it
/// answers is decided by administrators.</summary>
internal static class GatesApi
{
    private const int MostRules = 50;

    public static void MapGates(this IEndpointRouteBuilder routes)
    {
        var gates = routes.MapGroup("").WithTags("Chains").RequireAuthorization(Policies.Curating).WithMetadata(new HiddenWhenForbidden());
        gates.MapGet($"{ApiRoutes.Corpora}/{{name}}/gate", GetAsync).WithSummary("The rules of a corpus's gate");
        gates.MapPut($"{ApiRoutes.Corpora}/{{name}}/gate", PutAsync).RefuseNullItems().WithSummary("Put other rules in the place of all");
        gates.MapGet($"{ApiRoutes.Corpora}/{{name}}/lessons", LabelsAsync).WithSummary("How many labels the next chain can learn from");
    }

    private static async Task<Results<Ok<List<GateRule>>, ProblemHttpResult>> GetAsync(
        string name, CorpusLibrary corpora, GateRuleStore gates, CancellationToken cancellationToken) =>
        corpora.Exists(name) ? TypedResults.Ok((await gates.OfAsync(name, cancellationToken)).Select(Of).ToList()) : Problems.UnknownCorpus(name);

    private static async Task<Results<Ok<List<GateRule>>, ProblemHttpResult>> PutAsync(
        string name, List<GateRule> rules, CorpusLibrary corpora, GateRuleStore gates, QuestionSetLibrary questionSets, IChangePublisher changes,
        CancellationToken cancellationToken)
    {
        if (!corpora.Exists(name))
            return Problems.UnknownCorpus(name);
        if (rules.Count > MostRules)
            return Problems.BadRequest("bad-gate", "Rules refused", $"A gate has {MostRules} rules at most; there are {rules.Count}.");
        if (rules.Select((rule, i) => Fault(rule, i + 1, questionSets)).OfType<string>().FirstOrDefault() is { } fault)
            return Problems.BadRequest("bad-gate", "Rules refused", fault);
        await gates.ReplaceAsync(
            name,
            [.. rules.Select(rule => new GateRuleRow
            {
                Corpus = name, QuestionSet = rule.QuestionSet, Measure = rule.Measure, Bound = rule.Bound, Margin = rule.Margin,
            })], cancellationToken);
        changes.Changed(EventTopics.Gate(name), EventTypes.GateChanged, name);
        return TypedResults.Ok(rules);
    }

    private static async Task<Results<Ok<ChainLabels>, ProblemHttpResult>> LabelsAsync(string name, ChainDesk desk, CancellationToken cancellationToken)
    {
        try
        {
            return TypedResults.Ok(await desk.LabelsAsync(name, cancellationToken));
        }
        catch (CorpusNotFoundException)
        {
            return Problems.UnknownCorpus(name);
        }
    }

    private static string? Fault(GateRule rule, int number, QuestionSetLibrary questionSets)
    {
        if (GateMeasure.Find(rule.Measure) is null)
            return $"Rule {number}: there is no measure \"{rule.Measure}\". Use one of {string.Join(", ", GateMeasure.All.Select(measure => measure.Name))}.";
        if (rule.QuestionSet != GateRule.HeldOutLabels && questionSets.Find(rule.QuestionSet) is null)
            return $"Rule {number}: there is no question set \"{rule.QuestionSet}\".";
        if (rule is { Bound: null, Margin: null })
            return $"Rule {number} asks for nothing. Give a bound, or how much worse than production the candidate may be.";
        return rule is { Margin: < 0 } || !double.IsFinite(rule.Bound ?? 0) || !double.IsFinite(rule.Margin ?? 0)
            ? $"Rule {number}: the numbers must be finite, and the margin not below 0."
            : null;
    }

    private static GateRule Of(GateRuleRow row) => new(row.QuestionSet, row.Measure, row.Bound, row.Margin);
}
