using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Evaluations;
using RealmWeb.Contracts.Gates;
using RealmWeb.Data.Access;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Jobs.Answering;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Corpora;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Evaluations;

/// <summary>Evaluations question by question, for those who look after what is labelled and learned.</summary>
internal static class EvaluationsApi
{
    private const int MostListed = 200;
    private const int LongestSearch = 1000;

    public static void MapEvaluations(this IEndpointRouteBuilder routes)
    {
        var evaluations = routes.MapGroup(ApiRoutes.Evaluations).WithTags("Evaluations").RequireAuthorization(Policies.Curating);
        evaluations.MapGet("", List).WithSummary("The newest evaluations, newest first, or those of a run");
        evaluations.MapGet("{id:long}", FindAsync)
            .WithSummary("An evaluation: figures with 95 % intervals, reliability, how many questions went how, and what the gate says");
        evaluations.MapGet("{id:long}/questions", Questions).WithSummary("A page of its questions")
            .WithDescription("outcome is Right, Wrong, Refused or Missed; from and to bound the confidence; each of words must stand in question or answers.");
        evaluations.MapGet("{id:long}/questions/{number:long}", Question).WithSummary("What the model answered to a question, and from what");
        evaluations.MapPost("{id:long}/fit", FitAsync).WithSummary("Fit the confidence of its corpus to its answers, for the model in production")
            .WithDescription("At least 50 answers that can be judged. What was fitted before is replaced; DELETE /api/corpora/{name}/fit forgets it.");
        evaluations.MapGet("comparison", Compare).WithSummary("Two evaluations of the same questions: differences with 95 % intervals");
        evaluations.MapGet("comparison/questions", ComparedQuestions).WithSummary("A page of the questions that went so, with both answers")
            .WithDescription("change is Fixed, Broken, StillRight or StillWrong.");
        evaluations.MapGet("comparison/questions/{number:long}", ComparedQuestion).WithSummary("What both models answered to a question, and from what");
    }

    private static Results<Ok<IReadOnlyList<EvaluationSummary>>, ProblemHttpResult> List(
        EvaluationReports reports, CorpusRights rights, Guid? run = null, int take = 100) =>
        take is < 1 or > MostListed
            ? Problems.BadRequest("bad-take", "Number refused", $"The number to take is {take}. Use 1 to {MostListed}.")
            : TypedResults.Ok(reports.List(rights.Curating, run, take));

    private static async Task<Results<Ok<EvaluationView>, ProblemHttpResult>> FindAsync(
        long id, EvaluationReports reports, EvaluationGates gates, CorpusRights rights, CancellationToken cancellationToken)
    {
        var found = Answer(() => reports.View(rights.Curating, id));
        return found.Result is Ok<EvaluationView> { Value: { } view }
            ? TypedResults.Ok(view with { Gate = await gates.JudgeAsync(id, cancellationToken) })
            : found;
    }

    private static Results<Ok<EvaluatedQuestionPage>, ProblemHttpResult> Questions(
        long id, EvaluationReports reports, CorpusRights rights, EvaluationOutcome? outcome = null, double from = 0, double to = 1, string words = "",
        int page = 1, int pageSize = 50)
    {
        if (!(from >= 0 && to <= 1 && from <= to))
            return Problems.BadRequest("bad-range", "Range refused", $"The confidence is from {from} to {to}. Use two numbers of 0 to 1, the smaller first.");
        OutcomeKind? kind = outcome is { } wanted ? Enum.Parse<OutcomeKind>(wanted.ToString()) : null;
        return Refusal(words, page, pageSize)
            ?? Answer(() => reports.Questions(rights.Curating, id, new OutcomeSelection(kind, from, to, words), page, pageSize));
    }

    private static Results<Ok<EvaluatedAnswer>, ProblemHttpResult> Question(long id, long number, EvaluationReports reports, CorpusRights rights) =>
        Answer(() => reports.Question(rights.Curating, id, number), number);

    private static Results<Ok<EvaluationComparison>, ProblemHttpResult> Compare(long first, long second, EvaluationReports reports, CorpusRights rights) =>
        Answer(() => reports.Compare(rights.Curating, first, second));

    private static Results<Ok<ComparedQuestionPage>, ProblemHttpResult> ComparedQuestions(
        long first, long second, QuestionChange change, EvaluationReports reports, CorpusRights rights, string words = "", int page = 1, int pageSize = 50) =>
        Refusal(words, page, pageSize) ?? Answer(() => reports.ComparedQuestions(rights.Curating, first, second, change, words, page, pageSize));

    private static Results<Ok<QuestionEvidence>, ProblemHttpResult> ComparedQuestion(
        long first, long second, long number, EvaluationReports reports, CorpusRights rights) =>
        Answer(() => reports.ComparedQuestion(rights.Curating, first, second, number), number);

    private static async Task<Results<Ok<FittedConfidence>, ProblemHttpResult>> FitAsync(
        long id, EvaluationReports reports, CorpusFitting fitting, CorpusRights rights, CancellationToken cancellationToken)
    {
        try
        {
            var (evaluation, outcomes) = reports.Read(rights.Curating, id);
            var (fit, before, after) = await fitting.FitAsync(evaluation.Corpus, evaluation.Model, evaluation.At, outcomes, cancellationToken);
            return TypedResults.Ok(new FittedConfidence(CorpusSummaries.Of(fit), before.ExpectedCalibrationError, after.ExpectedCalibrationError));
        }
        catch (CorpusFitException refusal)
        {
            return Problems.Conflict("not-fitted", "Confidence was not fitted", refusal.Message);
        }
        catch (EvaluationNotFoundException unknown)
        {
            return Unknown(unknown);
        }
        catch (AnswersGoneException gone)
        {
            return Gone(gone);
        }
    }

    private static ProblemHttpResult Unknown(EvaluationNotFoundException unknown) =>
        Problems.NotFound("unknown-evaluation", "Unknown evaluation", unknown.Message);

    private static ProblemHttpResult Gone(AnswersGoneException gone) => Problems.Conflict("answers-gone", "Answers are gone", gone.Message);

    private static ProblemHttpResult? Refusal(string words, int page, int pageSize) =>
        words.Length > LongestSearch
            ? Problems.BadRequest("bad-search", "Search refused", $"The search has {words.Length} characters. Use at most {LongestSearch}.")
        : page is < 1 or > int.MaxValue / MostListed || pageSize is < 1 or > MostListed
            ? Problems.BadRequest(
                "bad-page", "Page refused", $"The page is {page} and the pageSize {pageSize}. Use a page from 1 and a pageSize of 1 to {MostListed}.")
        : null;

    private static Results<Ok<T>, ProblemHttpResult> Answer<T>(Func<T?> read, long number = 0)
        where T : class
    {
        try
        {
            return read() is { } found
                ? TypedResults.Ok(found)
                : Problems.NotFound("unknown-question", "Unknown question", $"The evaluation did not ask a question {number}. Load its questions again.");
        }
        catch (EvaluationNotFoundException unknown)
        {
            return Unknown(unknown);
        }
        catch (AnswersGoneException gone)
        {
            return Gone(gone);
        }
        catch (InvalidDataException different)
        {
            return Problems.Conflict("different-questions", "Different questions", different.Message);
        }
    }
}
