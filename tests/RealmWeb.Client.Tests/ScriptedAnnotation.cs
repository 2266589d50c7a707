using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Corpora;

namespace RealmWeb.Client.Tests;

/// <summary>The annotators' queue of a scripted site.</summary>
public sealed class ScriptedAnnotation
{
    private readonly ConcurrentDictionary<long, LabelView> _labels = [];
    private readonly HashSet<long> _done = [];

    public List<AnnotationItemView> Items { get; } = [];

    /// <summary>Items that somebody else holds.</summary>
    public HashSet<long> TakenByOthers { get; } = [];

    /// <summary>What arrived to be saved, in order.</summary>
    public List<(long Item, SaveLabelRequest Request)> Saved { get; } = [];

    /// <summary>Corpora that the next item was asked from, in order; empty for all.</summary>
    public List<string> Wanted { get; } = [];

    /// <summary>So many answers are lost on the way; what was sent arrived.</summary>
    public int LostAnswers { get; set; }

    /// <summary>No label arrives.</summary>
    public bool Unreached { get; set; }

    /// <summary>Items that are held by who is signed in, as far as heartbeats say.</summary>
    public List<long> Held { get; } = [];

    /// <summary>The keys that were chosen.</summary>
    public DeskKeyChoice Keys { get; set; } = new(new Dictionary<DeskAction, string>());

    public List<long> Released { get; } = [];

    /// <summary>Labels that a curator chose.</summary>
    public List<long> Chosen { get; } = [];

    /// <summary>Labels that were asked to be merged, in order.</summary>
    public List<(long Item, MergeLabelsRequest Request)> Merged { get; } = [];

    /// <summary>What became of the labels of whoever asks.</summary>
    public AnnotatorHistory History { get; set; } = new("ann", 0, 0, 0, 0, new(null, null, null, 0), [], []);

    /// <summary>Files of labels that were sent: corpus, form, name and text.</summary>
    public List<(string Corpus, string Form, string Name, string Text)> Imported { get; } = [];

    public AgreementReport? Report { get; set; }

    public LiveAccuracy Accuracy { get; set; } = new("rivers", new Figure(null, null, null, 0), [], []);

    public GapReport Gaps { get; set; } = new("rivers", true, 0, []);

    public static AnnotationItemView Item(long id, string question, string text = "In 1541 Orellana led them.", bool guessHidden = false) => new(
        id, "rivers", question, ItemSource.ByHand, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, guessHidden, 0,
        [new AnnotationPassage(1, 1, "b1", 0, "Amazon", text, 0.9, guessHidden ? null : 8, guessHidden ? null : 16)], null, null);

    public LabelView? LabelOf(long item) => _labels.GetValueOrDefault(item);

    public void Map(WebApplication app)
    {
        MapQuality(app);
        app.MapPost(ApiRoutes.AnnotationNextFew, (NextItemsRequest request) => Items
            .Where(item => !_done.Contains(item.Id) && !TakenByOthers.Contains(item.Id) && request.Wanted.Skip?.Contains(item.Id) != true)
            .Take(request.Take).Select(WithLabel).ToList());
        app.MapPost(ApiRoutes.AnnotationHolds, (HeldItems items) =>
        {
            Held.Clear();
            Held.AddRange(items.Items.Where(item => !TakenByOthers.Contains(item)));
            return new HeldItems([.. Held]);
        });
        app.MapPost(ApiRoutes.AnnotationHoldsRelease, (HeldItems items) => Released.AddRange(items.Items));
        app.MapPost(ApiRoutes.AnnotationNext, (NextItemRequest request) =>
        {
            Wanted.Add(request.Corpus ?? "");
            return Items.Find(item => !_done.Contains(item.Id) && !TakenByOthers.Contains(item.Id) && request.Skip?.Contains(item.Id) != true) is { } next
                ? Results.Ok(WithLabel(next)) : Results.NoContent();
        });
        app.MapPost("/api/annotation/items/{id:long}/hold", (long id) => TakenByOthers.Contains(id) ? Lost() : Results.Ok(WithLabel(Of(id))));
        app.MapDelete("/api/annotation/items/{id:long}/hold", (long id) => Released.Add(id));
        app.MapPut("/api/annotation/items/{id:long}/label", Save);
        app.MapPost("/api/annotation/items/{id:long}/undo", (long id) =>
        {
            _done.Remove(id);
            _labels[id] = _labels[id] with { State = LabelState.Draft, Revision = _labels[id].Revision + 1 };
            return WithLabel(Of(id));
        });
        app.MapGet("/api/annotation/progress", () => new AnnotationProgress(Items.Count - _done.Count, 0, _done.Count, 0, _done.Count, Items.Count, _done.Count));
        app.MapGet(ApiRoutes.DeskKeys, () => Keys);
        app.MapPut(ApiRoutes.DeskKeys, (DeskKeyChoice keys) => Keys = keys);
        app.MapGet("/api/annotation/guidelines/{name}", (string name) => new GuidelineView(name, 0, "", "", null));
        app.MapGet("/api/annotation/labels", (LabelState state) => _labels.Values.Where(label => label.State == state));
    }

    private void MapQuality(WebApplication app)
    {
        app.MapGet(ApiRoutes.Corpora, () => new[]
        {
            new CorpusSummary("rivers", "Rivers", 1, 2, null, 0, false, null, null, DateTimeOffset.UnixEpoch) { Role = CorpusRole.Curator },
        });
        app.MapGet("/api/annotation/agreement/{name}", () => Report);
        app.MapGet("/api/annotation/accuracy/{name}", () => Accuracy);
        app.MapGet("/api/annotation/gaps/{name}", () => Gaps);
        app.MapPost(ApiRoutes.AnnotationItems, (AddItemRequest request) =>
        {
            Items.Add(Item(Items.Count + 1, request.Question));
            return Items[^1];
        });
        app.MapGet("/api/annotation/history/{name}", () => History);
        app.MapPost("/api/annotation/items/{id:long}/merge", (long id, MergeLabelsRequest request) =>
        {
            Merged.Add((id, request));
            Report = Report! with { Conflicts = [] };
        });
        app.MapPost("/api/annotation/labels/{id:long}/choose", (long id) =>
        {
            Chosen.Add(id);
            Report = Report! with { Conflicts = [] };
        });
        app.MapPost("/api/annotation/import/{name}", async (string name, string form, HttpRequest request) =>
        {
            var sent = await request.ReadFormAsync();
            using var text = new StreamReader(sent.Files["files"]!.OpenReadStream());
            Imported.Add((name, form, sent.Files["files"]!.FileName, await text.ReadToEndAsync()));
            return new LabelsImported(3, 1, ["labels.jsonl:5: There is no question."]);
        }).DisableAntiforgery();
        app.MapGet(ApiRoutes.AnnotationSettings, () => new QueueSettings());
    }

    private IResult Save(long id, SaveLabelRequest request, HttpContext context)
    {
        if (Unreached)
        {
            context.Abort();
            return Results.Empty;
        }

        Saved.Add((id, request));
        var answer = Kept(id, request);
        if (LostAnswers == 0) return answer;
        LostAnswers--;
        context.Abort();
        return Results.Empty;
    }

    private IResult Kept(long id, SaveLabelRequest request)
    {
        if (_labels.TryGetValue(id, out var kept) && kept.Revision == request.Revision + 1
            && JsonSerializer.Serialize(kept.Content) == JsonSerializer.Serialize(request.Content)
            && (kept.State == request.State || request.State == LabelState.Draft))
            return Results.Ok(kept);
        if (_labels.TryGetValue(id, out var there) && (there.Revision != request.Revision || there.State != LabelState.Draft))
            return Results.Problem("It was changed elsewhere.", statusCode: StatusCodes.Status409Conflict, type: "urn:realmweb:problem:label-changed");
        var lost = request.State != LabelState.Draft && TakenByOthers.Contains(id);
        _labels[id] = new LabelView(
            id, id, "rivers", Of(id).Question, ItemSource.ByHand, lost ? LabelState.Draft : request.State, (_labels.GetValueOrDefault(id)?.Revision ?? 0) + 1, 0,
            DateTimeOffset.UnixEpoch, request.Content, false);
        if (lost) return Lost();
        if (request.State != LabelState.Draft) _done.Add(id);
        return Results.Ok(_labels[id]);
    }

    private AnnotationItemView Of(long id) => Items.Single(item => item.Id == id);

    private AnnotationItemView WithLabel(AnnotationItemView item) => item with { Label = _labels.GetValueOrDefault(item.Id) };

    private static IResult Lost() => Results.Problem("Somebody else has it.", statusCode: StatusCodes.Status409Conflict, type: "urn:realmweb:problem:hold-lost");
}
