using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Questions;
using RealmWeb.Data.Questions;
using RealmWeb.Server.Access;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Questions;

/// <summary>What an account, or a browser whose user is not signed in, asked: theirs to see and to delete.</summary>
internal static class OwnQuestionsApi
{
    private const int Shown = 1000;

    public static void MapOwnQuestions(this IEndpointRouteBuilder routes)
    {
        var questions = routes.MapGroup(ApiRoutes.OwnQuestions).WithTags("Questions").RequireAuthorization(Policies.Asking);
        questions.MapGet("", ListAsync).WithSummary("Your kept questions, newest first, at most 1,000, and for how many days they are kept");
        questions.MapDelete("", DeleteAllAsync).WithSummary("Delete all your kept questions");
        questions.MapDelete("{id:guid}", DeleteAsync).WithSummary("Delete one of your kept questions");
    }

    private static async Task<Ok<OwnQuestions>> ListAsync(
        QuestionPrivacy questions, QuestionJournal journal, CorpusAccess access, IOptions<RealmWebOptions> options, HttpContext context,
        CancellationToken cancellationToken)
    {
        await journal.SettleAsync(cancellationToken);
        var rows = await questions.OfAsync(Of(context), Shown, cancellationToken);
        var scope = (await access.OfAsync(context.User, cancellationToken)).Asking;
        var shown = rows.Where(row => scope.Takes(row.Corpus)).ToList();
        return TypedResults.Ok(new OwnQuestions(
            options.Value.KeepsQuestions ? options.Value.QuestionDays : 0,
            [.. shown.Select(row => new OwnQuestion(row.Id, row.Corpus, row.Question, row.Answer, row.AskedAt))]) { Hidden = rows.Count - shown.Count });
    }

    private static async Task<NoContent> DeleteAllAsync(
        QuestionPrivacy questions, QuestionJournal journal, HttpContext context, CancellationToken cancellationToken)
    {
        // What waits to be kept goes too.
        await journal.SettleAsync(cancellationToken);
        await questions.DeleteAllAsync(Of(context), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        Guid id, QuestionPrivacy questions, QuestionJournal journal, HttpContext context, CancellationToken cancellationToken)
    {
        await journal.SettleAsync(cancellationToken);
        return await questions.DeleteAsync(Of(context), id, cancellationToken)
            ? TypedResults.NoContent()
            : Problems.NotFound("unknown-question", "Unknown question", $"You have no kept question {id}. Reload the list; its days may be over.");
    }

    private static Questioner Of(HttpContext context)
    {
        var (name, visitor) = AskedBy.Of(context);
        return new Questioner(name, visitor);
    }
}
