using RealmWeb.Contracts.Questions;

namespace RealmWeb.Contracts.Gates;

/// <summary>What a gate can ask for.</summary>
/// <param name="Name">As evaluations call it.</param>
/// <param name="LowerIsBetter">A fall is a gain.</param>
/// <param name="Unit">% or ms.</param>
public sealed record GateMeasure(string Name, bool LowerIsBetter = false, string Unit = "%")
{
    /// <summary>All, in the order in which they are offered.</summary>
    public static IReadOnlyList<GateMeasure> All { get; } =
    [
        new("em"), new("f1"), new("recall@1"), new("recall@5"), new("recall@20"), new("ndcg@10"), new("unanswerableRecognised"),
        new("falseRefusals", LowerIsBetter: true), new("p50Milliseconds", LowerIsBetter: true, Unit: "ms"),
    ];

    public static GateMeasure? Find(string name) => All.FirstOrDefault(measure => measure.Name == name);
}

/// <summary>What a candidate must hold on a question set; one of the two numbers at least.</summary>
/// <param name="QuestionSet">Name of the set; <see cref="HeldOutLabels"/> for the corpus's labels that nothing learns from.</param>
/// <param name="Measure">Name of a <see cref="GateMeasure"/>.</param>
/// <param name="Bound">The least, or where lower is better the most.</param>
/// <param name="Margin">By how much it may be worse than production: the 95 % interval of the difference must end before.</param>
public sealed record GateRule(string QuestionSet, string Measure, double? Bound, double? Margin)
{
    /// <summary>Stands for the labels of the corpus that are kept out of what is learned.</summary>
    public const string HeldOutLabels = "";
}

/// <summary>A measure of two models on the same questions, with the 95 % interval of candidate - production.</summary>
/// <param name="Questions">Questions that it is measured on.</param>
public sealed record MeasureComparison(string Measure, int Questions, double Production, double Candidate, double Difference, double Low, double High);

/// <summary>A rule and whether it holds.</summary>
/// <param name="Measured">Null where nothing could be measured.</param>
/// <param name="Reason">Why it does not hold; null where it holds.</param>
public sealed record GateRuleVerdict(GateRule Rule, MeasureComparison? Measured, string? Reason);

/// <summary>A question that one model has right and the other wrong. An answer is null where none was given.</summary>
/// <param name="Number">Place in the evaluation, from 1; what its evidence is fetched by.</param>
/// <param name="Answers">What would have been right; empty where nothing answers.</param>
public sealed record ChangedQuestion(int Number, string Question, IReadOnlyList<string> Answers, string? Production, string? Candidate);

/// <summary>A question set in a gate's report.</summary>
/// <param name="Fixed">Wrong in production, right with the candidate.</param>
/// <param name="Broke">Right in production, wrong with the candidate.</param>
public sealed record GateSetReport(
    string QuestionSet, int Questions, IReadOnlyList<MeasureComparison> Measures, IReadOnlyList<ChangedQuestion> Fixed, IReadOnlyList<ChangedQuestion> Broke)
{
    /// <summary>What was measured of production; null where it was not written down.</summary>
    public long? ProductionEvaluation { get; init; }

    /// <summary>The same of the candidate.</summary>
    public long? CandidateEvaluation { get; init; }
}

/// <summary>Whether a candidate may take production's place.</summary>
/// <param name="Green">There are rules and all hold.</param>
public sealed record GateReport(bool Green, IReadOnlyList<GateRuleVerdict> Rules, IReadOnlyList<GateSetReport> Sets);

/// <summary>What a model answered to a question of an evaluation, and from what.</summary>
/// <param name="Answer">Null where none was given.</param>
/// <param name="Rank">Rank of the first passage that answers; null where none was found.</param>
public sealed record GivenAnswer(
    string Model, string? Answer, bool Right, double Confidence, int? Rank, double? Milliseconds, IReadOnlyList<EvidencePassage> Evidence);

/// <summary>A question with what both models made of it.</summary>
public sealed record QuestionEvidence(string Question, string Corpus, IReadOnlyList<string> Answers, GivenAnswer Production, GivenAnswer Candidate);
