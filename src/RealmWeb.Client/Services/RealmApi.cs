using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Evaluations;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Flags;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.Models;
using RealmWeb.Contracts.Notices;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.QuestionSets;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Contracts.Sources;
using RealmWeb.Contracts.Widgets;

namespace RealmWeb.Client.Services;

/// <summary>The HTTP API, one method a route. A failure is a <see cref="Problem"/>, not an exception: pages draw it.</summary>
public sealed class RealmApi(HttpClient http) : IDisposable
{
    // The most lines the server gives out at once.
    private const int RunLogPart = 1000;

    public Task<Reply<Me>> MeAsync() => SendAsync<Me>(HttpMethod.Get, ApiRoutes.Me);

    public Task<Reply<Me>> SetUpAsync(SetupRequest request) => SendAsync<Me>(HttpMethod.Post, ApiRoutes.Setup, request);

    public Task<Reply<Me>> SignInAsync(SignInRequest request) => SendAsync<Me>(HttpMethod.Post, ApiRoutes.SignIn, request);

    public Task<Reply<Me>> SignOutAsync() => SendAsync<Me>(HttpMethod.Post, ApiRoutes.SignOut);

    public Task<Reply<object>> ChangePasswordAsync(ChangePasswordRequest request) => SendAsync<object>(HttpMethod.Put, ApiRoutes.OwnPassword, request);

    public Task<Reply<List<UserSummary>>> UsersAsync() => SendAsync<List<UserSummary>>(HttpMethod.Get, ApiRoutes.Users);

    public Task<Reply<UserSummary>> CreateUserAsync(CreateUserRequest request) => SendAsync<UserSummary>(HttpMethod.Post, ApiRoutes.Users, request);

    public Task<Reply<UserSummary>> SetRolesAsync(string id, SetRolesRequest request) =>
        SendAsync<UserSummary>(HttpMethod.Put, ApiRoutes.UserRoles(id), request);

    public Task<Reply<object>> SetPasswordAsync(string id, SetPasswordRequest request) =>
        SendAsync<object>(HttpMethod.Put, ApiRoutes.UserPassword(id), request);

    public Task<Reply<object>> DeleteUserAsync(string id) => SendAsync<object>(HttpMethod.Delete, ApiRoutes.User(id));

    /// <summary>What was asked, newest first.</summary>
    /// <param name="corpus">Empty for all.</param>
    public Task<Reply<List<QuestionRecord>>> QuestionsAsync(string corpus, int take) =>
        SendAsync<List<QuestionRecord>>(HttpMethod.Get, ApiRoutes.QuestionList(corpus, take));

    public Task<Reply<object>> DeleteQuestionAsync(Guid id) => SendAsync<object>(HttpMethod.Delete, ApiRoutes.Question(id));

    public Task<Reply<OwnQuestions>> OwnQuestionsAsync() => SendAsync<OwnQuestions>(HttpMethod.Get, ApiRoutes.OwnQuestions);

    public Task<Reply<object>> DeleteOwnQuestionsAsync() => SendAsync<object>(HttpMethod.Delete, ApiRoutes.OwnQuestions);

    public Task<Reply<object>> DeleteOwnQuestionAsync(Guid id) => SendAsync<object>(HttpMethod.Delete, ApiRoutes.OwnQuestion(id));

    public Task<Reply<FlagView>> FlagAsync(Guid answer, FlagRequest request) => SendAsync<FlagView>(HttpMethod.Put, ApiRoutes.Flag(answer), request);

    public Task<Reply<object>> TakeFlagBackAsync(Guid answer) => SendAsync<object>(HttpMethod.Delete, ApiRoutes.Flag(answer));

    public Task<Reply<List<OwnFlag>>> OwnFlagsAsync() => SendAsync<List<OwnFlag>>(HttpMethod.Get, ApiRoutes.OwnFlags);

    public Task<Reply<List<FoundPassage>>> PassagesAsync(string corpus, string words) =>
        SendAsync<List<FoundPassage>>(HttpMethod.Get, ApiRoutes.Passages(corpus, words));

    public Task<Reply<AskInfo>> AskInfoAsync(string corpus) =>
        SendAsync<AskInfo>(HttpMethod.Get, $"{ApiRoutes.AskInfo}?corpus={Uri.EscapeDataString(corpus)}");

    public Task<Reply<List<CorpusSummary>>> CorporaAsync() => SendAsync<List<CorpusSummary>>(HttpMethod.Get, ApiRoutes.Corpora);

    public Task<Reply<CorpusSummary>> CreateCorpusAsync(CreateCorpusRequest request) =>
        SendAsync<CorpusSummary>(HttpMethod.Post, ApiRoutes.Corpora, request);

    public Task<Reply<CorpusAccessView>> CorpusAccessAsync(string corpus) => SendAsync<CorpusAccessView>(HttpMethod.Get, ApiRoutes.CorpusAccess(corpus));

    public Task<Reply<CorpusAccessView>> SetCorpusAccessAsync(string corpus, SetCorpusAccessRequest request) =>
        SendAsync<CorpusAccessView>(HttpMethod.Put, ApiRoutes.CorpusAccess(corpus), request);

    public Task<Reply<List<SourceView>>> SourcesAsync(string corpus) => SendAsync<List<SourceView>>(HttpMethod.Get, ApiRoutes.Sources(corpus));

    public Task<Reply<SourceChoices>> SourceChoicesAsync(string corpus) => SendAsync<SourceChoices>(HttpMethod.Get, ApiRoutes.SourceChoices(corpus));

    /// <param name="id">Null for a new one.</param>
    public Task<Reply<SourceView>> SaveSourceAsync(string corpus, Guid? id, SaveSourceRequest request) => id is { } known
        ? SendAsync<SourceView>(HttpMethod.Put, ApiRoutes.Source(corpus, known), request)
        : SendAsync<SourceView>(HttpMethod.Post, ApiRoutes.Sources(corpus), request);

    public Task<Reply<object>> DeleteSourceAsync(string corpus, Guid id, bool documents) =>
        SendAsync<object>(HttpMethod.Delete, ApiRoutes.DeleteSource(corpus, id, documents));

    public Task<Reply<RunStarted>> SyncSourceAsync(string corpus, Guid id, SyncSourceRequest request) =>
        SendAsync<RunStarted>(HttpMethod.Post, ApiRoutes.SyncSource(corpus, id), request);

    public Task<Reply<object>> CancelSourceAsync(string corpus, Guid id) => SendAsync<object>(HttpMethod.Post, ApiRoutes.CancelSource(corpus, id));

    public Task<Reply<List<UserGroup>>> GroupsAsync() => SendAsync<List<UserGroup>>(HttpMethod.Get, ApiRoutes.Groups);

    public Task<Reply<UserGroup>> SetGroupAsync(string name, SetGroupRequest request) =>
        SendAsync<UserGroup>(HttpMethod.Put, ApiRoutes.Group(name), request);

    public Task<Reply<object>> DeleteGroupAsync(string name) => SendAsync<object>(HttpMethod.Delete, ApiRoutes.Group(name));

    public Task<Reply<object>> DeleteCorpusAsync(string name) => SendAsync<object>(HttpMethod.Delete, ApiRoutes.Corpus(name));

    public Task<Reply<UploadLimits>> UploadLimitsAsync() => SendAsync<UploadLimits>(HttpMethod.Get, ApiRoutes.UploadLimits);

    /// <param name="page">From 1.</param>
    /// <param name="search">Words of the title; empty for all.</param>
    public Task<Reply<DocumentPage>> DocumentsAsync(string corpus, int page, int pageSize, string search) => SendAsync<DocumentPage>(
        HttpMethod.Get, $"{ApiRoutes.Documents(corpus)}?page={page}&pageSize={pageSize}&search={Uri.EscapeDataString(search)}");

    public Task<Reply<DocumentView>> DocumentAsync(string corpus, long id) => SendAsync<DocumentView>(HttpMethod.Get, ApiRoutes.Document(corpus, id));

    public Task<Reply<DocumentDetails>> DocumentDetailsAsync(string corpus, long id) =>
        SendAsync<DocumentDetails>(HttpMethod.Get, ApiRoutes.DocumentDetails(corpus, id));

    public Task<Reply<DocumentPageView>> DocumentPageAsync(string corpus, long id, int page) =>
        SendAsync<DocumentPageView>(HttpMethod.Get, ApiRoutes.DocumentPage(corpus, id, page));

    public Task<Reply<List<DocumentVersion>>> DocumentVersionsAsync(string corpus, long id) =>
        SendAsync<List<DocumentVersion>>(HttpMethod.Get, ApiRoutes.DocumentVersions(corpus, id));

    public Task<Reply<DocumentVersionView>> DocumentVersionAsync(string corpus, long id, int number) =>
        SendAsync<DocumentVersionView>(HttpMethod.Get, ApiRoutes.DocumentVersion(corpus, id, number));

    public Task<Reply<DocumentChanges>> DocumentChangesAsync(string corpus, long id, int number, int other) =>
        SendAsync<DocumentChanges>(HttpMethod.Get, ApiRoutes.DocumentChanges(corpus, id, number, other));

    public Task<Reply<DuplicateReport>> DuplicatesAsync(string corpus) => SendAsync<DuplicateReport>(HttpMethod.Get, ApiRoutes.Duplicates(corpus));

    public Task<Reply<RunStarted>> ImportDocumentAsync(string corpus, long id) => SendAsync<RunStarted>(HttpMethod.Post, ApiRoutes.ImportDocument(corpus, id));

    public Task<Reply<object>> DeleteDocumentAsync(string corpus, long id) => SendAsync<object>(HttpMethod.Delete, ApiRoutes.Document(corpus, id));

    public Task<Reply<RunStarted>> BuildIndexAsync(string corpus) => SendAsync<RunStarted>(HttpMethod.Post, ApiRoutes.Index(corpus));

    public Task<Reply<RunStarted>> TrainAsync(StartTrainingRequest request) => SendAsync<RunStarted>(HttpMethod.Post, ApiRoutes.Training, request);

    public Task<Reply<RunStarted>> EvaluateAsync(StartEvaluationRequest request) => SendAsync<RunStarted>(HttpMethod.Post, ApiRoutes.Evaluation, request);

    public Task<Reply<List<string>>> SourceFoldersAsync() => SendAsync<List<string>>(HttpMethod.Get, ApiRoutes.SourceFolders);

    public Task<Reply<RunStarted>> StartAsync(RunOrder order) => order switch
    {
        { IndexOf: { } corpus } => BuildIndexAsync(corpus),
        { Training: { } training } => TrainAsync(training),
        { Evaluation: { } evaluation } => EvaluateAsync(evaluation),
        { Sync: { } sync } => SendAsync<RunStarted>(HttpMethod.Post, ApiRoutes.Sync, sync),
        _ => throw new ArgumentException($"{RunKinds.Of(order.Kind).Name} is not started with a request alone.", nameof(order)),
    };

    /// <summary>What happened in a topic above a number; the server gives it out in parts.</summary>
    public Task<Reply<EventPage>> EventsAsync(string topic, long after) => SendAsync<EventPage>(HttpMethod.Get, ApiRoutes.EventsOf(topic, after));

    public Task<Reply<NoticeList>> NoticesAsync() => SendAsync<NoticeList>(HttpMethod.Get, ApiRoutes.Notices);

    public Task<Reply<object>> SeeNoticesAsync(DateTimeOffset at) => SendAsync<object>(HttpMethod.Put, ApiRoutes.NoticesSeen, new NoticesSeenRequest(at));

    public Task<Reply<List<ScheduleView>>> SchedulesAsync() => SendAsync<List<ScheduleView>>(HttpMethod.Get, ApiRoutes.Schedules);

    public Task<Reply<NextTimes>> ScheduleTimesAsync(string cron, string timeZone) =>
        SendAsync<NextTimes>(HttpMethod.Get, ApiRoutes.ScheduleTimes(cron, timeZone));

    /// <param name="id">Null for a new schedule.</param>
    public Task<Reply<ScheduleView>> SaveScheduleAsync(Guid? id, SaveScheduleRequest request) => id is { } known
        ? SendAsync<ScheduleView>(HttpMethod.Put, ApiRoutes.Schedule(known), request)
        : SendAsync<ScheduleView>(HttpMethod.Post, ApiRoutes.Schedules, request);

    public Task<Reply<ScheduleView>> EnableScheduleAsync(Guid id, bool enabled) =>
        SendAsync<ScheduleView>(HttpMethod.Put, ApiRoutes.ScheduleEnabled(id), new SetEnabledRequest(enabled));

    public Task<Reply<ScheduleStarted>> RunScheduleAsync(Guid id) => SendAsync<ScheduleStarted>(HttpMethod.Post, ApiRoutes.RunSchedule(id));

    public Task<Reply<object>> DeleteScheduleAsync(Guid id) => SendAsync<object>(HttpMethod.Delete, ApiRoutes.Schedule(id));

    public Task<Reply<List<WidgetView>>> WidgetsAsync() => SendAsync<List<WidgetView>>(HttpMethod.Get, ApiRoutes.Widgets);

    /// <param name="id">Null for a new widget.</param>
    public Task<Reply<WidgetView>> SaveWidgetAsync(string? id, SaveWidgetRequest request) => id is null
        ? SendAsync<WidgetView>(HttpMethod.Post, ApiRoutes.Widgets, request)
        : SendAsync<WidgetView>(HttpMethod.Put, ApiRoutes.Widget(id), request);

    public Task<Reply<object>> DeleteWidgetAsync(string id) => SendAsync<object>(HttpMethod.Delete, ApiRoutes.Widget(id));

    public Task<Reply<List<QuestionSetSummary>>> QuestionSetsAsync() => SendAsync<List<QuestionSetSummary>>(HttpMethod.Get, ApiRoutes.QuestionSets);

    public Task<Reply<object>> DeleteQuestionSetAsync(string name) => SendAsync<object>(HttpMethod.Delete, ApiRoutes.QuestionSet(name));

    public Task<Reply<Dictionary<string, string>>> RunParametersAsync(Guid id) =>
        SendAsync<Dictionary<string, string>>(HttpMethod.Get, ApiRoutes.RunParameters(id));

    /// <summary>All log lines above a sequence number; the server gives them out in parts.</summary>
    public async Task<Reply<List<RunLogLine>>> RunLogAsync(Guid id, long after)
    {
        var all = new List<RunLogLine>();
        while (true)
        {
            var part = await SendAsync<List<RunLogLine>>(HttpMethod.Get, ApiRoutes.RunLog(id, all.Count == 0 ? after : all[^1].Sequence));
            if (part.Value is not { } lines) return part;
            all.AddRange(lines);
            if (lines.Count < RunLogPart) return new(all, null);
        }
    }

    public Task<Reply<List<RunMetricPoint>>> RunMetricsAsync(Guid id) => SendAsync<List<RunMetricPoint>>(HttpMethod.Get, ApiRoutes.RunMetrics(id));

    /// <summary>The run of the same kind before this one; neither value nor problem where there is none.</summary>
    public Task<Reply<FormerRun>> FormerRunAsync(Guid id) => SendAsync<FormerRun>(HttpMethod.Get, ApiRoutes.FormerRun(id));

    public Task<Reply<object>> CancelRunAsync(Guid id) => SendAsync<object>(HttpMethod.Post, ApiRoutes.CancelRun(id));

    public Task<Reply<RunSnapshot>> RunAsync(Guid id) => SendAsync<RunSnapshot>(HttpMethod.Get, ApiRoutes.Run(id));

    public Task<Reply<List<SettingView>>> SettingsAsync(RunKind kind) => SendAsync<List<SettingView>>(HttpMethod.Get, ApiRoutes.Settings(kind));

    public Task<Reply<SettingsCheckView>> CheckSettingsAsync(CheckSettingsRequest request) =>
        SendAsync<SettingsCheckView>(HttpMethod.Post, ApiRoutes.SettingsCheck, request);

    public Task<Reply<RunContents>> RunContentsAsync(Guid id) => SendAsync<RunContents>(HttpMethod.Get, ApiRoutes.RunContents(id));

    public Task<Reply<RunForecast>> ForecastAsync(RunOrder order) => SendAsync<RunForecast>(HttpMethod.Post, ApiRoutes.Forecast, order);

    public Task<Reply<object>> PauseRunAsync(Guid id) => SendAsync<object>(HttpMethod.Post, ApiRoutes.PauseRun(id));

    public Task<Reply<HostLoad>> HostLoadAsync() => SendAsync<HostLoad>(HttpMethod.Get, ApiRoutes.HostLoad);

    public Task<Reply<object>> ResumeRunAsync(Guid id) => SendAsync<object>(HttpMethod.Post, ApiRoutes.ResumeRun(id));

    public Task<Reply<List<ModelSummary>>> ModelsAsync() => SendAsync<List<ModelSummary>>(HttpMethod.Get, ApiRoutes.Models);

    public Task<Reply<List<Promotion>>> PromotionsAsync() => SendAsync<List<Promotion>>(HttpMethod.Get, ApiRoutes.Promotions);

    public Task<Reply<object>> PromoteAsync(string model, PromoteRequest request) =>
        SendAsync<object>(HttpMethod.Post, ApiRoutes.PromoteModel(model), request);

    public Task<Reply<object>> RollBackAsync(PromoteRequest request) => SendAsync<object>(HttpMethod.Post, ApiRoutes.Rollback, request);

    /// <returns>Neither value nor problem where nothing waits.</returns>
    public Task<Reply<AnnotationItemView>> NextAnnotationAsync(NextItemRequest request) =>
        SendAsync<AnnotationItemView>(HttpMethod.Post, ApiRoutes.AnnotationNext, request);

    public Task<Reply<AnnotationItemView>> HoldAnnotationAsync(long id) => SendAsync<AnnotationItemView>(HttpMethod.Post, ApiRoutes.AnnotationHold(id));

    public Task<Reply<object>> ReleaseAnnotationAsync(long id) => SendAsync<object>(HttpMethod.Delete, ApiRoutes.AnnotationHold(id));

    public Task<Reply<List<AnnotationItemView>>> NextAnnotationsAsync(NextItemsRequest request) =>
        SendAsync<List<AnnotationItemView>>(HttpMethod.Post, ApiRoutes.AnnotationNextFew, request);

    /// <summary>Heartbeat of several items.</summary>
    /// <returns>Those that are still held.</returns>
    public Task<Reply<HeldItems>> HoldAnnotationsAsync(IReadOnlyList<long> ids) =>
        SendAsync<HeldItems>(HttpMethod.Post, ApiRoutes.AnnotationHolds, new HeldItems(ids));

    public Task<Reply<object>> ReleaseAnnotationsAsync(IReadOnlyList<long> ids) =>
        SendAsync<object>(HttpMethod.Post, ApiRoutes.AnnotationHoldsRelease, new HeldItems(ids));

    public Task<Reply<LabelView>> SaveAnnotationAsync(long id, SaveLabelRequest request) =>
        SendAsync<LabelView>(HttpMethod.Put, ApiRoutes.AnnotationLabel(id), request);

    public Task<Reply<AnnotationItemView>> UndoAnnotationAsync(long id) => SendAsync<AnnotationItemView>(HttpMethod.Post, ApiRoutes.AnnotationUndo(id));

    public Task<Reply<AnnotationProgress>> AnnotationProgressAsync(NextItemRequest wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return SendAsync<AnnotationProgress>(HttpMethod.Get, ApiRoutes.AnnotationProgress(wanted.Corpus, wanted.Source?.ToString(), wanted.Days));
    }

    public Task<Reply<List<LabelView>>> OwnLabelsAsync(LabelState state, string corpus) =>
        SendAsync<List<LabelView>>(HttpMethod.Get, ApiRoutes.OwnLabels(state.ToString(), corpus));

    public Task<Reply<AnnotationItemView>> AddAnnotationAsync(AddItemRequest request) =>
        SendAsync<AnnotationItemView>(HttpMethod.Post, ApiRoutes.AnnotationItems, request);

    public Task<Reply<AgreementReport>> AgreementAsync(string corpus, int? version) =>
        SendAsync<AgreementReport>(HttpMethod.Get, ApiRoutes.Agreement(corpus, version));

    public Task<Reply<LiveAccuracy>> LiveAccuracyAsync(string corpus) => SendAsync<LiveAccuracy>(HttpMethod.Get, ApiRoutes.LiveAccuracy(corpus));

    public Task<Reply<GapReport>> GapsAsync(string corpus) => SendAsync<GapReport>(HttpMethod.Get, ApiRoutes.Gaps(corpus));

    public Task<Reply<object>> MergeLabelsAsync(long item, MergeLabelsRequest request) =>
        SendAsync<object>(HttpMethod.Post, ApiRoutes.MergeLabels(item), request);

    public Task<Reply<AnnotatorHistory>> LabelHistoryAsync(string corpus) => SendAsync<AnnotatorHistory>(HttpMethod.Get, ApiRoutes.LabelHistory(corpus));

    public Task<Reply<object>> ChooseLabelAsync(long number) => SendAsync<object>(HttpMethod.Post, ApiRoutes.ChooseLabel(number));

    public Task<Reply<GuidelineView>> GuidelinesAsync(string corpus) => SendAsync<GuidelineView>(HttpMethod.Get, ApiRoutes.AnnotationGuidelines(corpus));

    public Task<Reply<GuidelineView>> SetGuidelinesAsync(string corpus, SetGuidelineRequest request) =>
        SendAsync<GuidelineView>(HttpMethod.Put, ApiRoutes.AnnotationGuidelines(corpus), request);

    /// <summary>Takes the labels of a file into a corpus.</summary>
    /// <param name="form">Name of the file's form.</param>
    public async Task<Reply<LabelsImported>> ImportLabelsAsync(string corpus, string form, string name, Stream file)
    {
        using var content = new MultipartFormDataContent { { new StreamContent(file), "files", name } };
        return await SendAsync<LabelsImported>(HttpMethod.Post, ApiRoutes.LabelImport(corpus, form), content);
    }

    public Task<Reply<RunFailures>> RunFailuresAsync(Guid id) => SendAsync<RunFailures>(HttpMethod.Get, ApiRoutes.RunFailures(id));

    public Task<Reply<RunStarted>> RetryFailedAsync(Guid id) => SendAsync<RunStarted>(HttpMethod.Post, ApiRoutes.RetryFailed(id));

    public Task<Reply<DeskKeyChoice>> DeskKeysAsync() => SendAsync<DeskKeyChoice>(HttpMethod.Get, ApiRoutes.DeskKeys);

    public Task<Reply<DeskKeyChoice>> SetDeskKeysAsync(DeskKeyChoice choice) => SendAsync<DeskKeyChoice>(HttpMethod.Put, ApiRoutes.DeskKeys, choice);

    public Task<Reply<QueueSettings>> QueueSettingsAsync() => SendAsync<QueueSettings>(HttpMethod.Get, ApiRoutes.AnnotationSettings);

    public Task<Reply<QueueSettings>> SetQueueSettingsAsync(QueueSettings settings) =>
        SendAsync<QueueSettings>(HttpMethod.Put, ApiRoutes.AnnotationSettings, settings);
    public Task<Reply<object>> DeleteModelAsync(string model) => SendAsync<object>(HttpMethod.Delete, ApiRoutes.Model(model));

    public Task<Reply<ModelComparison>> CompareModelsAsync(IEnumerable<string> models) =>
        SendAsync<ModelComparison>(HttpMethod.Get, ApiRoutes.CompareModels(models));

    /// <summary>The newest evaluations, or those of a run.</summary>
    public Task<Reply<List<EvaluationSummary>>> EvaluationsAsync(Guid? run = null) =>
        SendAsync<List<EvaluationSummary>>(HttpMethod.Get, ApiRoutes.EvaluationList(run));

    public Task<Reply<EvaluationView>> EvaluationAsync(long id) => SendAsync<EvaluationView>(HttpMethod.Get, ApiRoutes.EvaluationOf(id));

    /// <summary>Fits the confidence of an evaluation's corpus to its answers.</summary>
    public Task<Reply<FittedConfidence>> FitConfidenceAsync(long id) => SendAsync<FittedConfidence>(HttpMethod.Post, ApiRoutes.EvaluationFit(id));

    public Task<Reply<object>> ForgetFitAsync(string corpus) => SendAsync<object>(HttpMethod.Delete, ApiRoutes.CorpusFit(corpus));

    /// <param name="page">From 1.</param>
    public Task<Reply<EvaluatedQuestionPage>> EvaluationQuestionsAsync(long id, OutcomeFilter filter, int page, int pageSize) =>
        SendAsync<EvaluatedQuestionPage>(HttpMethod.Get, ApiRoutes.EvaluationQuestions(id, filter, page, pageSize));

    public Task<Reply<EvaluatedAnswer>> EvaluationQuestionAsync(long id, int number) =>
        SendAsync<EvaluatedAnswer>(HttpMethod.Get, ApiRoutes.EvaluationQuestion(id, number));

    public Task<Reply<EvaluationComparison>> CompareEvaluationsAsync(long first, long second) =>
        SendAsync<EvaluationComparison>(HttpMethod.Get, ApiRoutes.CompareEvaluations(first, second));

    /// <param name="page">From 1.</param>
    public Task<Reply<ComparedQuestionPage>> ComparedQuestionsAsync(long first, long second, QuestionChange change, string words, int page, int pageSize) =>
        SendAsync<ComparedQuestionPage>(HttpMethod.Get, ApiRoutes.ComparedQuestions(first, second, change, words, page, pageSize));

    public Task<Reply<QuestionEvidence>> ComparedQuestionAsync(long first, long second, int number) =>
        SendAsync<QuestionEvidence>(HttpMethod.Get, ApiRoutes.ComparedQuestion(first, second, number));

    public Task<Reply<List<ChainView>>> ChainsAsync() => SendAsync<List<ChainView>>(HttpMethod.Get, ApiRoutes.Chains);

    public Task<Reply<ChainView>> ChainAsync(Guid id) => SendAsync<ChainView>(HttpMethod.Get, ApiRoutes.Chain(id));

    public Task<Reply<ChainStarted>> StartChainAsync(StartChainRequest request) => SendAsync<ChainStarted>(HttpMethod.Post, ApiRoutes.Chains, request);

    public Task<Reply<object>> CancelChainAsync(Guid id) => SendAsync<object>(HttpMethod.Post, ApiRoutes.CancelChain(id));

    public Task<Reply<object>> ResumeChainAsync(Guid id) => SendAsync<object>(HttpMethod.Post, ApiRoutes.ResumeChain(id));

    public Task<Reply<object>> PromoteChainAsync(Guid id, DecideRequest request) => SendAsync<object>(HttpMethod.Post, ApiRoutes.PromoteChain(id), request);

    public Task<Reply<object>> DismissChainAsync(Guid id, DecideRequest request) => SendAsync<object>(HttpMethod.Post, ApiRoutes.DismissChain(id), request);

    public Task<Reply<ChainForecast>> ForecastChainAsync(StartChainRequest request) =>
        SendAsync<ChainForecast>(HttpMethod.Post, ApiRoutes.ChainForecast, request);

    public Task<Reply<GateReport>> ChainGateAsync(Guid id) => SendAsync<GateReport>(HttpMethod.Get, ApiRoutes.ChainGate(id));

    public Task<Reply<QuestionEvidence>> ChainEvidenceAsync(Guid id, string questionSet, int number) =>
        SendAsync<QuestionEvidence>(HttpMethod.Get, ApiRoutes.ChainEvidence(id, questionSet, number));

    public Task<Reply<List<GateRule>>> GateAsync(string corpus) => SendAsync<List<GateRule>>(HttpMethod.Get, ApiRoutes.Gate(corpus));

    public Task<Reply<List<GateRule>>> SaveGateAsync(string corpus, IReadOnlyList<GateRule> rules) =>
        SendAsync<List<GateRule>>(HttpMethod.Put, ApiRoutes.Gate(corpus), rules);

    public Task<Reply<ChainLabels>> LessonsAsync(string corpus) => SendAsync<ChainLabels>(HttpMethod.Get, ApiRoutes.Lessons(corpus));

    public void Dispose() => http.Dispose();

    private async Task<Reply<T>> SendAsync<T>(HttpMethod method, string route, object? body = null)
        where T : class
    {
        try
        {
            // Without the slash: the site may live below a path, which is the end of the base address.
            using var request = new HttpRequestMessage(method, route.TrimStart('/'));
            if (body is not null) request.Content = body as HttpContent ?? JsonContent.Create(body, body.GetType(), options: JsonSerializerOptions.Web);
            using var response = await http.SendAsync(request);
            if (!response.IsSuccessStatusCode) return new(null, await ProblemReader.ReadAsync(response));
            if (typeof(T) == typeof(object) || response.StatusCode == HttpStatusCode.NoContent) return new(null, null);
            return new(await response.Content.ReadFromJsonAsync<T>(JsonSerializerOptions.Web), null);
        }
        catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException)
        {
            // Lost, or silent for as long as the client waits.
            return new(null, Problem.Unreachable);
        }
    }
}
