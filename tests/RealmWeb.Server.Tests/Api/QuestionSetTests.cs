using System.Net.Http.Json;
using System.Net;
using System.Text.Json;
using System.Text;
using RealmWeb.Contracts.Models;
using RealmWeb.Contracts.QuestionSets;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Api;

/// <summary>From a file of questions to a model that was trained on it and measured.</summary>
[Collection(AskingTests.Name)]
public sealed class QuestionSetTests(AskableSite shared)
{
    private const string Good = """{"question":"Who led them?","answers":["Orellana"],"context":"Orellana led them.","answer_starts":[0]}""";

    [Fact]
    public async Task Add_CountsWhatTheFileHolds()
    {
        using var admin = await shared.Site.AdminAsync();

        using var reply = await AddAsync(admin, "counted", $$"""
            {{Good}}
            {"question":"When was it?","answers":["1541"]}
            {"question":"What was for lunch?","answers":[]}
            """);
        var added = await Reply.ValueAsync<QuestionSetSummary>(reply);
        var listed = (await Reply.GetAsync<List<QuestionSetSummary>>(admin, ApiRoutes.QuestionSets)).Single(set => set.Name == "counted");

        Assert.Equal(HttpStatusCode.Created, reply.StatusCode);
        Assert.Equal((3, 2, 1, 0, "counted.jsonl", Site.AdminName),
            (added.Questions, added.Answerable, added.Readable, added.LeftOutCount, added.FileName, added.AddedBy));
        Assert.Equal(added.Questions, listed.Questions);
        Assert.Equal(listed.AddedAt, (await Reply.GetAsync<QuestionSetSummary>(admin, ApiRoutes.QuestionSet("counted"))).AddedAt);
    }

    [Fact]
    public async Task Add_NamesTheLinesThatCannotBeUsed_AndTakesTheRestWhenAsked()
    {
        using var admin = await shared.Site.AdminAsync();
        const string file = $$"""
            {{Good}}
            {"answers":["Paris"]}
            {{Good}}
            not json
            """;

        using var refused = await AddAsync(admin, "mixed", file);
        using var taken = await AddAsync(admin, "mixed", file, lenient: true);

        var problem = await Reply.ProblemAsync(refused, HttpStatusCode.BadRequest, "bad-questions");
        Assert.Contains("mixed.jsonl, line 2: It has no question.", problem.Detail, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["mixed.jsonl, line 2", "mixed.jsonl, line 4"],
            json.RootElement.GetProperty("lines").EnumerateArray().Select(line => line.GetString()!.Split(':')[0]));
        var set = await Reply.ValueAsync<QuestionSetSummary>(taken);
        Assert.Equal((2, 2), (set.Questions, set.LeftOutCount));
    }

    [Theory]
    [InlineData("nothing", "notes.txt", "Just words.", HttpStatusCode.BadRequest, "no-questions")]
    [InlineData("nothing", "empty.jsonl", "", HttpStatusCode.BadRequest, "no-questions")]
    [InlineData("No Name", "good.jsonl", Good, HttpStatusCode.BadRequest, "bad-name")]
    public async Task Add_IsRefusedAndLeavesNothing_WhenSomethingIsWrong(string name, string fileName, string content, HttpStatusCode status, string kind)
    {
        using var admin = await shared.Site.AdminAsync();

        using var reply = await AddAsync(admin, name, content, lenient: true, fileName);

        await Reply.ProblemAsync(reply, status, kind);
        Assert.DoesNotContain(await Reply.GetAsync<List<QuestionSetSummary>>(admin, ApiRoutes.QuestionSets), set => set.Name == name);
        using var unknown = await admin.GetAsync(ApiRoutes.QuestionSet(name), TestContext.Current.CancellationToken);
        await Reply.ProblemAsync(unknown, HttpStatusCode.NotFound, "unknown-question-set");
    }

    [Fact]
    public async Task Add_IsAConflict_WhenTheNameIsTaken()
    {
        using var admin = await shared.Site.AdminAsync();
        (await AddAsync(admin, "twice", Good)).Dispose();

        using var reply = await AddAsync(admin, "twice", Good);

        await Reply.ProblemAsync(reply, HttpStatusCode.Conflict, "question-set-exists");
        using var deleted = await admin.DeleteAsync(ApiRoutes.QuestionSet("twice"), TestContext.Current.CancellationToken);
        using var again = await AddAsync(admin, "twice", Good);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.Created), (deleted.StatusCode, again.StatusCode));
    }

    [Fact]
    public async Task FineTuning_MakesAModel_ThatEvaluationMeasures()
    {
        using var admin = await shared.Site.AdminAsync();
        await Reply.ValueAsync<QuestionSetSummary>(await AddAsync(admin, "lessons", SampleQuestions("train.jsonl")));
        await Reply.ValueAsync<QuestionSetSummary>(await AddAsync(admin, "exam", SampleQuestions("heldout.jsonl")));

        var training = await StartAsync(
            admin, ApiRoutes.Training, new StartTrainingRequest(RunKind.FineTune, AskableSite.Corpus, 2, AskableSite.Model, "tuned", ["lessons"]));
        using var inUse = await admin.DeleteAsync(ApiRoutes.QuestionSet("lessons"), TestContext.Current.CancellationToken);
        await EndAsync(admin, training);
        var evaluation = await EndAsync(admin, await StartAsync(
            admin, ApiRoutes.Evaluation, new StartEvaluationRequest("exam", AskableSite.Corpus, "tuned", Retriever.Hybrid, 20)));
        var model = (await Reply.GetAsync<List<ModelSummary>>(admin, ApiRoutes.Models)).Single(model => model.Name == "tuned");
        var parameters = await Reply.GetAsync<Dictionary<string, string>>(admin, ApiRoutes.RunParameters(training));
        var curves = (await Reply.GetAsync<List<RunMetricPoint>>(admin, ApiRoutes.RunMetrics(training))).Select(point => (point.Stage, point.Name)).ToHashSet();

        await Reply.ProblemAsync(inUse, HttpStatusCode.Conflict, "question-set-in-use");
        Assert.Equal((training, "fine-tuning of tiny on articles, 2 steps", false), (model.RunId!.Value, model.Recipe, model.InProduction));
        Assert.Superset(new HashSet<(string, string)> { ("Retriever", "loss"), ("Reader", "loss") }, curves);
        Assert.Equal("lessons", parameters["QuestionSets"]);
        Assert.Equal("tuned", evaluation.Target);
        Assert.Equal(20, evaluation.Metrics["n"]);
        Assert.All(new[] { "em", "f1", "recall@1", "recall@5", "recall@20", "falseRefusals" }, name => Assert.InRange(evaluation.Metrics[name], 0, 100));
        Assert.True(evaluation.Metrics["recall@20"] > 0);
        Assert.Equal((evaluation.Id, "exam", AskableSite.Corpus), (model.Quality!.RunId, model.Quality.QuestionSet, model.Quality.Corpus));
        Assert.Equal(evaluation.Metrics["f1"], model.Quality.Figures["f1"]);
        Assert.Empty(await Reply.GetAsync<List<RunMetricPoint>>(admin, ApiRoutes.RunMetrics(evaluation.Id)));
    }

    [Theory]
    [InlineData(RunKind.Mlm, "masked language modelling of tiny on articles, 2 steps")]
    [InlineData(RunKind.Ict, "inverse cloze training of tiny on articles, 2 steps")]
    [InlineData(RunKind.PreTrain, "REALM pre-training of tiny on articles, 2 steps")]
    public async Task Training_OnTheCorpusAlone_MakesAModel(RunKind kind, string recipe)
    {
        using var admin = await shared.Site.AdminAsync();
        var name = $"from-{kind.ToString().ToLowerInvariant()}";

        var run = await EndAsync(
            admin, await StartAsync(admin, ApiRoutes.Training, new StartTrainingRequest(kind, AskableSite.Corpus, 2, AskableSite.Model, name)));

        var model = (await Reply.GetAsync<List<ModelSummary>>(admin, ApiRoutes.Models)).Single(model => model.Name == name);
        Assert.Equal((run.Id, recipe, null), (model.RunId!.Value, model.Recipe, model.Quality));
        Assert.True(double.IsFinite(run.Metrics["loss"]));
    }

    [Fact]
    public async Task Training_TakesSettings_WhereTheyAreGiven()
    {
        using var admin = await shared.Site.AdminAsync();
        const string settings = """{ "training": { "steps": 3, "batchSize": 2, "warmUpSteps": 1 }, /* measured too */ "heldOutShare": 0.3 }""";

        var run = await EndAsync(admin, await StartAsync(
            admin, ApiRoutes.Training, new StartTrainingRequest(RunKind.Ict, AskableSite.Corpus, 0, AskableSite.Model, "set", Settings: settings)));

        Assert.Equal((3L, 3L), (run.Done, run.Total));
        Assert.True(run.Metrics["heldOutLoss"] > 0);
        var contents = await Reply.GetAsync<RunContents>(admin, ApiRoutes.RunContents(run.Id));
        Assert.Equal(["Corpus", "Index", "Model", "Seed", "Program"], contents.Data.Select(datum => datum.What));
        Assert.All(contents.Data.Take(3), datum => Assert.NotEmpty(datum.Hash));
        Assert.StartsWith("tiny", contents.Data[2].Value, StringComparison.Ordinal);
        Assert.Equal(["Model set", "Model set as a folder"], contents.Artifacts.Take(2).Select(artifact => artifact.Name));
        Assert.Equal("Curves as CSV", contents.Artifacts[^1].Name);
        Assert.Equal("inverse cloze training of tiny on articles, settings of its own",
            (await Reply.GetAsync<List<ModelSummary>>(admin, ApiRoutes.Models)).Single(model => model.Name == "set").Recipe);
    }

    [Theory]
    [InlineData(0, "", "The number of steps is 0.")]
    [InlineData(2, "{ \"training\": { \"batchSize\": 0 } }", "\"training.batchSize\": It is 0. Use 1 to 65536.")]
    [InlineData(2, "{ \"batch\": 3 }", "\"batch\": There is no such setting at this place.")]
    [InlineData(2, "batch 3", "The settings cannot be used")]
    public async Task Training_IsRefusedWithTheReason_WhenItsSettingsCannotBeUsed(int steps, string settings, string says)
    {
        using var admin = await shared.Site.AdminAsync();

        using var reply = await admin.PostAsJsonAsync(
            ApiRoutes.Training, new StartTrainingRequest(RunKind.Ict, AskableSite.Corpus, steps, AskableSite.Model, "refused", Settings: settings),
                TestContext.Current.CancellationToken);

        Assert.Contains(says, (await Reply.ProblemAsync(reply, HttpStatusCode.BadRequest, "bad-training")).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_AreCheckedBeforeAnythingIsStarted_AndDescribed()
    {
        using var admin = await shared.Site.AdminAsync();
        async Task<SettingsCheckView> CheckAsync(string settings) =>
            await Reply.ValueAsync<SettingsCheckView>(await admin.PostAsJsonAsync(
                ApiRoutes.SettingsCheck, new CheckSettingsRequest(RunKind.Ict, settings), TestContext.Current.CancellationToken));

        var wrong = await CheckAsync("""{ "training": { "batchSize": 0 }, "heldOutShare": 2 }""");
        var right = await CheckAsync("""{ "training": { "batchSize": 7 } }""");
        var settings = await Reply.GetAsync<List<SettingView>>(admin, ApiRoutes.Settings(RunKind.Ict));
        using var none = await admin.GetAsync(ApiRoutes.Settings(RunKind.Import), TestContext.Current.CancellationToken);

        Assert.Equal(["training.batchSize", "heldOutShare"], wrong.Problems.Select(problem => problem.Path));
        Assert.Empty(right.Problems);
        Assert.Contains("\"batchSize\": 7", right.Whole, StringComparison.Ordinal);
        var share = settings[^1];
        Assert.Equal(("heldOutShare", SettingKind.Number, "0", 0.0, 0.5), (share.Name, share.Kind, share.Default, share.Least, share.Most));
        await Reply.ProblemAsync(none, HttpStatusCode.BadRequest, "no-training");
    }

    [Theory]
    [InlineData("nothing-of-this-name", AskableSite.Corpus, "", HttpStatusCode.NotFound, "unknown-question-set")]
    [InlineData("asked", "nowhere", "", HttpStatusCode.NotFound, "unknown-corpus")]
    [InlineData("asked", AskableSite.Corpus, "nobody", HttpStatusCode.NotFound, "unknown-model")]
    public async Task Evaluation_IsRefusedWithTheReason_WhenSomethingIsMissing(string set, string corpus, string model, HttpStatusCode status, string kind)
    {
        using var admin = await shared.Site.AdminAsync();
        (await AddAsync(admin, "asked", Good)).Dispose();

        using var reply = await admin.PostAsJsonAsync(
            ApiRoutes.Evaluation, new StartEvaluationRequest(set, corpus, model), TestContext.Current.CancellationToken);

        await Reply.ProblemAsync(reply, status, kind);
    }

    // As many as the site takes at once.
    private static string SampleQuestions(string file) =>
        string.Join('\n', File.ReadLines(Path.Combine(TestPaths.Repository, "samples", "encyclopedia", "questions", file)).Take(100));

    private static async Task<Guid> StartAsync<T>(HttpClient admin, string route, T request) =>
        (await Reply.ValueAsync<RunStarted>(await admin.PostAsJsonAsync(route, request, TestContext.Current.CancellationToken))).RunId;

    private static async Task<RunSnapshot> EndAsync(HttpClient admin, Guid id)
    {
        var run = await Reply.EndOfRunAsync(admin, id);
        Assert.True(run.State == RunState.Succeeded, $"{run.Kind} ended as {run.State}: {run.Error}");
        return run;
    }

    private static Task<HttpResponseMessage> AddAsync(HttpClient client, string name, string content, bool lenient = false, string? fileName = null) =>
        client.PostAsync(
            ApiRoutes.AddQuestionSet(name, lenient),
            new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(content)), "files", fileName ?? $"{name}.jsonl" } },
            TestContext.Current.CancellationToken);
}
