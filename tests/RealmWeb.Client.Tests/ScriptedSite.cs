using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RealmWeb.Client.Services;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Flags;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Models;
using RealmWeb.Contracts.Notices;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.QuestionSets;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Contracts.Sources;
using RealmWeb.Contracts.Widgets;

namespace RealmWeb.Client.Tests;

/// <summary>A server on a real port that says what a test tells it to say, when it tells it: the wire is real, so that connections can be lost,
/// messages can cross and streams can end early, which the real site does not do on demand.</summary>
public sealed class ScriptedSite : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedSite(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First() + "/");

    /// <summary>Who asks is who this says.</summary>
    public Me Me { get; set; } = new("ada", [Roles.Admin], false, true);

    /// <summary>What is known of a corpus, by its name; the reply waits for the task.</summary>
    public Dictionary<string, Task<AskInfo>> Infos { get; } = [];

    /// <summary>Questions that arrived, each with the channel that its answer comes from.</summary>
    public Channel<(AskRequest Request, ChannelWriter<AskUpdate> Answer, CancellationToken Stopped)> Asked { get; } =
        Channel.CreateUnbounded<(AskRequest, ChannelWriter<AskUpdate>, CancellationToken)>();

    public List<RunSnapshot> Runs { get; } = [];

    public List<RunLogLine> Log { get; } = [];

    /// <summary>Points of curves, by run.</summary>
    public Dictionary<Guid, RunMetricPoint[]> Points { get; } = [];

    /// <summary>What runs were started with, by run.</summary>
    public Dictionary<Guid, Dictionary<string, string>> Parameters { get; } = [];

    public List<ChainView> Chains { get; } = [];

    /// <summary>What the gate said of every chain; null before it has judged.</summary>
    public GateReport? Report { get; set; }

    /// <summary>The rules of every corpus's gate.</summary>
    public List<GateRule> Rules { get; private set; } = [];

    public ChainLabels Labels { get; set; } = new(0, 0, 0);

    /// <summary>Runs that a connection asked to follow, in order; an empty id stands for the list.</summary>
    public ConcurrentQueue<Guid> Watched { get; } = [];

    public List<ModelSummary> Models { get; } = [];

    /// <summary>What was in production when, the newest first.</summary>
    public List<Promotion> Promotions { get; } = [];

    /// <summary>What comparing any models says.</summary>
    public ModelComparison? ModelComparison { get; set; }

    public List<QuestionSetSummary> QuestionSets { get; } = [];

    /// <summary>What can be set for every training.</summary>
    public List<SettingView> Settings { get; } = [];

    /// <summary>Says what is wrong with settings.</summary>
    public Func<CheckSettingsRequest, SettingsCheckView> CheckOfSettings { get; set; } = _ => new([], "{}");

    public List<ScheduleView> Schedules { get; } = [];

    /// <summary>Schedules that were sent to be kept, in order.</summary>
    public List<SaveScheduleRequest> Saved { get; } = [];

    public List<WidgetView> Widgets { get; } = [];

    /// <summary>Widgets that were sent to be kept, in order; a new one is w-new.</summary>
    public List<(string Id, SaveWidgetRequest Request)> SavedWidgets { get; } = [];

    /// <summary>What was asked to be started, in order: address and request.</summary>
    public List<(string Route, object? Request)> Started { get; } = [];

    /// <summary>What was said of answers, in order; null where it was taken back.</summary>
    public List<(Guid Answer, FlagRequest? Flag)> Flags { get; } = [];

    /// <summary>Flags are refused.</summary>
    public bool RefusesFlags { get; set; }

    /// <summary>What the one who is signed in said before.</summary>
    public List<OwnFlag> OwnFlags { get; } = [];

    public List<OwnQuestion> OwnQuestions { get; } = [];

    /// <summary>What anybody asked.</summary>
    public List<QuestionRecord> Questions { get; } = [];

    /// <summary>The text of every document; null where there is none.</summary>
    public DocumentView? Document { get; set; }

    /// <summary>What is known of it; null for nothing.</summary>
    public DocumentDetails? Details { get; set; }

    public List<long> DeletedDocuments { get; } = [];

    /// <summary>The texts that it has and had, the newest first.</summary>
    public List<DocumentVersionView> Versions { get; } = [];

    /// <summary>What changed between any two of them.</summary>
    public DocumentChanges? Changes { get; set; }

    /// <summary>Documents of every corpus.</summary>
    public List<DocumentSummary> Documents { get; } = [];

    /// <summary>What every corpus says twice; null while the site cannot tell.</summary>
    public DuplicateReport? Duplicates { get; set; }

    /// <summary>What a search for passages finds.</summary>
    public List<FoundPassage> Passages { get; } = [];

    /// <summary>Who may do what in every corpus.</summary>
    public CorpusAccessView Access { get; set; } = new("handbook", false, [], []);

    public ScriptedAnnotation Annotation { get; } = new();

    public ScriptedEvaluations Evaluations { get; } = new();

    /// <summary>Open hub connections.</summary>
    public ConcurrentQueue<HubCallerContext> Connections { get; } = [];

    /// <summary>Sources of every corpus.</summary>
    public List<SourceView> Sources { get; } = [];

    /// <summary>Names of folders that a corpus can be brought into step with.</summary>
    public List<string> SourceFolders { get; } = ["handbook-files", "wiki"];

    public NoticeList Notices { get; set; } = new(0, []);

    /// <summary>What happened so far, in all topics.</summary>
    public List<EventEnvelope> Events { get; } = [];

    /// <summary>Whoever reads what was missed waits for it.</summary>
    public Task MayReadEvents { get; set; } = Task.CompletedTask;

    public IHubContext<AskHub, IAskClient> Askers => _app.Services.GetRequiredService<IHubContext<AskHub, IAskClient>>();

    public static async Task<ScriptedSite> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSignalR();
        ScriptedSite? site = null;
        builder.Services.AddSingleton(_ => site!);
        var app = builder.Build();
        site = new(app);
        app.MapGet(ApiRoutes.Me, () => site.Me);
        app.MapGet(ApiRoutes.AskInfo, async (string corpus) => site.Infos.TryGetValue(corpus, out var info) ? Results.Ok(await info) : Results.NotFound());
        app.MapGet("/api/runs/{id:guid}/log", (long after) => site.Log.Where(line => line.Sequence > after));
        app.MapGet("/api/runs/{id:guid}", (Guid id) => site.Runs.Find(run => run.Id == id));
        app.MapGet("/api/runs/{id:guid}/metrics", (Guid id) => site.Points.GetValueOrDefault(id, []));
        app.MapGet("/api/runs/{id:guid}/parameters", (Guid id) => site.Parameters.GetValueOrDefault(id, new() { ["corpus"] = "handbook" }));
        app.MapGet(ApiRoutes.Models, () => site.Models);
        app.MapGet(ApiRoutes.Promotions, () => site.Promotions);
        app.MapPost(ApiRoutes.Rollback, (PromoteRequest request) => site.Start(ApiRoutes.Rollback, request));
        app.MapGet(ApiRoutes.ModelComparison, () => site.ModelComparison);
        app.MapGet(ApiRoutes.UploadLimits, () => new UploadLimits(1000, 10_000, 2, [".txt"]));
        app.MapGet(ApiRoutes.QuestionSets, () => site.QuestionSets);
        app.MapPost(ApiRoutes.Training, (StartTrainingRequest request) => site.Start(ApiRoutes.Training, request));
        app.MapPost(ApiRoutes.Forecast, (RunOrder order) => new RunForecast(order.Training?.Steps, Guid.Empty, 3L << 20, 1L << 20));
        app.MapGet("/api/runs/settings", (RunKind kind) => site.Settings);
        app.MapPost(ApiRoutes.SettingsCheck, (CheckSettingsRequest request) => site.CheckOfSettings(request));
        app.MapPost(ApiRoutes.Evaluation, (StartEvaluationRequest request) => site.Start(ApiRoutes.Evaluation, request));
        app.MapPost(ApiRoutes.Sync, (StartSyncRequest request) => site.Start(ApiRoutes.Sync, request));
        app.MapGet(ApiRoutes.SourceFolders, () => site.SourceFolders);
        app.MapPost("/api/corpora/{corpus}/index", (string corpus) => site.Start(ApiRoutes.Index(corpus), null));
        app.MapGet($"{ApiRoutes.Events}/{{topic}}", async (string topic, long after) =>
        {
            await site.MayReadEvents;
            return new EventPage([.. site.Events.Where(happened => happened.Topic == topic && happened.Seq > after)], false);
        });
        app.MapGet("/api/corpora/{corpus}/sources", () => site.Sources);
        app.MapGet("/api/corpora/{corpus}/sources/choices", () => new SourceChoices(site.SourceFolders, [], ["papers"]));
        app.MapPost("/api/corpora/{corpus}/sources", (string corpus, SaveSourceRequest request) =>
        {
            var made = new SourceView(Guid.NewGuid(), corpus, request, "ann", DateTimeOffset.UnixEpoch, null, [], MayChange: true);
            site.Sources.Add(made);
            return made;
        });
        app.MapPost("/api/corpora/{corpus}/sources/{id:guid}/sync", (string corpus, Guid id, SyncSourceRequest request) =>
            site.Start(ApiRoutes.SyncSource(corpus, id), request));
        app.MapGet("/api/corpora/{corpus}/access", () => site.Access);
        app.MapPut("/api/corpora/{corpus}/access", (SetCorpusAccessRequest request) =>
            site.Access = site.Access with { Restricted = request.Restricted, Grants = request.Grants });
        app.MapGet(ApiRoutes.Groups, () => new[] { new UserGroup("readers", ["mary"]) });
        app.MapGet(ApiRoutes.Users, () => new[] { new UserSummary("1", "ada", [Roles.Admin], false), new UserSummary("2", "mary", [], false) });
        app.MapGet(ApiRoutes.Widgets, () => site.Widgets);
        app.MapPost(ApiRoutes.Widgets, (SaveWidgetRequest request) => site.Save("w-new", request));
        app.MapPut($"{ApiRoutes.Widgets}/{{id}}", (string id, SaveWidgetRequest request) => site.Save(id, request));
        app.MapDelete($"{ApiRoutes.Widgets}/{{id}}", (string id) => site.Widgets.RemoveAll(widget => widget.Id == id));
        app.MapGet(ApiRoutes.Notices, () => site.Notices);
        app.MapPut(ApiRoutes.NoticesSeen, (NoticesSeenRequest request) =>
        {
            site.Notices = site.Notices with { Unread = site.Notices.Notices.Count(notice => notice.At > request.At) };
        });
        app.MapGet(ApiRoutes.Chains, () => site.Chains);
        app.MapPost(ApiRoutes.Chains, (StartChainRequest request) => new ChainStarted(site.Start(ApiRoutes.Chains, request).RunId));
        app.MapPost(ApiRoutes.ChainForecast, () => new ChainForecast(90, 1, 3L << 20, 1L << 20, 0, null));
        app.MapGet($"{ApiRoutes.Chains}/{{id:guid}}", (Guid id) => site.Chains.Find(chain => chain.Id == id) is { } chain ? Results.Ok(chain) : Results.NotFound());
        app.MapPost($"{ApiRoutes.Chains}/{{id:guid}}/promote", (Guid id, DecideRequest request) => site.Start(ApiRoutes.PromoteChain(id), request));
        app.MapGet($"{ApiRoutes.Chains}/{{id:guid}}/gate", () => site.Report is { } report ? Results.Ok(report) : Results.NotFound());
        app.MapGet($"{ApiRoutes.Chains}/{{id:guid}}/gate/{{set}}/{{number:long}}", (string set, long number) => new QuestionEvidence(
            $"Question {number} of {set}?", "handbook", ["Ada"], new GivenAnswer("tiny", null, false, 0, null, 10, []),
            new GivenAnswer("better", "Ada", true, 0.9, 1, 12, [new EvidencePassage(1, "b1", 1, "Pioneers", "Ada was first.", 0, 0, 3, 0, 0.9, null, 0.8)])));
        app.MapGet("/api/corpora/{corpus}/gate", () => site.Rules);
        app.MapPut("/api/corpora/{corpus}/gate", (List<GateRule> rules) => site.Rules = rules);
        app.MapGet("/api/corpora/{corpus}/lessons", () => site.Labels);
        app.MapGet(ApiRoutes.Schedules, () => site.Schedules);
        app.MapGet($"{ApiRoutes.Schedules}/times", (string cron) => cron.Split(' ').Length == 5
            ? Results.Ok(new NextTimes([new DateTimeOffset(2026, 3, 29, 3, 0, 0, TimeSpan.FromHours(2))]))
            : Results.Problem($"{cron} cannot be used.", statusCode: 400));
        app.MapPost(ApiRoutes.Schedules, (SaveScheduleRequest request) => site.Save(request));
        app.MapPut($"{ApiRoutes.Schedules}/{{id:guid}}", (Guid id, SaveScheduleRequest request) => site.Save(request));
        app.MapPut($"{ApiRoutes.Schedules}/{{id:guid}}/enabled", (Guid id, SetEnabledRequest request) => site.Enable(id, request.Enabled));
        app.MapPut("/api/questions/{answer:guid}/flag", (Guid answer, FlagRequest request) => site.Say(answer, request));
        app.MapDelete("/api/questions/{answer:guid}/flag", (Guid answer) => site.Say(answer, null));
        app.MapGet(ApiRoutes.OwnFlags, () => site.OwnFlags);
        app.MapGet("/api/corpora/{corpus}/documents/{id:long}", () => site.Document);
        app.MapGet("/api/corpora/{corpus}/documents/{id:long}/details", () => site.Details);
        app.MapGet("/api/corpora/{corpus}/documents/{id:long}/versions", () => site.Versions.Select(version => version.Version));
        app.MapGet("/api/corpora/{corpus}/documents/{id:long}/versions/{number:int}", (int number) =>
            site.Versions.Find(version => version.Version.Number == number) is { } version
                ? Results.Ok(version) : Results.Problem("It is not kept.", statusCode: 404));
        app.MapGet("/api/corpora/{corpus}/documents/{id:long}/versions/{number:int}/changes", () => site.Changes);
        app.MapPost("/api/corpora/{corpus}/documents/{id:long}/import", (string corpus, long id) => site.Start(ApiRoutes.ImportDocument(corpus, id), null));
        app.MapDelete("/api/corpora/{corpus}/documents/{id:long}", (long id) => site.DeletedDocuments.Add(id));
        app.MapGet("/api/corpora/{corpus}/documents", () => new DocumentPage(site.Documents, site.Documents.Count, 1, 20));
        app.MapGet("/api/corpora/{corpus}/duplicates", () => site.Duplicates is { } report
            ? Results.Ok(report)
            : Results.Problem("Another corpus is being compared. Try again later.", statusCode: 409));
        app.MapGet(ApiRoutes.Questions, () => site.Questions);
        app.MapDelete("/api/questions/{id:guid}", (Guid id) => site.Questions.RemoveAll(question => question.Id == id));
        app.MapGet(ApiRoutes.OwnQuestions, () => new OwnQuestions(90, site.OwnQuestions));
        app.MapGet("/api/corpora/{corpus}/passages", (string q) => site.Passages.Where(passage => passage.Text.Contains(q, StringComparison.Ordinal)));
        site.Annotation.Map(app);
        site.Evaluations.Map(app);
        app.MapHub<AskHub>(HubRoutes.Ask);
        app.MapHub<EventsHub>(HubRoutes.Events);
        await app.StartAsync();
        return site;
    }

    /// <summary>The client's API over this site.</summary>
    public RealmApi Api() => new(new HttpClient { BaseAddress = Address });

    /// <summary>Something happens; all who are connected are told.</summary>
    public async Task HappenAsync(string topic, string type, object data)
    {
        var json = JsonSerializer.SerializeToElement(data, data.GetType(), JsonSerializerOptions.Web);
        var happened = new EventEnvelope(topic, Events.Count(old => old.Topic == topic) + 1, DateTimeOffset.UnixEpoch, type, 1, json);
        Events.Add(happened);
        await _app.Services.GetRequiredService<IHubContext<EventsHub, IEventsClient>>().Clients.All.Happened([happened]);
    }

    public Task ChangeAsync(RunSnapshot run) => HappenAsync(EventTopics.Runs, EventTypes.RunChanged, run);

    /// <summary>Cuts every hub connection as a lost network does; clients try again.</summary>
    public void Cut()
    {
        foreach (var connection in Connections)
            connection.GetHttpContext()!.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        Asked.Writer.TryComplete();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private IResult Save(string id, SaveWidgetRequest request)
    {
        if (request.Origins.Any(origin => origin.Contains('*', StringComparison.Ordinal)))
            return Results.Problem("A site holds a *. Name each site.", statusCode: 400);
        SavedWidgets.Add((id, request));
        var saved = new WidgetView(
            id, request.Name, request.Corpora, request.Origins, request.AsksPerMinute, request.AsksPerDay, request.Flags, Me.Name, DateTimeOffset.UnixEpoch, 0);
        Widgets.RemoveAll(widget => widget.Id == id);
        Widgets.Add(saved);
        return Results.Ok(saved);
    }

    private ScheduleView Save(SaveScheduleRequest request)
    {
        Saved.Add(request);
        return new(
            Guid.NewGuid(), request.Name, request.Run, request.Cron, request.TimeZone, request.Enabled, request.Overlap, request.Missed, Me.Name,
            DateTimeOffset.UnixEpoch, null, []);
    }

    private ScheduleView Enable(Guid id, bool enabled)
    {
        var at = Schedules.FindIndex(schedule => schedule.Id == id);
        return Schedules[at] = Schedules[at] with { Enabled = enabled, NextAt = null };
    }

    private IResult Say(Guid answer, FlagRequest? flag)
    {
        if (RefusesFlags)
            return Results.Problem("The site says no.", statusCode: 409);
        Flags.Add((answer, flag));
        return flag is null ? Results.NoContent() : Results.Ok(new FlagView(
            flag.Answer, flag.NotInDocuments, flag.Passages ?? new Dictionary<int, PassageVerdict>(), flag.Place, null, flag.Note,
            DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, null, null, null, null));
    }

    private RunStarted Start(string route, object? request)
    {
        Started.Add((route, request));
        return new(Guid.NewGuid());
    }

    public sealed class AskHub(ScriptedSite site) : Hub<IAskClient>, IAskHub
    {
        public override Task OnConnectedAsync()
        {
            site.Connections.Enqueue(Context);
            return Task.CompletedTask;
        }

        public IAsyncEnumerable<AskUpdate> Ask(AskRequest request, CancellationToken cancellationToken)
        {
            var answer = Channel.CreateUnbounded<AskUpdate>();
            site.Asked.Writer.TryWrite((request, answer.Writer, cancellationToken));
            return answer.Reader.ReadAllAsync(cancellationToken);
        }
    }

    public sealed class EventsHub(ScriptedSite site) : Hub<IEventsClient>, IEventsHub
    {
        public override Task OnConnectedAsync()
        {
            site.Connections.Enqueue(Context);
            return Task.CompletedTask;
        }

        public Task<long> Follow(string topic) => Task.FromResult((long)site.Events.Count(happened => happened.Topic == topic));

        public Task<RunSnapshot> WatchRun(Guid runId)
        {
            site.Watched.Enqueue(runId);
            return Task.FromResult(site.Runs.Find(run => run.Id == runId) ?? throw new HubException($"There is no run {runId}. Pick one from the Runs page."));
        }

        public Task<IReadOnlyList<RunSnapshot>> WatchRuns()
        {
            site.Watched.Enqueue(Guid.Empty);
            return Task.FromResult<IReadOnlyList<RunSnapshot>>([.. site.Runs]);
        }
    }
}
