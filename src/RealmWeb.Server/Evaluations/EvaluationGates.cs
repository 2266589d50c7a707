using RealmWeb.Contracts.Evaluations;
using RealmWeb.Contracts.Gates;
using RealmWeb.Data;
using RealmWeb.Data.Evaluations;
using RealmWeb.Data.Gates;
using RealmWeb.Data.Models;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Jobs.Evaluation;

namespace RealmWeb.Server.Evaluations;

/// <summary>What the gate of a corpus says of a model that no chain made: its evaluation beside the newest one of the model in production.</summary>
internal sealed class EvaluationGates(
    EvaluationStore evaluations, ModelLibrary models, ModelRegistry registry, GateRuleStore gates, RecentOutcomes recent, RealmPaths paths)
{
    /// <returns>Null for an evaluation of the model in production, and where the gate has no rules.</returns>
    public async Task<EvaluationGate?> JudgeAsync(long id, CancellationToken cancellationToken)
    {
        if (evaluations.Find(id) is not var (row, _) || models.Production() is not { } production)
            return null;
        var answering = registry.RowOf(production);
        var rules = await gates.OfAsync(row.Corpus, cancellationToken);
        if (answering.Id == row.ModelId || rules.Count == 0)
            return null;
        var asked = rules.Where(rule => rule.QuestionSet == row.QuestionSet).ToList();
        var (before, verdicts) = Judge(asked, row, production.Name, evaluations.Of(answering));
        return new EvaluationGate(production.Name, before, verdicts, rules.Count - asked.Count);
    }

    // By the newest that is of the same questions: a set may have been cut, or put in another's place under its name.
    private (long? Before, IReadOnlyList<GateRuleVerdict> Verdicts) Judge(
        List<GateRuleRow> rows, EvaluationRow candidate, string production, IReadOnlyList<EvaluationRow> ofProduction)
    {
        if (rows.Count == 0)
            return (null, []);
        var rules = rows.Select(rule => new Contracts.Gates.GateRule(rule.QuestionSet, rule.Measure, rule.Bound, rule.Margin)).ToList();
        foreach (var before in ofProduction.Where(row => row.QuestionSet == candidate.QuestionSet && row.Corpus == candidate.Corpus
            && row.Retriever == candidate.Retriever && row.Questions == candidate.Questions))
        {
            try
            {
                var verdict = Gate.Judge(
                    [.. rules.Select(rule => new Engine.Evaluation.GateRule(rule.QuestionSet, rule.Measure, rule.Bound, rule.Margin))],
                    new Dictionary<string, GateEvidence> { [candidate.QuestionSet] = new(Read(before), Read(candidate)) });
                return (before.Id, [.. verdict.Rules.Zip(rules, (judged, rule) => new GateRuleVerdict(
                    rule, judged.Measured is { } measured ? OutcomeMapping.ComparisonOf(measured) : null, judged.Reason))]);
            }
            catch (Exception other) when (other is InvalidDataException or IOException)
            {
                // Other questions, or answers that are gone: an older one may do.
            }
        }
        var missing = $"{production}, which is in production, was not asked the same questions the same way. Evaluate it with them, too.";
        return (null, [.. rules.Select(rule => new GateRuleVerdict(rule, null, missing))]);
    }

    private IReadOnlyList<QuestionOutcome> Read(EvaluationRow row) =>
        recent.Read(Path.Combine(paths.Root, row.ReportFile ?? throw new IOException("No answers were kept.")));
}
