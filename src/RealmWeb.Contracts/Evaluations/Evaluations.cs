using System.Text.Json.Serialization;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.Questions;

namespace RealmWeb.Contracts.Evaluations;

/// <summary>An evaluation in a list.</summary>
/// <param name="Questions">Questions that were asked.</param>
/// <param name="Figures">By name (em, f1, recall@5), in percent.</param>
/// <param name="RunId">The run that measured; null for work at the command line.</param>
/// <param name="Answers">What was answered to each question is kept.</param>
public sealed record EvaluationSummary(
    long Id, string Model, string QuestionSet, string Corpus, Retriever Retriever, int Questions, DateTimeOffset At,
    IReadOnlyDictionary<string, double> Figures, Guid? RunId, bool Answers);

/// <summary>A figure of an evaluation, in percent or milliseconds, with its 95 % interval.</summary>
/// <param name="Questions">Questions that it is measured on.</param>
public sealed record MeasuredFigure(string Measure, int Questions, double Value, double Low, double High);

/// <summary>Answers whose confidence lies in [From, To), the last bin with its end.</summary>
/// <param name="Confidence">Their mean confidence, 0..1; 0 in an empty bin.</param>
/// <param name="Right">Share of them that is right, 0..1, whether or not they were given; 0 in an empty bin.</param>
/// <param name="Low">Of the 95 % interval of <paramref name="Right"/>.</param>
public sealed record ReliabilityPoint(double From, double To, int Count, double Confidence, double Right, double Low, double High);

/// <summary>How well confidence agrees with how often the best answer is right.</summary>
/// <param name="Questions">Questions whose answer can be judged.</param>
/// <param name="Error">Expected calibration error, 0..1.</param>
public sealed record Reliability(int Questions, double Error, IReadOnlyList<ReliabilityPoint> Bins);

/// <summary>What became of the confidence of a corpus by fitting it to an evaluation.</summary>
/// <param name="Before">Expected calibration error of the evaluation, 0..1.</param>
/// <param name="After">That of the same answers now; on others it is a little greater.</param>
public sealed record FittedConfidence(CorpusFitSummary Fit, double Before, double After);

/// <summary>How many questions of an evaluation went how; a question may count in several.</summary>
/// <param name="Missed">A passage answers, and none that does was among those that were read.</param>
public sealed record OutcomeCounts(int All, int Right, int Wrong, int Refused, int Missed);

/// <summary>An evaluation with how sure its figures are.</summary>
public sealed record EvaluationView(EvaluationSummary Evaluation, IReadOnlyList<MeasuredFigure> Figures, Reliability Reliability, OutcomeCounts Counts)
{
    /// <summary>What the gate of the corpus says of the model; null for the model in production, and where the gate has no rules.</summary>
    public EvaluationGate? Gate { get; init; }
}

/// <summary>A gate's judgement of a model that need not come from a chain, as far as one evaluation tells.</summary>
/// <param name="Production">The model in production.</param>
/// <param name="ProductionEvaluation">Its newest evaluation with the same questions, retrieved the same way; null where there is none, so that no rule
/// holds.</param>
/// <param name="Rules">Those that ask these questions, judged by both evaluations.</param>
/// <param name="RulesElsewhere">How many rules ask other questions.</param>
public sealed record EvaluationGate(string Production, long? ProductionEvaluation, IReadOnlyList<GateRuleVerdict> Rules, int RulesElsewhere);

/// <summary>How a question went.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EvaluationOutcome>))]
public enum EvaluationOutcome
{
    Right,
    Wrong,
    Refused,
    Missed,
}

/// <summary>Which questions of an evaluation to list.</summary>
/// <param name="Outcome">Null for any.</param>
/// <param name="From">The least confidence, 0..1.</param>
/// <param name="To">Confidence is below this; 1 takes 1 in.</param>
/// <param name="Words">Each stands in the question, an expected answer or the given one.</param>
public sealed record OutcomeFilter(EvaluationOutcome? Outcome = null, double From = 0, double To = 1, string Words = "");

/// <summary>What would have been right.</summary>
/// <param name="Answers">The words; a pattern where one judges; empty where nothing answers or only the passage is known.</param>
/// <param name="Nothing">No passage answers: a refusal is right.</param>
public sealed record ExpectedAnswer(IReadOnlyList<string> Answers, bool Nothing);

/// <summary>A question of an evaluation.</summary>
/// <param name="Number">Place in the evaluation, from 1; what its evidence is fetched by.</param>
/// <param name="Answer">Null where none was given.</param>
/// <param name="Right">Null where nobody can say: only the passage is known.</param>
/// <param name="ExactMatch">Of the best words, whether or not they were given, 0..1.</param>
/// <param name="F1">The same.</param>
/// <param name="Rank">Rank of the first passage that answers; null where none was found.</param>
public sealed record EvaluatedQuestion(
    int Number, string Question, ExpectedAnswer Expected, string? Answer, bool? Right, double ExactMatch, double F1, double Confidence, int? Rank);

/// <summary>A page of questions.</summary>
/// <param name="Total">Questions that the filter lets through.</param>
public sealed record EvaluatedQuestionPage(IReadOnlyList<EvaluatedQuestion> Questions, int Total, int Page, int PageSize);

/// <summary>A question of an evaluation with what the model read.</summary>
public sealed record EvaluatedAnswer(string Question, string Corpus, ExpectedAnswer Expected, GivenAnswer Given);

/// <summary>What became of a question from one evaluation to another.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<QuestionChange>))]
public enum QuestionChange
{
    /// <summary>Wrong in the first, right in the second.</summary>
    Fixed,

    /// <summary>Right in the first, wrong in the second.</summary>
    Broken,

    /// <summary>Right in both.</summary>
    StillRight,

    /// <summary>Wrong in both.</summary>
    StillWrong,
}

/// <summary>Two evaluations of the same questions.</summary>
/// <param name="Counts">Questions by what became of them.</param>
public sealed record EvaluationComparison(
    EvaluationSummary First, EvaluationSummary Second, int Questions, IReadOnlyList<MeasureComparison> Measures,
    IReadOnlyDictionary<QuestionChange, int> Counts);

/// <summary>A page of questions of two evaluations.</summary>
public sealed record ComparedQuestionPage(IReadOnlyList<ComparedQuestion> Questions, int Total, int Page, int PageSize);

/// <summary>A question with both answers. An answer is null where none was given.</summary>
/// <param name="Number">Place in the first evaluation, from 1.</param>
public sealed record ComparedQuestion(int Number, string Question, ExpectedAnswer Expected, string? First, string? Second);
