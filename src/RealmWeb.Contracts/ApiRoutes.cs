using RealmWeb.Contracts.Runs;
using System.Globalization;
using RealmWeb.Contracts.Evaluations;

namespace RealmWeb.Contracts;

/// <summary>Addresses of the API, relative to the site's root. Names and ids are escaped here.</summary>
public static class ApiRoutes
{
    public const string Ask = "/api/ask";
    public const string AskStream = "/api/ask/stream";
    public const string AskInfo = "/api/ask/info";

    /// <summary>What was asked.</summary>
    public const string Questions = "/api/questions";

    /// <summary>What the one who is signed in asked, or the browser of a visitor.</summary>
    public const string OwnQuestions = "/api/questions/mine";

    /// <summary>What the one who is signed in said of answers.</summary>
    public const string OwnFlags = "/api/questions/mine/flags";

    public const string Corpora = "/api/corpora";
    public const string Runs = "/api/runs";
    public const string Training = "/api/runs/training";
    public const string Evaluation = "/api/runs/evaluation";

    public const string Sync = "/api/runs/sync";

    /// <summary>Names of the folders that a corpus can be brought into step with.</summary>
    public const string SourceFolders = "/api/runs/folders";

    /// <summary>What a run will take.</summary>
    public const string Forecast = "/api/runs/forecast";

    /// <summary>Says what is wrong with settings before a training is started with them.</summary>
    public const string SettingsCheck = "/api/runs/settings/check";

    /// <summary>How busy the site's machine is.</summary>
    public const string HostLoad = "/api/runs/host";

    public const string Events = "/api/events";

    /// <summary>What ended since the account last looked.</summary>
    public const string Notices = "/api/notices";
    public const string NoticesSeen = "/api/notices/seen";

    /// <summary>What is started by itself.</summary>
    public const string Schedules = "/api/schedules";

    /// <summary>Questions with their answers, to train on and to measure with.</summary>
    public const string QuestionSets = "/api/question-sets";

    /// <summary>The annotators' queue and desk.</summary>
    public const string Annotation = "/api/annotation";

    public const string AnnotationNext = "/api/annotation/next";
    public const string AnnotationNextFew = "/api/annotation/next-few";
    public const string AnnotationHolds = "/api/annotation/holds";
    public const string AnnotationHoldsRelease = "/api/annotation/holds/release";
    public const string AnnotationItems = "/api/annotation/items";
    /// <summary>The keys that who is signed in chose for the desk.</summary>
    public const string DeskKeys = "/api/annotation/keys";
    public const string AnnotationSettings = "/api/annotation/settings";

    public const string Models = "/api/models";
    public const string Production = "/api/models/production";
    public const string Promotions = "/api/models/promotions";
    public const string Rollback = "/api/models/rollback";

    /// <summary>From what is learned, over a gate, to the model that answers.</summary>
    public const string Chains = "/api/chains";

    /// <summary>What a chain would take.</summary>
    public const string ChainForecast = "/api/chains/forecast";

    /// <summary>Two to five models on the same questions.</summary>
    public const string ModelComparison = "/api/models/comparison";

    /// <summary>What was measured of models, and what they answered to each question.</summary>
    public const string Evaluations = "/api/evaluations";
    public const string EvaluationComparison = "/api/evaluations/comparison";

    public const string Me = "/api/accounts/me";
    public const string Setup = "/api/accounts/setup";
    public const string SignIn = "/api/accounts/sign-in";
    public const string SignOut = "/api/accounts/sign-out";
    public const string OwnPassword = "/api/accounts/me/password";
    public const string Users = "/api/accounts/users";

    /// <summary>What an upload may hold.</summary>
    public const string UploadLimits = "/api/limits";

    /// <summary>Boxes to ask in on other sites' pages.</summary>
    public const string Widgets = "/api/widgets";

    /// <summary>What such a box may call, with its token.</summary>
    public const string Embed = "/api/embed";

    /// <summary>People who are given rights together.</summary>
    public const string Groups = "/api/groups";

    public const string Live = "/health/live";
    public const string Ready = "/health/ready";

    public static string Corpus(string name) => $"{Corpora}/{Uri.EscapeDataString(name)}";

    /// <summary>What was fitted to a corpus.</summary>
    public static string CorpusFit(string corpus) => $"{Corpus(corpus)}/fit";

    /// <summary>Who may do what in a corpus.</summary>
    public static string CorpusAccess(string corpus) => $"{Corpus(corpus)}/access";

    /// <summary>Where the documents of a corpus come from.</summary>
    public static string Sources(string corpus) => $"{Corpus(corpus)}/sources";

    /// <summary>Names in the settings that sources can be made of.</summary>
    public static string SourceChoices(string corpus) => $"{Sources(corpus)}/choices";

    public static string Source(string corpus, Guid id) => $"{Sources(corpus)}/{id}";

    /// <param name="documents">Its documents are deleted too.</param>
    public static string DeleteSource(string corpus, Guid id, bool documents) => $"{Source(corpus, id)}{(documents ? "?documents=true" : "")}";

    public static string SyncSource(string corpus, Guid id) => $"{Source(corpus, id)}/sync";

    public static string CancelSource(string corpus, Guid id) => $"{Source(corpus, id)}/cancel";

    public static string Group(string name) => $"{Groups}/{Uri.EscapeDataString(name)}";

    public static string Documents(string corpus) => $"{Corpus(corpus)}/documents";

    public static string Document(string corpus, long id) => $"{Documents(corpus)}/{id}";

    /// <summary>Where a document came from, and how its passages are.</summary>
    public static string DocumentDetails(string corpus, long id) => $"{Document(corpus, id)}/details";

    /// <summary>Documents that say the same.</summary>
    public static string Duplicates(string corpus) => $"{Corpus(corpus)}/duplicates";

    /// <summary>Where the words of a page stand.</summary>
    /// <param name="page">From 1.</param>
    public static string DocumentPage(string corpus, long id, int page) => $"{Document(corpus, id)}/pages/{page}";

    /// <summary>The texts that a document has and had.</summary>
    public static string DocumentVersions(string corpus, long id) => $"{Document(corpus, id)}/versions";

    public static string DocumentVersion(string corpus, long id, int number) => $"{DocumentVersions(corpus, id)}/{number}";

    /// <summary>What changed between two of them.</summary>
    /// <param name="other">The other one, earlier or later.</param>
    public static string DocumentChanges(string corpus, long id, int number, int other) => $"{DocumentVersion(corpus, id, number)}/changes?against={other}";

    /// <summary>Reads its file again.</summary>
    public static string ImportDocument(string corpus, long id) => $"{Document(corpus, id)}/import";

    /// <summary>Takes multipart/form-data with any number of files; header Idempotency-Key makes a repeated upload answer with the first one's run.</summary>
    public static string Files(string corpus) => $"{Corpus(corpus)}/files";

    /// <summary>The same, for tables whose columns of text and title are chosen; empty for those of the usual names.</summary>
    public static string Files(string corpus, string textColumn, string titleColumn, bool prune) =>
        $"{Files(corpus)}?textColumn={Uri.EscapeDataString(textColumn)}&titleColumn={Uri.EscapeDataString(titleColumn)}{(prune ? "&prune=true" : "")}";

    public static string Index(string corpus) => $"{Corpus(corpus)}/index";

    /// <summary>What can be set for a kind of training.</summary>
    public static string Settings(RunKind kind) => $"{Runs}/settings?kind={kind}";

    public static string RunContents(Guid id) => $"{Run(id)}/contents";

    /// <summary>A model as an archive that `realm model import` reads and other programs load.</summary>
    public static string ModelFiles(string model) => $"{Models}/{Uri.EscapeDataString(model)}/files";

    public static string RunFailures(Guid id) => $"{Run(id)}/failures";

    public static string RetryFailed(Guid id) => $"{Run(id)}/retry-failed";

    public static string AnnotationItem(long id) => $"{AnnotationItems}/{id}";

    public static string AnnotationHold(long id) => $"{AnnotationItem(id)}/hold";

    public static string AnnotationLabel(long id) => $"{AnnotationItem(id)}/label";

    public static string AnnotationUndo(long id) => $"{AnnotationItem(id)}/undo";

    public static string AnnotationProgress(string corpus, string? source, int? days) =>
        $"{Annotation}/progress?corpus={Uri.EscapeDataString(corpus)}{(source is null ? "" : $"&source={source}")}{(days is null ? "" : $"&days={days}")}";

    public static string OwnLabels(string state, string corpus) => $"{Annotation}/labels?state={state}&corpus={Uri.EscapeDataString(corpus)}";

    public static string Agreement(string corpus, int? version) =>
        $"{Annotation}/agreement/{Uri.EscapeDataString(corpus)}{(version is null ? "" : $"?version={version}")}";

    /// <summary>How often answers are right, as far as askers say.</summary>
    public static string LiveAccuracy(string corpus) => $"{Annotation}/accuracy/{Uri.EscapeDataString(corpus)}";

    /// <summary>What a corpus does not seem to answer, grouped by meaning.</summary>
    public static string Gaps(string corpus) => $"{Annotation}/gaps/{Uri.EscapeDataString(corpus)}";

    /// <summary>What became of one's own labels in a corpus.</summary>
    public static string LabelHistory(string corpus) => $"{Annotation}/history/{Uri.EscapeDataString(corpus)}";

    public static string MergeLabels(long item) => $"{AnnotationItem(item)}/merge";

    public static string ChooseLabel(long number) => $"{Annotation}/labels/{number}/choose";

    /// <param name="form">QuestionLines, Squad or Dpr.</param>
    public static string LabelExport(string corpus, string form) => $"{Annotation}/export/{Uri.EscapeDataString(corpus)}?form={form}";

    /// <summary>Takes one file as multipart/form-data.</summary>
    public static string LabelImport(string corpus, string form) => $"{Annotation}/import/{Uri.EscapeDataString(corpus)}?form={form}";

    public static string AnnotationGuidelines(string corpus) => $"{Annotation}/guidelines/{Uri.EscapeDataString(corpus)}";

    public static string Run(Guid id) => $"{Runs}/{id}";

    public static string CancelRun(Guid id) => $"{Run(id)}/cancel";

    public static string PauseRun(Guid id) => $"{Run(id)}/pause";

    public static string ResumeRun(Guid id) => $"{Run(id)}/resume";

    /// <summary>Log lines above sequence number <paramref name="after"/>.</summary>
    public static string RunLog(Guid id, long after) => $"{Run(id)}/log?after={after}";

    public static string RunMetrics(Guid id) => $"{Run(id)}/metrics";

    /// <summary>Names and values a run was started with, the defaults that were filled in included.</summary>
    public static string RunParameters(Guid id) => $"{Run(id)}/parameters";

    /// <summary>The whole log as text.</summary>
    public static string RunLogFile(Guid id) => $"{Run(id)}/log.txt";

    /// <summary>All points of the curves as a table.</summary>
    public static string RunMetricsFile(Guid id) => $"{Run(id)}/metrics.csv";

    /// <summary>The run of the same kind before this one, with what it was started with.</summary>
    public static string FormerRun(Guid id) => $"{Run(id)}/former";

    /// <summary>What happened in a topic above a number.</summary>
    public static string EventsOf(string topic, long after) => $"{Events}/{Uri.EscapeDataString(topic)}?after={after}";

    public static string Schedule(Guid id) => $"{Schedules}/{id}";

    public static string ScheduleEnabled(Guid id) => $"{Schedule(id)}/enabled";

    public static string RunSchedule(Guid id) => $"{Schedule(id)}/run";

    public static string ScheduleTimes(string cron, string timeZone) =>
        $"{Schedules}/times?cron={Uri.EscapeDataString(cron)}&timeZone={Uri.EscapeDataString(timeZone)}";

    public static string QuestionSet(string name) => $"{QuestionSets}/{Uri.EscapeDataString(name)}";

    /// <summary>Takes one file as multipart/form-data.</summary>
    /// <param name="lenient">Take the file although parts of it cannot be used.</param>
    public static string AddQuestionSet(string name, bool lenient) =>
        $"{QuestionSets}?name={Uri.EscapeDataString(name)}&lenient={(lenient ? "true" : "false")}";

    public static string PromoteModel(string model) => $"{Models}/{Uri.EscapeDataString(model)}/promote";

    public static string Model(string model) => $"{Models}/{Uri.EscapeDataString(model)}";

    public static string CompareModels(IEnumerable<string> models) =>
        $"{ModelComparison}?{string.Join('&', models.Select(model => $"model={Uri.EscapeDataString(model)}"))}";

    /// <summary>The newest evaluations, or those of a run.</summary>
    public static string EvaluationList(Guid? run) => run is { } id ? $"{Evaluations}?run={id}" : Evaluations;

    public static string EvaluationOf(long id) => $"{Evaluations}/{id}";

    /// <summary>Where the confidence of its corpus is fitted to its answers.</summary>
    public static string EvaluationFit(long id) => $"{EvaluationOf(id)}/fit";

    /// <summary>The questions of an evaluation that a filter lets through, a page of them.</summary>
    public static string EvaluationQuestions(long id, OutcomeFilter filter, int page, int pageSize)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var (from, to) = (filter.From.ToString(CultureInfo.InvariantCulture), filter.To.ToString(CultureInfo.InvariantCulture));
        return $"{EvaluationOf(id)}/questions?{(filter.Outcome is { } outcome ? $"outcome={outcome}&" : "")}from={from}&to={to}"
            + $"&words={Uri.EscapeDataString(filter.Words)}&page={page}&pageSize={pageSize}";
    }

    /// <summary>What the model answered to a question and from what, by its place in the evaluation.</summary>
    public static string EvaluationQuestion(long id, int number) => $"{EvaluationOf(id)}/questions/{number}";

    public static string CompareEvaluations(long first, long second) => $"{EvaluationComparison}?first={first}&second={second}";

    public static string ComparedQuestions(long first, long second, QuestionChange change, string words, int page, int pageSize) =>
        $"{EvaluationComparison}/questions?first={first}&second={second}&change={change}&words={Uri.EscapeDataString(words)}&page={page}&pageSize={pageSize}";

    /// <summary>What both models made of a question, by its place in the first evaluation.</summary>
    public static string ComparedQuestion(long first, long second, int number) =>
        $"{EvaluationComparison}/questions/{number}?first={first}&second={second}";

    public static string Chain(Guid id) => $"{Chains}/{id}";

    public static string CancelChain(Guid id) => $"{Chain(id)}/cancel";

    public static string ResumeChain(Guid id) => $"{Chain(id)}/resume";

    public static string PromoteChain(Guid id) => $"{Chain(id)}/promote";

    public static string DismissChain(Guid id) => $"{Chain(id)}/dismiss";

    /// <summary>What the gate said.</summary>
    public static string ChainGate(Guid id) => $"{Chain(id)}/gate";

    /// <summary>What both models made of a question, by its place in the evaluation.</summary>
    public static string ChainEvidence(Guid id, string questionSet, int number) => $"{ChainGate(id)}/{Uri.EscapeDataString(questionSet)}/{number}";

    /// <summary>The rules of a corpus's gate.</summary>
    public static string Gate(string corpus) => $"{Corpus(corpus)}/gate";

    /// <summary>How many labels the next chain can learn from.</summary>
    public static string Lessons(string corpus) => $"{Corpus(corpus)}/lessons";

    /// <param name="corpus">Empty for all.</param>
    public static string QuestionList(string corpus, int take) =>
        $"{Questions}?corpus={Uri.EscapeDataString(corpus)}&take={take.ToString(CultureInfo.InvariantCulture)}";

    public static string OwnQuestion(Guid id) => $"{OwnQuestions}/{id}";

    public static string Question(Guid id) => $"{Questions}/{id}";

    /// <summary>What the asker says of an answer.</summary>
    public static string Flag(Guid answer) => $"{Question(answer)}/flag";

    /// <summary>Passages of a corpus that hold words.</summary>
    public static string Passages(string corpus, string words) => $"{Corpus(corpus)}/passages?q={Uri.EscapeDataString(words)}";

    public static string User(string id) => $"{Users}/{Uri.EscapeDataString(id)}";

    public static string UserRoles(string id) => $"{User(id)}/roles";

    public static string UserPassword(string id) => $"{User(id)}/password";

    public static string Widget(string id) => $"{Widgets}/{Uri.EscapeDataString(id)}";
}
