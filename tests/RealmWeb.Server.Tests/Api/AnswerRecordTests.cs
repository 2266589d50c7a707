using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Questions;
using RealmWeb.Data;
using RealmWeb.Data.Questions;
using RealmWeb.Server.Questions;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Api;

/// <summary>What was answered is kept with what was shown for it, under the id that the browser has.</summary>
[Collection(AskingTests.Name)]
public sealed class AnswerRecordTests(AskableSite shared)
{
    [Fact]
    public async Task Answer_IsKeptWithItsEvidence_UnderTheIdThatWasSent()
    {
        using var client = shared.Site.Anonymous();

        var answer = await AskAsync(client, "Who ruled the Aztec empire?");
        var kept = await FindAsync(answer.Id);

        Assert.NotNull(kept);
        Assert.Equal(
            (answer.Question, answer.Answer, answer.NoAnswer, answer.Confidence, answer.NullMass, answer.Model, answer.Generation, answer.Timings.Total),
            (kept.Question, kept.Answer, kept.NoAnswer, kept.Confidence, kept.NullMass, kept.Model, kept.Generation, kept.TotalMilliseconds));
        Assert.Equal(answer.Candidates, kept.Candidates.Select(candidate => new AnswerCandidate(candidate.Text, candidate.Score, candidate.Passages)));
        Assert.Equal(
            answer.Evidence.Select(passage => (passage.Number, passage.DocumentId, passage.BlockId, passage.DocumentStart, passage.RetrievalScore,
                passage.RetrievalProbability, passage.ReaderProbability, passage.Start, passage.End)),
            kept.Passages.Select(passage => (passage.Rank, passage.DocumentId, passage.BlockId, passage.BlockStart, passage.RetrievalScore,
                passage.RetrievalProbability, passage.ReaderProbability, passage.SpanStart, passage.SpanEnd)));
        Assert.NotEmpty(kept.Passages);
    }

    [Fact]
    public async Task Answer_HasItsId_OverEachWay()
    {
        using var client = shared.Site.Anonymous();
        await using var hub = shared.Site.Hub(HubRoutes.Ask);
        await hub.StartAsync(TestContext.Current.CancellationToken);
        var request = new AskRequest("Where was paper made?", AskableSite.Corpus);

        using var reply = await client.PostAsJsonAsync(ApiRoutes.AskStream, request, TestContext.Current.CancellationToken);
        var events = (await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\n\n");
        var data = events.Single(message => message.Contains("event: answer", StringComparison.Ordinal)).Split('\n')
            .Single(line => line.StartsWith("data: ", StringComparison.Ordinal));
        var streamed = JsonSerializer.Deserialize<AskResponse>(data["data: ".Length..], JsonSerializerOptions.Web)!.Id;
        var called = Guid.Empty;
        await foreach (var update in hub.StreamAsync<AskUpdate>(nameof(IAskHub.Ask), request, TestContext.Current.CancellationToken))
            called = update.Answer?.Id ?? called;

        Assert.NotNull(await FindAsync(streamed));
        Assert.NotNull(await FindAsync(called));
        Assert.NotEqual(streamed, called);
    }

    [Fact]
    public async Task Asking_GoesOn_WhenTheQuestionCannotBeKept()
    {
        using var client = shared.Site.Anonymous();
        await ExecuteAsync("CREATE TRIGGER refuse BEFORE INSERT ON AskedQuestions WHEN NEW.Question LIKE '%unkeepable%' BEGIN SELECT RAISE(ABORT, 'refused'); "
            + "END");

        var refused = await AskAsync(client, "Is this unkeepable?");
        var kept = await AskAsync(client, "Is this kept?");
        var found = (await FindAsync(refused.Id), await FindAsync(kept.Id));
        await ExecuteAsync("DROP TRIGGER refuse");

        Assert.NotEmpty(refused.Evidence);
        Assert.Null(found.Item1);
        Assert.NotNull(found.Item2);
        Assert.Contains(shared.Site.Log, line => line.Contains($"answer {refused.Id} could not be kept", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Asking_WaitsForNoDisk()
    {
        using var client = shared.Site.Anonymous();
        AskResponse answer;
        await using (var writer = await OpenAsync())
        {
            await using var held = await writer.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, TestContext.Current.CancellationToken);

            // Nobody else can write while this transaction is open: an answer that waited for its row would never come.
            answer = await AskAsync(client, "Does this wait?");
        }

        Assert.NotNull(await FindAsync(answer.Id));
    }

    [Fact]
    public async Task Visitor_IsTheSameForABrowser_AndNobodyForAnAccount()
    {
        using var first = shared.Site.Anonymous();
        using var second = shared.Site.Anonymous();
        using var annotator = await shared.Site.SignedInAsync(Roles.Annotator);

        var asked = new List<AskedQuestion>();
        foreach (var client in new[] { first, first, second, annotator })
            asked.Add((await FindAsync((await AskAsync(client, "What is paper made of?")).Id))!);

        Assert.Equal(32, asked[0].Visitor!.Length);
        Assert.Equal(asked[0].Visitor, asked[1].Visitor);
        Assert.NotEqual(asked[0].Visitor, asked[2].Visitor);
        Assert.Null(asked[3].Visitor);
        Assert.NotEmpty(asked[3].AskedBy);
    }

    [Fact]
    public async Task Visitor_OfTheHub_IsTheSameAsOfTheApi()
    {
        var cookies = new CookieContainer();
        await using var hub = shared.Site.Hub(HubRoutes.Ask, cookies);
        await hub.StartAsync(TestContext.Current.CancellationToken);
        var request = new AskRequest("What is paper made of?", AskableSite.Corpus);
        var called = Guid.Empty;

        await foreach (var update in hub.StreamAsync<AskUpdate>(nameof(IAskHub.Ask), request, TestContext.Current.CancellationToken))
            called = update.Answer?.Id ?? called;
        using var client = shared.Site.Client(cookies);
        var posted = await AskAsync(client, request.Question);

        var visitor = (await FindAsync(called))!.Visitor;
        Assert.NotNull(visitor);
        Assert.Equal(visitor, (await FindAsync(posted.Id))!.Visitor);
        Assert.DoesNotContain(visitor, cookies.GetCookieHeader(shared.Site.Address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deletion_TakesTheEvidenceAlong()
    {
        using var annotator = await shared.Site.SignedInAsync(Roles.Annotator);
        var me = await Reply.GetAsync<Me>(annotator, ApiRoutes.Me);
        var answer = await AskAsync(annotator, "Who made the first paper?");
        var before = await PassagesAsync(answer.Id);

        await shared.Site.Services.GetRequiredService<QuestionPrivacy>().DeleteAllAsync(new(me.Name), TestContext.Current.CancellationToken);

        Assert.Equal(answer.Evidence.Count, before);
        Assert.Equal(0, await PassagesAsync(answer.Id));
    }

    private static async Task<AskResponse> AskAsync(HttpClient client, string question)
    {
        using var reply = await client.PostAsJsonAsync(ApiRoutes.Ask, new AskRequest(question, AskableSite.Corpus), TestContext.Current.CancellationToken);
        return await Reply.ValueAsync<AskResponse>(reply);
    }

    private async Task<AskedQuestion?> FindAsync(Guid answer)
    {
        await shared.Site.Services.GetRequiredService<QuestionJournal>().SettleAsync(TestContext.Current.CancellationToken);
        return await shared.Site.Services.GetRequiredService<QuestionStore>().FindAsync(answer, TestContext.Current.CancellationToken);
    }

    private async Task<int> PassagesAsync(Guid answer)
    {
        await shared.Site.Services.GetRequiredService<QuestionJournal>().SettleAsync(TestContext.Current.CancellationToken);
        await using var db = await shared.Site.Services.GetRequiredService<IDbContextFactory<RealmDbContext>>()
            .CreateDbContextAsync(TestContext.Current.CancellationToken);
        return await db.AskedPassages.CountAsync(passage => passage.QuestionId == answer, TestContext.Current.CancellationToken);
    }

    private async Task<SqliteConnection> OpenAsync()
    {
        var connection = new SqliteConnection($"Data Source={shared.Site.Services.GetRequiredService<RealmPaths>().Database};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
