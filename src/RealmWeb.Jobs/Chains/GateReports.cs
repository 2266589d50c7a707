using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Gates;
using RealmWeb.Data;
using RealmWeb.Data.Access;
using RealmWeb.Data.Chains;
using RealmWeb.Data.Evaluations;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Jobs.Evaluation;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Chains;

/// <summary>A gate's report, from what the runs of a chain answered.</summary>
internal sealed class GateReports(RealmPaths paths, EvaluationStore evaluations)
{
    /// <exception cref="RunFailedException">What was answered is gone, or does not fit together.</exception>
    public GateReport Judge(Chain chain)
    {
        var parameters = ChainParameters.Of(chain);
        var evidence = parameters.GateSets.ToDictionary(set => set, set => EvidenceOf(chain, set));
        var rules = parameters.Rules.Select(rule => new Engine.Evaluation.GateRule(rule.QuestionSet, rule.Measure, rule.Bound, rule.Margin)).ToList();
        try
        {
            var verdict = Gate.Judge(rules, evidence);
            return new GateReport(
                verdict.IsGreen,
                [.. verdict.Rules.Zip(parameters.Rules, (judged, rule) => new GateRuleVerdict(
                    rule, judged.Measured is { } measured ? OutcomeMapping.ComparisonOf(measured) : null, judged.Reason))],
                [.. verdict.Sets.Select(set => new GateSetReport(
                    set.QuestionSet, set.Questions, [.. set.Measures.Select(OutcomeMapping.ComparisonOf)], [.. set.Fixed.Select(Of)],
                    [.. set.Broke.Select(Of)])
                {
                    ProductionEvaluation = EvaluationOf(chain, chain.Production, set.QuestionSet),
                    CandidateEvaluation = EvaluationOf(chain, chain.Candidate, set.QuestionSet),
                })]);
        }
        catch (InvalidDataException different)
        {
            throw new RunFailedException(different.Message);
        }
    }

    /// <summary>What both models made of a question.</summary>
    /// <param name="number">Place in the evaluation, from 1.</param>
    /// <returns>Null when there is no such question.</returns>
    public QuestionEvidence? Find(Chain chain, string questionSet, long number)
    {
        if (!ChainParameters.Of(chain).GateSets.Contains(questionSet))
            return null;
        var evidence = EvidenceOf(chain, questionSet);
        var pairs = ReportComparison.Pair(evidence.Production, evidence.Candidate);
        if (number < 1 || number > pairs.Count)
            return null;
        var (before, after) = pairs[(int)number - 1];
        return new QuestionEvidence(before.Question, chain.Corpus, before.Answers, OutcomeMapping.GivenAnswerOf(chain.Production, before),
            OutcomeMapping.GivenAnswerOf(chain.Candidate, after));
    }

    /// <summary>The answers that an evaluation's run gave.</summary>
    internal IReadOnlyList<QuestionOutcome> OutcomesOf(Guid run) => Read(Path.Combine(paths.Evaluations, $"{run}.jsonl"));

    private static IReadOnlyList<QuestionOutcome> Read(string file)
    {
        try
        {
            return OutcomeFile.Read(file);
        }
        catch (Exception gone) when (gone is InvalidDataException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RunFailedException($"What was answered cannot be read: {gone.Message} Start the chain again.");
        }
    }

    private GateEvidence EvidenceOf(Chain chain, string questionSet)
    {
        return new GateEvidence(Of(chain.Production), Of(chain.Candidate));

        IReadOnlyList<QuestionOutcome> Of(string model) => OutcomesOf(RunOf(chain, model, questionSet) ?? Guid.Empty);
    }

    // Null where it was written down by an older program.
    private long? EvaluationOf(Chain chain, string model, string questionSet) =>
        RunOf(chain, model, questionSet) is { } run && evaluations.List(CorpusScope.All, run, 1) is [var (evaluation, _)] ? evaluation.Id : null;

    private static Guid? RunOf(Chain chain, string model, string questionSet) => chain.Links.First(link =>
        link.Kind == ChainLinkKind.Evaluation && link.Model == model && link.QuestionSet == questionSet).RunId;

    private static Contracts.Gates.ChangedQuestion Of(Engine.Evaluation.ChangedQuestion change) =>
        new(change.Number, change.Question, change.Answers, change.A, change.B);
}
