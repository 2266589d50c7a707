using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Evaluations;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.Questions;

namespace RealmWeb.Client.Tests;

/// <summary>The evaluations of a scripted site: thirty questions, all of which every filter lets through.</summary>
public sealed class ScriptedEvaluations
{
    private const int Questions = 30;

    public List<EvaluationSummary> List { get; } = [];

    public EvaluationView? View { get; set; }

    public EvaluationComparison? Comparison { get; set; }

    /// <summary>What fitting gives; null to refuse.</summary>
    public FittedConfidence? Fitted { get; set; }

    /// <summary>Pages of questions that were asked for, in order.</summary>
    public List<(OutcomeFilter Filter, int Page)> Asked { get; } = [];

    public void Map(WebApplication app)
    {
        app.MapGet(ApiRoutes.Evaluations, () => List);
        app.MapGet("/api/evaluations/{id:long}", () => View);
        app.MapGet("/api/evaluations/{id:long}/questions", (EvaluationOutcome? outcome, double from, double to, string words, int page, int pageSize) =>
        {
            Asked.Add((new OutcomeFilter(outcome, from, to, words), page));
            return new EvaluatedQuestionPage(
                [.. Enumerable.Range(1, Questions).Skip((page - 1) * pageSize).Take(pageSize).Select(Question)], Questions, page, pageSize);
        });
        app.MapGet("/api/evaluations/{id:long}/questions/{number:int}", (int number) => new EvaluatedAnswer(
            $"Question {number}?", "handbook", Question(number).Expected, number == 1 ? Given("tiny", "Ada") : new GivenAnswer("tiny", null, true, 0, null, 10, [])));
        app.MapPost("/api/evaluations/{id:long}/fit", () => Fitted is { } fitted
            ? Results.Ok(fitted)
            : Results.Problem("Promote it and fit then.", statusCode: 409, title: "Confidence was not fitted"));
        app.MapGet(ApiRoutes.EvaluationComparison, () => Comparison);
        app.MapGet($"{ApiRoutes.EvaluationComparison}/questions", (QuestionChange change, int page, int pageSize) => new ComparedQuestionPage(
            [new ComparedQuestion(3, $"{change} question?", new ExpectedAnswer(["Ada"], false), null, "Ada")], 1, page, pageSize));
        app.MapGet($"{ApiRoutes.EvaluationComparison}/questions/{{number:int}}", () => new QuestionEvidence(
            "Who?", "handbook", ["Ada"], new GivenAnswer("tiny", null, false, 0, null, 10, []), Given("better", "Ada")));
    }

    private static EvaluatedQuestion Question(int number) => number == 2
        ? new(number, $"Question {number}?", new ExpectedAnswer([], true), null, true, 0, 0, 0.1, null)
        : new(number, $"Question {number}?", new ExpectedAnswer(["Ada"], false), "Ada", true, 1, 1, 0.95, 1);

    private static GivenAnswer Given(string model, string answer) => new(
        model, answer, true, 0.9, 1, 12, [new EvidencePassage(1, "b1", 1, "Pioneers", "Ada was first.", 0, 0, 3, 0, 0.9, null, 0.8)]);
}
