using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Questions;
using RealmWeb.Data.Access;
using RealmWeb.Data.Questions;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Questions;

/// <summary>What was asked, for those who look after the corpora: unanswered questions show what is missing.</summary>
internal static class QuestionsApi
{
    public static void MapQuestions(this IEndpointRouteBuilder routes)
    {
        var questions = routes.MapGroup(ApiRoutes.Questions).WithTags("Questions");
        questions.MapGet("", ListAsync).RequireAuthorization(Policies.Annotating).WithSummary("The newest questions with their answers, newest first");
        questions.MapDelete("{id:guid}", DeleteAsync).RequireAuthorization(Policies.Administering)
            .WithSummary("Delete a kept question, whoever asked it, with its flag");
    }

    private static async Task<Results<Ok<List<QuestionRecord>>, ProblemHttpResult>> ListAsync(
        QuestionStore asked, QuestionJournal journal, CorpusRights rights, CancellationToken cancellationToken, string corpus = "", int take = 100)
    {
        if (take is < 1 or > 1000)
            return Problems.BadRequest("bad-take", "Number refused", $"The number to take is {take}. Use 1 to 1000.");
        await journal.SettleAsync(cancellationToken);
        var rows = await asked.ListAsync(rights.Annotating, corpus.Length > 0 ? corpus : null, take, cancellationToken);
        return TypedResults.Ok(rows.Select(row => new QuestionRecord(
            row.Id, row.Corpus, row.Question, row.Answer, row.NoAnswer, row.Confidence, row.Model, row.Generation, row.AskedBy, row.AskedAt)).ToList());
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        Guid id, QuestionPrivacy questions, QuestionJournal journal, CancellationToken cancellationToken)
    {
        await journal.SettleAsync(cancellationToken);
        return await questions.DeleteAsync(id, cancellationToken)
            ? TypedResults.NoContent()
            : Problems.NotFound("unknown-question", "Unknown question", $"No question {id} is kept. Reload the list; its days may be over.");
    }
}
