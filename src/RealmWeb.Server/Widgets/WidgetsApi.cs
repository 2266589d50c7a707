using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Widgets;
using RealmWeb.Data.Access;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Widgets;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Widgets;

/// <summary>Widgets, for admins.</summary>
internal static class WidgetsApi
{
    private const int LongestName = 100;
    private const int MostOrigins = 50;
    private const int MostAsks = 1_000_000;

    public static void MapWidgets(this IEndpointRouteBuilder routes)
    {
        var widgets = routes.MapGroup(ApiRoutes.Widgets).WithTags("Widgets").RequireAuthorization(Policies.Administering);
        widgets.MapGet("", ListAsync).WithSummary("All widgets by name, each with the questions it was asked today");
        widgets.MapPost("", PostAsync).WithSummary("Make a widget, which pages of the named sites may show");
        widgets.MapPut("{id}", PutAsync).WithSummary("Change a widget; pages that show it need no change");
        widgets.MapDelete("{id}", DeleteAsync).WithSummary("Delete a widget; pages that show it say so");
    }

    private static async Task<Ok<List<WidgetView>>> ListAsync(
        WidgetStore widgets, CorpusGrantStore grants, TimeProvider time, CancellationToken cancellationToken)
    {
        var restricted = await grants.RestrictedAsync(cancellationToken);
        return TypedResults.Ok((await widgets.ListAsync(WidgetLimits.Day(time.GetUtcNow()), cancellationToken))
            .Select(one => ViewOf(one.Widget, one.Asks, restricted)).ToList());
    }

    private static async Task<Results<Created<WidgetView>, ProblemHttpResult>> PostAsync(
        SaveWidgetRequest request, WidgetStore widgets, CorpusLibrary corpora, CorpusGrantStore grants, ClaimsPrincipal user, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var widget = new Widget
        {
            Id = $"w-{RandomNumberGenerator.GetHexString(16, lowercase: true)}", Name = "", MadeBy = user.Identity!.Name!, MadeAt = time.GetUtcNow(),
        };
        var restricted = await grants.RestrictedAsync(cancellationToken);
        if (Fill(widget, request, corpora, restricted) is { } refused)
            return refused;
        await widgets.AddAsync(widget, cancellationToken);
        return TypedResults.Created(ApiRoutes.Widget(widget.Id), ViewOf(widget, 0, restricted));
    }

    private static async Task<Results<Ok<WidgetView>, ProblemHttpResult>> PutAsync(
        string id, SaveWidgetRequest request, WidgetStore widgets, CorpusLibrary corpora, CorpusGrantStore grants, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var restricted = await grants.RestrictedAsync(cancellationToken);
        ProblemHttpResult? refused = null;
        // What was refused is not kept half: a refusal comes before the first change.
        if (await widgets.ChangeAsync(id, widget => refused = Fill(widget, request, corpora, restricted), cancellationToken) is null)
            return Unknown(id);
        if (refused is not null)
            return refused;
        var (changed, asks) = (await widgets.ListAsync(WidgetLimits.Day(time.GetUtcNow()), cancellationToken)).FirstOrDefault(one => one.Widget.Id == id);
        return changed is null ? Unknown(id) : TypedResults.Ok(ViewOf(changed, asks, restricted));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string id, WidgetStore widgets, CancellationToken cancellationToken) =>
        await widgets.DeleteAsync(id, cancellationToken) ? TypedResults.NoContent() : Unknown(id);

    // Null when all of it was taken; else nothing was.
    private static ProblemHttpResult? Fill(Widget widget, SaveWidgetRequest request, CorpusLibrary corpora, IReadOnlySet<string> restricted)
    {
        var name = request.Name.Trim();
        if (name.Length is 0 or > LongestName)
            return Refused($"The name has {name.Length} characters. Give one of 1 to {LongestName}.");
        if (request.Corpora.Count == 0)
            return Refused("The widget asks no corpus. Choose at least one.");
        if (request.Corpora.FirstOrDefault(corpus => corpora.Find(corpus) is null) is { } unknown)
            return Refused($"There is no corpus \"{unknown}\". Choose from the list of corpora.");
        if (!request.OpensRestricted && request.Corpora.FirstOrDefault(restricted.Contains) is { } closed)
        {
            return Problems.BadRequest("restricted-corpus", "Widget refused",
                $"\"{closed}\" is for chosen people, and everybody who sees the widget could ask it. Leave it out, or send opensRestricted: true.");
        }
        if (request.Origins.Count > MostOrigins)
            return Refused($"The widget names {request.Origins.Count} sites. Name {MostOrigins} at most; make another widget for the others.");
        if (request.AsksPerMinute is < 1 or > MostAsks || request.AsksPerDay is < 1 or > MostAsks)
            return Refused($"The limits are {request.AsksPerMinute} a minute and {request.AsksPerDay} a day. Use 1 to {MostAsks} for both.");
        List<string> origins;
        try
        {
            origins = [.. request.Origins.Where(origin => origin.Trim().Length > 0).Select(EmbedOrigin.Parse).Distinct(StringComparer.Ordinal)];
        }
        catch (FormatException bad)
        {
            return Problems.BadRequest("bad-origin", "Site refused", bad.Message);
        }
        (widget.Name, widget.Corpora, widget.Origins) = (name, [.. request.Corpora.Distinct(StringComparer.Ordinal)], origins);
        widget.Opened = [.. widget.Corpora.Where(restricted.Contains)];
        (widget.AsksPerMinute, widget.AsksPerDay, widget.Flags) = (request.AsksPerMinute, request.AsksPerDay, request.Flags);
        return null;
    }

    private static WidgetView ViewOf(Widget widget, int askedToday, IReadOnlySet<string> restricted) => new(
        widget.Id, widget.Name, widget.Corpora, widget.Origins, widget.AsksPerMinute, widget.AsksPerDay, widget.Flags, widget.MadeBy, widget.MadeAt,
        askedToday)
    {
        Opened = widget.Opened,
        Closed = [.. widget.Corpora.Where(corpus => restricted.Contains(corpus) && !widget.Opened.Contains(corpus))],
    };

    private static ProblemHttpResult Refused(string detail) => Problems.BadRequest("bad-widget", "Widget refused", detail);

    private static ProblemHttpResult Unknown(string id) =>
        Problems.NotFound("unknown-widget", "Unknown widget", $"There is no widget \"{id}\". Pick one from the list of widgets.");
}
