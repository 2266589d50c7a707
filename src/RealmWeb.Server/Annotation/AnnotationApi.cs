using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Data.Access;
using RealmWeb.Data.Annotation;
using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Retrieval.Lexical;
using RealmWeb.Server.Access;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Annotation;

/// <summary>The annotators' queue and desk.</summary>
internal static class AnnotationApi
{
    private const int MostListed = 500, LongestQuestion = 1000;

    public static void MapAnnotation(this IEndpointRouteBuilder routes)
    {
        var desk = routes.MapGroup(ApiRoutes.Annotation).WithTags("Annotation").WithMetadata(new OfCorpus()).RequireAuthorization(Policies.Annotating);
        desk.MapPost("next", NextAsync).WithSummary("Take the next item of the queue; 204 when there is none")
            .WithDescription("Nobody else is given it until it is submitted, discarded or released, or its time is over without a heartbeat.");
        desk.MapPost("next-few", NextFewAsync).WithSummary("Take several items of the queue, as many as wait")
            .WithDescription("Each is held as one alone is; holds are kept up together.");
        desk.MapPost("holds", HoldFewAsync).WithSummary("Heartbeat of several items; answers with those that you still hold");
        desk.MapPost("holds/release", ReleaseFewAsync).WithSummary("Give several items back");
        desk.MapGet("queue", ListAsync).WithSummary("Items that wait and that you may be given, next first");
        desk.MapGet("progress", ProgressAsync).WithSummary("How far you and all are");
        desk.MapGet("labels", LabelsAsync).WithSummary("Your labels, last changed first");
        desk.MapGet("history/{name}", HistoryAsync).WithSummary("What became of your labels in a corpus");
        desk.MapPost("items", AddAsync).WithSummary("Put a question into the queue; its passages are looked up by words");
        desk.MapPost("items/{id:long}/hold", HoldAsync).WithSummary("Take a certain item; also the heartbeat while you work on it");
        desk.MapDelete("items/{id:long}/hold", ReleaseAsync).WithSummary("Give an item back");
        desk.MapGet("items/{id:long}", GetAsync).WithSummary("An item as you see it, whoever holds it");
        desk.MapPut("items/{id:long}/label", SaveAsync).WithSummary("Save your label of an item as a draft, submit it, or discard the item");
        desk.MapPost("items/{id:long}/undo", UndoAsync).WithSummary("Take back what you submitted or discarded; it is a draft again");
        desk.MapGet("guidelines/{name}", GuidelinesAsync).WithSummary("The guidelines of a corpus: the newest version, or a certain one");
        desk.MapPut("guidelines/{name}", SetGuidelinesAsync).RequireAuthorization(Policies.Curating)
            .WithSummary("Write a new version of the guidelines of a corpus");
        desk.MapGet("keys", KeysAsync).WithSummary("The keys that you chose for the desk; those that are not named are as they come");
        desk.MapPut("keys", SetKeysAsync).WithSummary("Choose keys for the desk; refused where a key would do two things");
        desk.MapGet("settings", SettingsAsync).WithSummary("How the queue is filled and given out");
        desk.MapPut("settings", SetSettingsAsync).RequireAuthorization(Policies.CuratingAll).WithSummary("Change how the queue is filled and given out");
    }

    private static async Task<Results<Ok<AnnotationItemView>, NoContent, ProblemHttpResult>> NextAsync(
        NextItemRequest request, QueuedItems queue, LiveQueue live, AnnotationViews views, TimeProvider time,
        CorpusRights rights, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (TooManySkipped(request) is { } problem)
            return problem;
        await live.RefreshAsync(cancellationToken);
        while (await queue.TakeNextAsync(NameOf(user), FilterOf(request, rights, time), request.Skip ?? [], cancellationToken) is { } id)
        {
            // Gone where its question was deleted this very moment.
            if (await queue.FindAsync(id, rights.Annotating, cancellationToken) is { } item)
            {
                live.Changed(item);
                return TypedResults.Ok(await views.OfAsync(item, NameOf(user), item.HeldUntil, cancellationToken));
            }
        }
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<List<AnnotationItemView>>, ProblemHttpResult>> NextFewAsync(
        NextItemsRequest request, QueuedItems queue, LiveQueue live, AnnotationViews views, TimeProvider time,
        CorpusRights rights, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (TooManySkipped(request.Wanted) is { } problem)
            return problem;
        if (request.Take is < 1 or > NextItemsRequest.Most)
            return Problems.BadRequest("bad-take", "Number refused", $"The number to take is {request.Take}. Use 1 to {NextItemsRequest.Most}.");
        await live.RefreshAsync(cancellationToken);
        var seen = (request.Wanted.Skip ?? []).ToHashSet();
        var taken = new List<AnnotationItemView>();
        while (taken.Count < request.Take
            && await queue.TakeNextAsync(NameOf(user), FilterOf(request.Wanted, rights, time), seen, cancellationToken) is { } id)
        {
            seen.Add(id);
            if (await queue.FindAsync(id, rights.Annotating, cancellationToken) is { } item)
            {
                live.Changed(item);
                taken.Add(await views.OfAsync(item, NameOf(user), item.HeldUntil, cancellationToken));
            }
        }
        return TypedResults.Ok(taken);
    }

    private static async Task<Results<Ok<HeldItems>, ProblemHttpResult>> HoldFewAsync(
        HeldItems items, QueuedItems queue, CorpusRights rights, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        TooMany(items) is { } problem
            ? problem
            : TypedResults.Ok(new HeldItems(await queue.TakeAsync([.. items.Items], NameOf(user), rights.Annotating, cancellationToken)));

    private static async Task<Results<NoContent, ProblemHttpResult>> ReleaseFewAsync(
        HeldItems items, QueuedItems queue, LiveQueue live, CorpusRights rights, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (TooMany(items) is { } problem)
            return problem;
        await queue.ReleaseAsync([.. items.Items], NameOf(user), cancellationToken);
        foreach (var id in items.Items)
            await TellAsync(id, queue, live, rights, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<IReadOnlyList<PendingItem>>, ProblemHttpResult>> ListAsync(
        QueuedItems queue, LiveQueue live, TimeProvider time, CorpusRights rights, ClaimsPrincipal user, CancellationToken cancellationToken,
        string corpus = "", ItemSource? source = null, int? days = null, int take = 100)
    {
        if (take is < 1 or > MostListed)
            return BadTake(take);
        await live.RefreshAsync(cancellationToken);
        return TypedResults.Ok(
            await queue.ListAsync(NameOf(user), FilterOf(new NextItemRequest(corpus, source, days), rights, time), take, cancellationToken));
    }

    private static async Task<Ok<AnnotationProgress>> ProgressAsync(
        QueuedItems queue, TimeProvider time, CorpusRights rights, ClaimsPrincipal user, CancellationToken cancellationToken,
        string corpus = "", ItemSource? source = null, int? days = null) => TypedResults.Ok(
        await queue.ProgressAsync(NameOf(user), FilterOf(new NextItemRequest(corpus, source, days), rights, time), cancellationToken));

    private static async Task<Results<Ok<List<LabelView>>, ProblemHttpResult>> LabelsAsync(
        LabelDesk desk, CorpusRights rights, ClaimsPrincipal user, CancellationToken cancellationToken, LabelState? state = null, string corpus = "",
        int take = 100)
    {
        if (take is < 1 or > MostListed)
            return BadTake(take);
        var labels = await desk.OfAsync(NameOf(user), rights.Annotating, state, corpus.Length > 0 ? corpus : null, take, cancellationToken);
        return TypedResults.Ok(labels.Select(pair => AnnotationViews.Of(pair.Label, pair.Item)).ToList());
    }

    private static async Task<Results<Ok<AnnotatorHistory>, ProblemHttpResult>> HistoryAsync(
        string name, CorpusLibrary corpora, AgreementReports reports, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        corpora.Exists(name) ? TypedResults.Ok(await reports.HistoryAsync(name, NameOf(user), cancellationToken)) : Problems.UnknownCorpus(name);

    private static async Task<Results<Created<AnnotationItemView>, ProblemHttpResult>> AddAsync(
        AddItemRequest request, CorpusLibrary corpora, QueueFilling filling, QueuedItems queue, LiveQueue live, AnnotationViews views,
        CorpusRights rights, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Question) || request.Question.Length > LongestQuestion)
            return Problems.BadRequest(
                "bad-question", "Question refused", $"The question has {request.Question?.Length ?? 0} characters. Give it 1 to {LongestQuestion:N0}.");
        if (!rights.May(request.Corpus, CorpusRole.Annotator) || corpora.Find(request.Corpus) is not { } corpus)
            return Problems.UnknownCorpus(request.Corpus);
        var hits = corpus.Terms.Search(QuestionTerms.Of(request.Question), 8, cancellationToken);
        var id = await filling.AddAsync(corpus, request.Question.Trim(), hits, cancellationToken);
        var added = (await queue.FindAsync(id, rights.Annotating, cancellationToken))!;
        live.Changed(added);
        return TypedResults.Created(ApiRoutes.AnnotationItem(id), await views.OfAsync(added, NameOf(user), null, cancellationToken));
    }

    private static async Task<Results<Ok<AnnotationItemView>, ProblemHttpResult>> HoldAsync(
        long id, QueuedItems queue, LiveQueue live, AnnotationViews views, CorpusRights rights, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (await queue.FindAsync(id, rights.Annotating, cancellationToken) is not { } item)
            return Unknown(id);
        var until = await queue.TakeAsync(id, NameOf(user), rights.Annotating, cancellationToken);
        // A heartbeat is no news.
        if (until is not null && item.HeldBy != NameOf(user))
            live.Changed(item);
        return until is null
            ? HoldLost(id)
            : TypedResults.Ok(await views.OfAsync(item, NameOf(user), until, cancellationToken));
    }

    private static async Task<NoContent> ReleaseAsync(
        long id, QueuedItems queue, LiveQueue live, CorpusRights rights, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await queue.ReleaseAsync(id, NameOf(user), cancellationToken);
        await TellAsync(id, queue, live, rights, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<AnnotationItemView>, ProblemHttpResult>> GetAsync(
        long id, QueuedItems queue, AnnotationViews views, TimeProvider time, CorpusRights rights, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await queue.FindAsync(id, rights.Annotating, cancellationToken) is { } item
            ? TypedResults.Ok(await views.OfAsync(
                item, NameOf(user), item.HeldBy == NameOf(user) && item.HeldUntil >= time.GetUtcNow() ? item.HeldUntil : null, cancellationToken))
            : Unknown(id);

    private static async Task<Results<Ok<LabelView>, ProblemHttpResult>> SaveAsync(
        long id, SaveLabelRequest request, QueuedItems queue, LiveQueue live, LabelDesk desk, AnnotationViews views, CorpusRights rights,
        ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (request.Content is null)
            return Problems.BadRequest("bad-label", "Label refused", "The label has no content. Send one, empty where nothing is said yet.");
        if (await queue.FindAsync(id, rights.Annotating, cancellationToken) is not { } item)
            return Unknown(id);
        var (label, problem) = await views.ReadAsync(item, NameOf(user), request, cancellationToken);
        if (problem is not null)
            return Problems.BadRequest("bad-label", "Label refused", problem);
        try
        {
            if (await desk.SaveAsync(label!, request.Revision, cancellationToken) is not { } saved)
                return Unknown(id);
            if (saved.Label.State != LabelState.Draft)
                await live.LabelledAsync(item, cancellationToken);
            return saved.HoldLost ? HoldLost(id) : TypedResults.Ok(AnnotationViews.Of(saved.Label, item));
        }
        catch (LabelChangedException changed)
        {
            return Problems.Conflict("label-changed", "Label changed elsewhere", changed.Message);
        }
    }

    private static async Task<Results<Ok<AnnotationItemView>, ProblemHttpResult>> UndoAsync(
        long id, QueuedItems queue, LiveQueue live, LabelDesk desk, AnnotationViews views, CorpusRights rights, ClaimsPrincipal user,
        CancellationToken cancellationToken)
    {
        if (await queue.FindAsync(id, rights.Annotating, cancellationToken) is not { } item
            || await desk.UndoAsync(id, NameOf(user), cancellationToken) is null)
            return Problems.NotFound("unknown-label", "Nothing to undo", $"You have submitted or discarded no label of item {id}.");
        var until = await queue.TakeAsync(id, NameOf(user), rights.Annotating, cancellationToken);
        await live.LabelledAsync(item, cancellationToken);
        return TypedResults.Ok(await views.OfAsync(item, NameOf(user), until, cancellationToken));
    }

    private static async Task TellAsync(long id, QueuedItems queue, LiveQueue live, CorpusRights rights, CancellationToken cancellationToken)
    {
        if (await queue.FindAsync(id, rights.Annotating, cancellationToken) is { } item)
            live.Changed(item);
    }

    private static async Task<Results<Ok<GuidelineView>, ProblemHttpResult>> GuidelinesAsync(
        string name, CorpusLibrary corpora, GuidelineStore guidelines, CancellationToken cancellationToken, int? version = null)
    {
        if (!corpora.Exists(name))
            return Problems.UnknownCorpus(name);
        var found = await guidelines.FindAsync(name, version, cancellationToken);
        if (found is null && version is not null)
            return Problems.NotFound(
                "unknown-guidelines", "Unknown guidelines", $"The guidelines of \"{name}\" have no version {version}. Leave it out for the newest.");
        return TypedResults.Ok(found is null ? new GuidelineView(name, 0, "", "", null) : ViewOf(found));
    }

    private static async Task<Results<Ok<GuidelineView>, ProblemHttpResult>> SetGuidelinesAsync(
        string name, SetGuidelineRequest request, CorpusLibrary corpora, GuidelineStore guidelines, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (!corpora.Exists(name))
            return Problems.UnknownCorpus(name);
        if (string.IsNullOrWhiteSpace(request.Text) || request.Text.Length > GuidelineView.Longest)
            return Problems.BadRequest(
                "bad-guidelines", "Guidelines refused",
                $"The guidelines have {request.Text?.Length ?? 0} characters. Give them 1 to {GuidelineView.Longest:N0}.");
        return TypedResults.Ok(ViewOf(await guidelines.AddAsync(name, request.Text.Trim(), NameOf(user), cancellationToken)));
    }

    private static async Task<Ok<QueueSettings>> SettingsAsync(QueueSettingStore settings, CancellationToken cancellationToken) =>
        TypedResults.Ok(await settings.GetAsync(cancellationToken));

    private static async Task<Results<Ok<QueueSettings>, ProblemHttpResult>> SetSettingsAsync(
        QueueSettings queue, QueueSettingStore settings, CancellationToken cancellationToken)
    {
        if (queue.Problem() is { } problem)
            return Problems.BadRequest("bad-queue-settings", "Settings refused", problem);
        await settings.SetAsync(queue, cancellationToken);
        return TypedResults.Ok(queue);
    }

    private static async Task<Ok<DeskKeyChoice>> KeysAsync(DeskKeyStore keys, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        TypedResults.Ok(await keys.GetAsync(NameOf(user), cancellationToken));

    private static async Task<Results<Ok<DeskKeyChoice>, ProblemHttpResult>> SetKeysAsync(
        DeskKeyChoice choice, DeskKeyStore keys, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (DeskKeys.Problem(choice) is { } problem)
            return Problems.BadRequest("bad-desk-keys", "Keys refused", problem);
        await keys.SetAsync(NameOf(user), choice, cancellationToken);
        return TypedResults.Ok(choice);
    }

    private static QueueFilter FilterOf(NextItemRequest request, CorpusRights rights, TimeProvider time) => new(
        rights.Annotating,
        string.IsNullOrEmpty(request.Corpus) ? null : request.Corpus, request.Source,
        request.Days is { } days ? time.GetUtcNow().AddDays(-Math.Clamp(days, 0, 36_500)) : null);

    private static string NameOf(ClaimsPrincipal user) => user.Identity!.Name!;

    private static GuidelineView ViewOf(Guideline guideline) => new(guideline.Corpus, guideline.Version, guideline.Text, guideline.By, guideline.At);

    private static ProblemHttpResult? TooManySkipped(NextItemRequest request) => request.Skip?.Count > NextItemRequest.MostSkipped
        ? Problems.BadRequest(
            "too-many-skipped", "Too many skipped", $"{request.Skip.Count} items are skipped. Skip at most {NextItemRequest.MostSkipped}.")
        : null;

    private static ProblemHttpResult? TooMany(HeldItems items) => items.Items.Count > MostListed
        ? Problems.BadRequest("too-many-items", "Too many items", $"{items.Items.Count} items are named. Name at most {MostListed}.")
        : null;

    private static ProblemHttpResult BadTake(int take) =>
        Problems.BadRequest("bad-take", "Number refused", $"The number to take is {take}. Use 1 to {MostListed}.");

    private static ProblemHttpResult Unknown(long id) =>
        Problems.NotFound("unknown-item", "Unknown item", $"There is no item {id} in the queue any more. Take the next one.");

    private static ProblemHttpResult HoldLost(long id) => Problems.Conflict(
        "hold-lost", "Item taken", $"Somebody else has item {id} by now, or it has all the labels it wants. Your draft is kept; take the next one.");
}
