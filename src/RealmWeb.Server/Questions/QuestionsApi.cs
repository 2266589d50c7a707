using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Questions;
using RealmWeb.Data.Questions;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Questions;

/// <summary>What was asked, for those who look after the corpora: unanswered questions show what is missing.</summary>
internal static class QuestionsApi
{
    public static void MapQuestions(this IEndpointRouteBuilder routes) =>
        routes.MapGet(ApiRoutes.Questions, ListAsync).WithTags("Questions").RequireAuthorization(Policies.Annotating)
            .WithSummary("The newest questions with their answers, newest first");

    private static async Task<Results<Ok<List<QuestionRecord>>, ProblemHttpResult>> ListAsync(
        QuestionStore asked, QuestionJournal journal, CancellationToken cancellationToken, string corpus = "", int take = 100)
    {
        if (take is < 1 or > 1000)
            return Problems.BadRequest("bad-take", "Number refused", $"The number to take is {take}. Use 1 to 1000.");
        await journal.SettleAsync(cancellationToken);
        var rows = await asked.ListAsync(corpus.Length > 0 ? corpus : null, take, cancellationToken);
        return TypedResults.Ok(rows.Select(row => new QuestionRecord(
            row.Id, row.Corpus, row.Question, row.Answer, row.NoAnswer, row.Confidence, row.Model, row.Generation, row.AskedBy, row.AskedAt)).ToList());
    }
}
