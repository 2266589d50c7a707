using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Questions;
using RealmWeb.Data.Corpora;
using RealmWeb.TestKit;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Api;

[Collection(AskingTests.Name)]
public sealed class AskTests(AskableSite shared)
{
    private const string Question = "How long is the Amazon river?";

    [Theory]
    [InlineData(Retriever.Hybrid)]
    [InlineData(Retriever.Dense)]
    [InlineData(Retriever.Lexical)]
    public async Task Ask_PointsOnlyIntoPassagesThatAreThere(Retriever retriever)
    {
        using var client = shared.Site.Anonymous();

        using var reply = await client.PostAsJsonAsync(
            ApiRoutes.Ask, new AskRequest(Question, AskableSite.Corpus, 4, retriever), TestContext.Current.CancellationToken);
        var answer = await Reply.ValueAsync<AskResponse>(reply);

        Assert.Equal((Question, AskableSite.Corpus, AskableSite.Model), (answer.Question, answer.Corpus, answer.Model));
        Assert.Equal(answer.NoAnswer, answer.Answer is null);
        Assert.InRange(answer.Evidence.Count, 1, 4);
        Assert.Equal(Enumerable.Range(1, answer.Evidence.Count), answer.Evidence.Select(passage => passage.Number));
        Assert.Equal(answer.Evidence.Count, answer.Evidence.Select(passage => passage.BlockId).Distinct().Count());
        Assert.InRange(answer.Confidence, 0, 1);
        Assert.InRange(answer.NullMass, 0, 1);
        foreach (var passage in answer.Evidence)
        {
            var document = await Reply.GetAsync<DocumentView>(client, ApiRoutes.Document(AskableSite.Corpus, passage.DocumentId));
            Assert.Equal(passage.Text, document.Text.Substring(passage.DocumentStart, passage.Text.Length));
            Assert.InRange(passage.RetrievalProbability, 0, 1);
            Assert.Equal(passage.Start is null, passage.End is null);
            if (passage.Start is { } start)
                Assert.InRange(passage.End!.Value, start + 1, passage.Text.Length);
        }
    }

    [Fact]
    public async Task Ask_UsesTheDefaultCorpus_WhenNoneIsNamed()
    {
        using var client = shared.Site.Anonymous();

        using var reply = await client.PostAsJsonAsync(ApiRoutes.Ask, new AskRequest(Question), TestContext.Current.CancellationToken);
        var info = await Reply.GetAsync<AskInfo>(client, ApiRoutes.AskInfo);

        Assert.Equal(AskableSite.Corpus, (await Reply.ValueAsync<AskResponse>(reply)).Corpus);
        Assert.Equal(AskableSite.Corpus, info.Corpus);
        Assert.NotNull(info.AnswersFrom);
        Assert.NotEmpty(info.Examples);
        Assert.False(info.IndexStale);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Stream_SendsStagesThenEvidenceThenTheAnswer(string method)
    {
        using var client = shared.Site.Anonymous();
        using var request = new HttpRequestMessage(new HttpMethod(method), method == "GET"
            ? $"{ApiRoutes.AskStream}?question={Uri.EscapeDataString(Question)}&corpus={AskableSite.Corpus}&k=3" : ApiRoutes.AskStream);
        if (method == "POST")
            request.Content = JsonContent.Create(new AskRequest(Question, AskableSite.Corpus, 3));

        using var reply = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var events = new List<SseItem<string>>();
        await foreach (var item in SseParser.Create(await reply.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken))
            .EnumerateAsync(TestContext.Current.CancellationToken))
            events.Add(item);

        Assert.Equal("text/event-stream", reply.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["stage", "stage", "evidence", "stage", "answer"], events.Select(item => item.EventType));
        var evidence = JsonSerializer.Deserialize<List<EvidencePassage>>(events[2].Data, JsonSerializerOptions.Web)!;
        var answer = JsonSerializer.Deserialize<AskResponse>(events[4].Data, JsonSerializerOptions.Web)!;
        Assert.All(evidence, passage => Assert.Null(passage.Start));
        Assert.Equal(evidence.Select(passage => passage.BlockId).Order(), answer.Evidence.Select(passage => passage.BlockId).Order());
    }

    [Fact]
    public async Task Ask_PutsThePassageFirstThatTheAnswerComesFrom()
    {
        using var client = shared.Site.Anonymous();

        using var reply = await PostAsync(client, ApiRoutes.Ask, new AskRequest(Question, AskableSite.Corpus));
        var answer = await Reply.ValueAsync<AskResponse>(reply);

        // then its marked words are the answer, it says so of itself, and the others follow by p(z|x)
        var first = answer.Evidence[0];
        Assert.Equal(answer.Answer, first.Text[first.Start!.Value..first.End!.Value]);
        Assert.True(first.Agrees);
        Assert.True(answer.Evidence.Count > 2);
        Assert.Equal(
            answer.Evidence.Skip(1).Select(passage => passage.RetrievalProbability).OrderDescending(),
            answer.Evidence.Skip(1).Select(passage => passage.RetrievalProbability));
        Assert.All(answer.Evidence, passage => Assert.Equal(
            string.Equals(answer.Answer, passage.Text[passage.Start!.Value..passage.End!.Value], StringComparison.OrdinalIgnoreCase), passage.Agrees));
    }

    [Fact]
    public async Task Description_SaysInWhichOrderPassagesStand()
    {
        using var client = shared.Site.Anonymous();

        var description = await client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken);

        Assert.Contains("stands first in its evidence", description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_IsRefusedWithTheReason_WhenItCannotBeAnswered()
    {
        using var client = shared.Site.Anonymous();
        using var admin = await shared.Site.AdminAsync();
        (await admin.PostAsJsonAsync(ApiRoutes.Corpora, new CreateCorpusRequest("unindexed", ""), TestContext.Current.CancellationToken)).Dispose();

        foreach (var route in new[] { ApiRoutes.Ask, ApiRoutes.AskStream })
        {
            using var unknown = await PostAsync(client, route, new AskRequest(Question, "nowhere"));
            using var empty = await PostAsync(client, route, new AskRequest("  ", AskableSite.Corpus));
            using var endless = await PostAsync(client, route, new AskRequest(new string('w', 1001), AskableSite.Corpus));
            using var many = await PostAsync(client, route, new AskRequest(Question, AskableSite.Corpus, 21));
            using var noIndex = await PostAsync(client, route, new AskRequest(Question, "unindexed"));

            await Reply.ProblemAsync(unknown, HttpStatusCode.NotFound, "unknown-corpus");
            await Reply.ProblemAsync(empty, HttpStatusCode.BadRequest, "bad-question");
            await Reply.ProblemAsync(endless, HttpStatusCode.BadRequest, "bad-question");
            await Reply.ProblemAsync(many, HttpStatusCode.BadRequest, "bad-question");
            await Reply.ProblemAsync(noIndex, HttpStatusCode.Conflict, "no-index");
        }
    }

    [Fact]
    public async Task Ask_AnswersByTerms_WhenTheCorpusHasNoIndexYet()
    {
        using var client = shared.Site.Anonymous();
        shared.Site.Services.GetRequiredService<CorpusLibrary>().Create("terms-only")
            .Import("harbour.md", "Harbour", "The harbour opens at nine and closes at dusk.");

        using var hybrid = await PostAsync(client, ApiRoutes.Ask, new AskRequest("When does the harbour open?", "terms-only"));
        using var dense = await PostAsync(client, ApiRoutes.Ask, new AskRequest("When does the harbour open?", "terms-only", 5, Retriever.Dense));
        var answer = await Reply.ValueAsync<AskResponse>(hybrid);
        var info = await Reply.GetAsync<AskInfo>(client, $"{ApiRoutes.AskInfo}?corpus=terms-only");

        Assert.Contains("opens at nine", Assert.Single(answer.Evidence).Text, StringComparison.Ordinal);
        Assert.Empty(answer.Generation);
        Assert.Equal((null, 1L), (info.AnswersFrom, info.Blocks));
        await Reply.ProblemAsync(dense, HttpStatusCode.Conflict, "no-index");
    }

    [Fact]
    public async Task Questions_AreKeptWithTheNameOfWhoAsked()
    {
        using var annotator = await shared.Site.SignedInAsync(Roles.Annotator);
        var me = await Reply.GetAsync<Me>(annotator, ApiRoutes.Me);
        var question = $"Where does the river {Guid.NewGuid():N} begin?";

        (await PostAsync(annotator, ApiRoutes.Ask, new AskRequest(question, AskableSite.Corpus))).Dispose();
        var kept = await Reply.GetAsync<List<QuestionRecord>>(annotator, ApiRoutes.Questions);

        Assert.Equal(me.Name, Assert.Single(kept, record => record.Question == question).AskedBy);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string route, AskRequest request) =>
        client.PostAsJsonAsync(route, request, TestContext.Current.CancellationToken);
}
