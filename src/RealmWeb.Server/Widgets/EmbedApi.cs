using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Widgets;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Widgets;
using RealmWeb.Jobs.Answering;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Flags;
using RealmWeb.Server.Hosting;
using RealmWeb.Server.Questions;

namespace RealmWeb.Server.Widgets;

/// <summary>What a widget shows in its frame, and what it may call: ask its corpora and, where that is allowed, flag what it was answered.</summary>
internal static class EmbedApi
{
    public static void MapEmbed(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/embed/{id}", PageAsync).AllowAnonymous().ExcludeFromDescription();
        var embed = routes.MapGroup(ApiRoutes.Embed).WithTags("Widgets");
        embed.MapPost("{id}/token", TokenAsync).AllowAnonymous()
            .WithSummary("A token for a widget, which lets its page ask for a quarter of an hour; with a former one the visitor stays the same");
        var calls = embed.MapGroup("").RequireAuthorization(Policies.Widget).AddEndpointFilter<WidgetCall>();
        calls.MapPost("ask/stream", AskAsync).LimitAsks().WithSummary($"Answer a question to a widget as server-sent events, as {ApiRoutes.AskStream} does")
            .Produces<string>(contentType: "text/event-stream").ProducesProblem(StatusCodes.Status429TooManyRequests);
        var flags = calls.MapGroup("flags/{id:guid}").AddEndpointFilter<WidgetMayFlag>().LimitFlags();
        flags.MapPut("", FlagsApi.PutAsync).WithSummary("Say whether an answer that the widget was given is right");
        flags.MapDelete("", FlagsApi.TakeBackAsync).WithSummary("Take back what was said of it");
    }

    private static async Task<Results<RazorComponentResult, ContentHttpResult>> PageAsync(
        string id, WidgetStore widgets, CorpusLibrary corpora, AskableCorpora askable, WidgetTokens tokens, IOptions<RealmWebOptions> options,
        HttpContext context, CancellationToken cancellationToken, string corpus = "")
    {
        var widget = await widgets.FindUsableAsync(id, cancellationToken);
        var headers = context.Response.Headers;
        var frames = widget is not null ? string.Join(' ', widget.Origins) : "'none'";
        // No image, no font, no frame, no form: a page of a few words and one script, which speaks to this site alone.
        headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors {frames}";
        // It holds a token.
        headers.CacheControl = "no-store";
        if (widget is null)
            return TypedResults.Text(WidgetCall.Unknown(id).ProblemDetails.Detail, statusCode: StatusCodes.Status404NotFound);

        var chosen = widget.Corpora.Contains(corpus) ? corpus : widget.Corpora[0];
        return new RazorComponentResult(typeof(EmbedPage), new
        {
            Widget = widget,
            Token = tokens.Issue(id),
            Corpora = widget.Corpora.Select(name => (name, TitleOf(corpora.Find(name), name))).ToList(),
            Chosen = chosen,
            Examples = await ExamplesAsync(askable, chosen, cancellationToken),
            Flags = widget.Flags && options.Value.KeepsQuestions,
        });
    }

    private static async Task<Results<Ok<WidgetToken>, ProblemHttpResult>> TokenAsync(
        string id, WidgetStore widgets, WidgetTokens tokens, HttpContext context, CancellationToken cancellationToken)
    {
        if (await widgets.FindUsableAsync(id, cancellationToken) is null)
            return WidgetCall.Unknown(id);
        context.Response.Headers.CacheControl = "no-store";
        var former = WidgetAuthentication.TokenOf(context.Request) is { } token ? tokens.ReadFormer(token) : null;
        return TypedResults.Ok(new WidgetToken(tokens.Issue(id, former), (int)WidgetTokens.Lifetime.TotalSeconds));
    }

    private static async Task<Results<ServerSentEventsResult<object>, ProblemHttpResult>> AskAsync(
        AskRequest request, WidgetLimits limits, Asker asker, ILoggerFactory loggers, HttpContext context, CancellationToken cancellationToken)
    {
        var widget = WidgetCall.Of(context);
        var corpus = request.Corpus.Length > 0 ? request.Corpus : widget.Corpora[0];
        // The same for a corpus that the widget may not ask as for none: names cannot be probed.
        if (!widget.Corpora.Contains(corpus))
            return Problems.UnknownCorpus(corpus);
        if (await limits.RefuseAsync(widget, context) is { } refusal)
            return refusal;
        return await AskApi.StreamAsync(request with { Corpus = corpus }, context, asker, loggers, cancellationToken);
    }

    private static async Task<IReadOnlyList<string>> ExamplesAsync(AskableCorpora askable, string corpus, CancellationToken cancellationToken)
    {
        try
        {
            return (await askable.DescribeAsync(corpus, cancellationToken)).Examples;
        }
        catch (Exception exception) when (AskError.Of(exception) is not null)
        {
            // The first question says what is wrong; the page comes without examples.
            return [];
        }
    }

    private static string TitleOf(CorpusStore? corpus, string name)
    {
        try
        {
            return corpus?.Info().Title is { Length: > 0 } title ? title : name;
        }
        catch (CorpusDamagedException)
        {
            return name;
        }
    }
}
