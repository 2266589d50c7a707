using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Questions;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Flags;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Questions;

/// <summary>Asking over HTTP: one answer, or the stream of server-sent events "stage", "evidence", "answer", "failure".</summary>
internal static class AskApi
{
    private const string EvidenceOrder =
        "The passage that the answer comes from stands first in its evidence, the others follow by retrievalProbability; agrees says whose marked words read "
        + "like the answer. Where no answer is given, and in the event \"evidence\", the nearest passage stands first.";

    public static void MapAsk(this IEndpointRouteBuilder routes)
    {
        var ask = routes.MapGroup("").WithTags("Ask").RequireAuthorization(Policies.Asking);
        ask.MapGet(ApiRoutes.AskInfo, InfoAsync).WithSummary("Whether a corpus can answer now, and example questions");
        ask.MapPost(ApiRoutes.Ask, AskAsync).LimitAsks().WithSummary("Answer a question from a corpus").WithDescription(EvidenceOrder)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status429TooManyRequests);
        ask.MapPost(ApiRoutes.AskStream, StreamAsync).LimitAsks().WithSummary("Answer a question as server-sent events").WithDescription(EvidenceOrder)
            .Produces<string>(contentType: "text/event-stream");
        ask.MapGet(ApiRoutes.AskStream, StreamFromQueryAsync).LimitAsks().WithMetadata(new FromHereOnly())
            .WithSummary("Answer a question as server-sent events").WithDescription(EvidenceOrder)
            .Produces<string>(contentType: "text/event-stream");
    }

    private static async Task<Results<Ok<AskInfo>, ProblemHttpResult>> InfoAsync(
        Asker asker, ClaimsPrincipal user, IOptions<RealmWebOptions> options, CancellationToken cancellationToken, string corpus = "")
    {
        try
        {
            return TypedResults.Ok(await asker.DescribeAsync(corpus, user, cancellationToken) with { Flagging = FlagsApi.For(user, options.Value) });
        }
        catch (Exception exception) when (AskError.Of(exception) is { } error)
        {
            return error.ToProblem();
        }
    }

    private static async Task<Results<Ok<AskResponse>, ProblemHttpResult>> AskAsync(
        AskRequest request, Asker asker, HttpContext context, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var update in asker.AskAsync(request, context.User, AskedBy.Of(context), cancellationToken))
            {
                if (update.Answer is { } answer)
                    return TypedResults.Ok(answer);
            }
        }
        catch (Exception exception) when (AskError.Of(exception) is { } error)
        {
            return error.ToProblem();
        }
        throw new InvalidOperationException($"The answer stream for corpus \"{request.Corpus}\" ended without an answer.");
    }

    private static Task<Results<ServerSentEventsResult<object>, ProblemHttpResult>> StreamFromQueryAsync(
        string question, HttpContext context, Asker asker, ILoggerFactory loggers, CancellationToken cancellationToken,
        string corpus = "", int k = 5, Retriever retriever = Retriever.Hybrid) =>
        StreamAsync(new AskRequest(question, corpus, k, retriever), context, asker, loggers, cancellationToken);

    public static async Task<Results<ServerSentEventsResult<object>, ProblemHttpResult>> StreamAsync(
        AskRequest request, HttpContext context, Asker asker, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var updates = asker.AskAsync(request, context.User, AskedBy.Of(context), cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            // The first step before the headers go out: a question that cannot be answered at all still gets a status.
            var any = await updates.MoveNextAsync();
            return TypedResults.ServerSentEvents(EventsAsync(updates, any, context, loggers.CreateLogger(typeof(AskApi)), cancellationToken));
        }
        catch (Exception exception) when (AskError.Of(exception) is { } error)
        {
            await updates.DisposeAsync();
            return error.ToProblem();
        }
    }

    private static async IAsyncEnumerable<SseItem<object>> EventsAsync(
        IAsyncEnumerator<AskUpdate> updates, bool any, HttpContext context, ILogger logger, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var held = updates;
        while (any)
        {
            yield return EventOf(updates.Current);
            SseItem<object>? failure = null;
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                any = await updates.MoveNextAsync();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                var trace = AskError.TraceId(context);
                AskLog.StreamFailed(logger, exception, trace);
                failure = new(new AskFailure(AskError.Of(exception)?.Message ?? Problems.Advice(500), trace), "failure");
            }
            if (failure is { } last)
            {
                yield return last;
                yield break;
            }
        }
    }

    private static SseItem<object> EventOf(AskUpdate update) => update switch
    {
        { Stage: { } stage } => new(stage, "stage"),
        { Evidence: { } evidence } => new(evidence, "evidence"),
        { Answer: { } answer } => new(answer, "answer"),
        { Failure: { } failure } => new(failure, "failure"),
        _ => throw new InvalidOperationException("An ask update without stage, evidence, answer or failure."),
    };
}

internal static partial class AskLog
{
    [LoggerMessage(EventId = 5202, Level = LogLevel.Error, Message = "An answer stream failed; the asker was given trace {TraceId}")]
    public static partial void StreamFailed(ILogger logger, Exception exception, string traceId);
}
