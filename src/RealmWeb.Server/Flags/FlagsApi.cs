using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Flags;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Flags;
using RealmWeb.Server.Access;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Flags;

/// <summary>What askers say of their answers. An answer is flagged by who asked, and by nobody else.</summary>
internal static class FlagsApi
{
    private const int Shown = 1000;

    public static void MapFlags(this IEndpointRouteBuilder routes)
    {
        var flag = routes.MapGroup($"{ApiRoutes.Questions}/{{id:guid}}/flag").WithTags("Flags").RequireAuthorization(Policies.Flagging).LimitFlags();
        flag.MapGet("", GetAsync).WithSummary("What you said of an answer");
        flag.MapPut("", PutAsync).WithSummary("Say what is right or wrong with an answer of yours; it takes the place of what you said before")
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        flag.MapDelete("", TakeBackAsync).WithSummary("Take back what you said of an answer");
        routes.MapGet(ApiRoutes.OwnFlags, ListAsync).WithTags("Flags").RequireAuthorization(Policies.SignedIn)
            .WithSummary("Your flags and what came of them, the last changed first, at most 1,000");
    }

    /// <summary>Whether this one may flag answers.</summary>
    public static Flagging For(ClaimsPrincipal user, RealmWebOptions options) =>
        !options.KeepsQuestions ? Flagging.Off : Policies.MayFlag(user, options) ? Flagging.On : Flagging.SignIn;

    private static async Task<Results<Ok<FlagView>, ProblemHttpResult>> GetAsync(
        Guid id, FlagStore flags, OwnAnswers answers, HttpContext context, CancellationToken cancellationToken)
    {
        if (await answers.FindAsync(id, context, cancellationToken) is null)
            return UnknownAnswer(id);
        return await flags.FindAsync(id, cancellationToken) is { } flag ? TypedResults.Ok(ViewOf(flag)) : NoFlag(id);
    }

    public static async Task<Results<Ok<FlagView>, ProblemHttpResult>> PutAsync(
        Guid id, FlagRequest request, FlagStore flags, FlagNews news, OwnAnswers answers, CorpusLibrary corpora, IOptions<RealmWebOptions> options,
        HttpContext context, CancellationToken cancellationToken)
    {
        if (!options.Value.KeepsQuestions)
        {
            return Problems.Conflict(
                "flagging-off", "Flagging is off",
                "This site keeps no questions, so that nobody could look at a flag. An administrator can set Realm:KeepQuestions and Realm:QuestionDays.");
        }
        if (await answers.FindAsync(id, context, cancellationToken) is not { } asked)
            return UnknownAnswer(id);
        try
        {
            if (await flags.PutAsync(FlagRequests.Read(request, asked, corpora.Find(asked.Corpus)), cancellationToken) is not { } kept)
                return UnknownAnswer(id);
            news.Said(asked);
            return TypedResults.Ok(ViewOf(kept));
        }
        catch (ArgumentException bad)
        {
            return Problems.BadRequest("bad-flag", "Flag refused", Problems.Sentence(bad));
        }
        catch (FlagDoneException done)
        {
            return Problems.Conflict("flag-done", "Flag worked on", done.Message);
        }
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> TakeBackAsync(
        Guid id, FlagStore flags, FlagNews news, OwnAnswers answers, HttpContext context, CancellationToken cancellationToken)
    {
        if (await answers.FindAsync(id, context, cancellationToken) is not { } asked)
            return UnknownAnswer(id);
        try
        {
            if (!await flags.TakeBackAsync(id, cancellationToken))
                return NoFlag(id);
            news.Said(asked);
            return TypedResults.NoContent();
        }
        catch (FlagDoneException done)
        {
            return Problems.Conflict("flag-done", "Flag worked on", done.Message);
        }
    }

    private static async Task<Ok<List<OwnFlag>>> ListAsync(
        FlagStore flags, CorpusAccess access, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var scope = (await access.OfAsync(user, cancellationToken)).Asking;
        var own = await flags.OfAsync(user.Identity!.Name!, Shown, cancellationToken);
        return TypedResults.Ok(own.Where(flag => scope.Takes(flag.Question!.Corpus)).Select(flag => new OwnFlag(
            flag.QuestionId, flag.Question!.Corpus, flag.Question.Question, flag.Question.Answer, flag.Question.AskedAt, ViewOf(flag))).ToList());
    }

    private static FlagView ViewOf(Flag flag) => new(
        flag.Answer, flag.NotInDocuments, flag.Passages.ToDictionary(passage => passage.Rank, passage => passage.Verdict),
        flag.Place is { } place ? new MarkedPlace(place.DocumentId, place.BlockId, place.Start, place.End) : null, flag.Place?.Text, flag.Note,
        flag.CreatedAt, flag.ChangedAt, flag.Outcome, flag.LabelId, flag.Model, flag.ModelFinds);

    // The same for an answer of somebody else's as for none: who asked what is nobody's business.
    private static ProblemHttpResult UnknownAnswer(Guid id) => Problems.NotFound(
        "unknown-answer", "Unknown answer", $"You have no kept answer {id}. Ask the question again and flag the answer that comes.");

    private static ProblemHttpResult NoFlag(Guid id) =>
        Problems.NotFound("no-flag", "No flag", $"You have said nothing of answer {id}, or have taken it back.");
}
