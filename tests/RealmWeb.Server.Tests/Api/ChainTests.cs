using System.Net;
using System.Net.Http.Json;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Evaluations;
using RealmWeb.Contracts.Gates;
using RealmWeb.Contracts.Models;
using RealmWeb.Contracts.Runs;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Api;

/// <summary>The whole way with the real command and a tiny model with random weights: what it learns means nothing.</summary>
public sealed class ChainTests
{
    private static readonly string Questions = Path.Combine(TestPaths.Repository, "samples", "encyclopedia", "questions", "train.jsonl");

    [Fact]
    public async Task Chain_LeadsFromQuestionsToAModelThatAnswers_AndOneClickGoesBack()
    {
        await using var site = await Site.StartAsync(null, "Realm:AsksPerMinute=10000", "Realm:FileMaxBytes=100000");
        using var admin = await site.AdminAsync();
        await AskableSite.FillAsync(site, admin);
        var lines = await File.ReadAllLinesAsync(Questions, TestContext.Current.CancellationToken);
        await AddAsync(admin, "lessons", lines.Take(4));
        await AddAsync(admin, "exam", lines.Take(2));
        var rules = new[] { new GateRule("exam", "recall@5", 0, null), new GateRule("exam", "p50Milliseconds", 60_000, 60_000) };
        await Reply.ValueAsync<List<GateRule>>(await PutAsync(admin, ApiRoutes.Gate(AskableSite.Corpus), rules));

        // given a chain that ran to its gate
        var request = new StartChainRequest(
            AskableSite.Corpus, ["lessons"], Candidate: "better",
            Settings: """{ "retriever": { "batchSize": 4, "steps": 4, "learningRate": 0.01 }, "reader": { "batchSize": 2, "steps": 1 } }""");
        var started = await Reply.ValueAsync<ChainStarted>(await PostAsync(admin, ApiRoutes.Chains, request));
        var waiting = await WaitAsync(admin, started.ChainId, ChainState.Waiting);
        var report = await Reply.GetAsync<GateReport>(admin, ApiRoutes.ChainGate(waiting.Id));
        var evidence = await Reply.GetAsync<QuestionEvidence>(admin, ApiRoutes.ChainEvidence(waiting.Id, "exam", 1));
        var former = await Reply.GetAsync<CorpusSummary>(admin, ApiRoutes.Corpus(AskableSite.Corpus));
        var candidate = await ModelAsync(admin, "better");
        using var needed = await admin.DeleteAsync(ApiRoutes.Model("better"), TestContext.Current.CancellationToken);
        using var asked = await admin.DeleteAsync(ApiRoutes.QuestionSet("exam"), TestContext.Current.CancellationToken);

        // when it is promoted, and then rolled back
        using var unsaid = await PostAsync(admin, ApiRoutes.PromoteChain(waiting.Id), new DecideRequest());
        var promoted = await Reply.ValueAsync<ChainView>(await PostAsync(admin, ApiRoutes.PromoteChain(waiting.Id), new DecideRequest("it is newer")));
        var builds = await RunsAsync(admin);
        foreach (var build in builds)
            Assert.Equal(RunState.Succeeded, (await Reply.EndOfRunAsync(admin, build.Id)).State);
        var after = await Reply.GetAsync<CorpusSummary>(admin, ApiRoutes.Corpus(AskableSite.Corpus));
        var back = await Reply.ValueAsync<Promotion>(await PostAsync(admin, ApiRoutes.Rollback, new PromoteRequest("it was better before")));
        var again = await Reply.GetAsync<CorpusSummary>(admin, ApiRoutes.Corpus(AskableSite.Corpus));
        var comparison = await Reply.GetAsync<ModelComparison>(admin, ApiRoutes.CompareModels([AskableSite.Model, "better"]));

        // The gate's questions, question by question, as the evaluations of the chain's runs answered them.
        var (before, candidateEvaluation) = (report.Sets[0].ProductionEvaluation!.Value, report.Sets[0].CandidateEvaluation!.Value);
        var compared = await Reply.GetAsync<EvaluationComparison>(admin, ApiRoutes.CompareEvaluations(before, candidateEvaluation));
        var view = await Reply.GetAsync<EvaluationView>(admin, ApiRoutes.EvaluationOf(candidateEvaluation));
        var ofRun = await Reply.GetAsync<List<EvaluationSummary>>(admin, ApiRoutes.EvaluationList(view.Evaluation.RunId));

        Assert.Equal((AskableSite.Model, "better", 2), (compared.First.Model, compared.Second.Model, compared.Questions));
        Assert.Equal(report.Sets[0].Fixed.Count, compared.Counts[QuestionChange.Fixed]);
        Assert.Equal((candidateEvaluation, candidateEvaluation), (Assert.Single(ofRun).Id, candidate.Quality!.Evaluation));
        Assert.Equal([before, candidateEvaluation], comparison.Sets.Single().Evaluations);
        Assert.All(waiting.Links, link => Assert.Equal(RunState.Succeeded, link.Run!.State));
        Assert.True(report.Green, string.Join(' ', report.Rules.Select(rule => rule.Reason)));
        Assert.Equal((2, 2), (report.Sets.Single().Questions, report.Rules[1].Measured!.Questions));
        Assert.Equal((AskableSite.Model, "better", true), (evidence.Production.Model, evidence.Candidate.Model, evidence.Candidate.Evidence.Count > 0));
        Assert.Equal((waiting.Id, AskableSite.Model), (candidate.WaitingChain, candidate.Ancestors[0].Name));
        await Reply.ProblemAsync(needed, HttpStatusCode.Conflict, "model-needed");
        await Reply.ProblemAsync(asked, HttpStatusCode.Conflict, "question-set-in-use");
        await Reply.ProblemAsync(unsaid, HttpStatusCode.BadRequest, "reason-missing");
        Assert.Equal((ChainState.Promoted, "it is newer", Site.AdminName), (promoted.State, promoted.Reason, promoted.DecidedBy));
        Assert.Equal(("better", false), (after.Model, after.IndexStale));
        Assert.NotEqual(former.Generation, after.Generation);
        // At once, with the generation from before, and without a run.
        Assert.Equal((AskableSite.Model, "better"), (back.Model, back.Previous));
        Assert.Equal((AskableSite.Model, false, former.Generation), (again.Model, again.IndexStale, again.Generation));
        Assert.Equal(builds.Count, (await RunsAsync(admin)).Count);
        Assert.Equal((2, 2), (comparison.Sets.Single().Questions, comparison.Sets[0].Measures[0].Values.Count));
    }

    [Theory]
    [InlineData("exam", "beauty", 1.0, null, "Rule 1: there is no measure \"beauty\".")]
    [InlineData("nothing", "em", 1.0, null, "Rule 1: there is no question set \"nothing\".")]
    [InlineData("", "em", null, null, "Rule 1 asks for nothing.")]
    [InlineData("", "em", null, -1.0, "Rule 1: the numbers must be finite, and the margin not below 0.")]
    public async Task Gate_NamesTheRuleThatCannotBeUsed(string set, string measure, double? bound, double? margin, string reason)
    {
        await using var site = await Site.StartAsync();
        using var admin = await site.AdminAsync();
        using var made = await PostAsync(admin, ApiRoutes.Corpora, new CreateCorpusRequest("handbook", ""));

        using var refused = await PutAsync(admin, ApiRoutes.Gate("handbook"), new[] { new GateRule(set, measure, bound, margin) });

        Assert.StartsWith(reason, (await Reply.ProblemAsync(refused, HttpStatusCode.BadRequest, "bad-gate")).Detail, StringComparison.Ordinal);
        Assert.Empty(await Reply.GetAsync<List<GateRule>>(admin, ApiRoutes.Gate("handbook")));
    }

    private static async Task AddAsync(HttpClient admin, string name, IEnumerable<string> lines)
    {
        using var form = new MultipartFormDataContent { { new StringContent(string.Join('\n', lines)), "file", $"{name}.jsonl" } };
        (await admin.PostAsync(ApiRoutes.AddQuestionSet(name, lenient: false), form, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
    }

    private static Task<HttpResponseMessage> PostAsync<T>(HttpClient admin, string route, T body) =>
        admin.PostAsJsonAsync(route, body, TestContext.Current.CancellationToken);

    private static Task<HttpResponseMessage> PutAsync<T>(HttpClient admin, string route, T body) =>
        admin.PutAsJsonAsync(route, body, TestContext.Current.CancellationToken);

    private static Task<List<RunSnapshot>> RunsAsync(HttpClient admin) => Reply.GetAsync<List<RunSnapshot>>(admin, ApiRoutes.Runs);

    private static async Task<ModelSummary> ModelAsync(HttpClient admin, string name) =>
        (await Reply.GetAsync<List<ModelSummary>>(admin, ApiRoutes.Models)).Single(model => model.Name == name);

    private static async Task<ChainView> WaitAsync(HttpClient admin, Guid id, ChainState state)
    {
        for (var waited = 0; ; waited++)
        {
            var chain = await Reply.GetAsync<ChainView>(admin, ApiRoutes.Chain(id));
            if (chain.State == state)
                return chain;
            Assert.True(waited < 6000 && chain.State == ChainState.Running, $"The chain is {chain.State}: {chain.Error}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
