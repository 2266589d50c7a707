using System.Net.Http.Json;
using System.Net;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Flags;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts;
using RealmWeb.Data.Access;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Questions;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Api;

public sealed class OwnQuestionTests
{
    private const string Corpus = "harbour";

    [Fact]
    public async Task Asker_SeesAndDeletesWhatTheyAsked_AndNothingElse()
    {
        await using var site = await AskableAsync();
        using var ann = await site.SignedInAsync(Roles.Asker);
        using var bob = await site.SignedInAsync(Roles.Asker);
        await AskAsync(ann, "When does the harbour open?");
        await AskAsync(ann, "When does the harbour close?");
        await AskAsync(bob, "Who owns the harbour?");

        var mine = await Reply.GetAsync<OwnQuestions>(ann, ApiRoutes.OwnQuestions);
        using var one = await ann.DeleteAsync(ApiRoutes.OwnQuestion(mine.Questions[0].Id), TestContext.Current.CancellationToken);
        using var others = await bob.DeleteAsync(ApiRoutes.OwnQuestion(mine.Questions[1].Id), TestContext.Current.CancellationToken);
        var left = await Reply.GetAsync<OwnQuestions>(ann, ApiRoutes.OwnQuestions);
        using var all = await ann.DeleteAsync(ApiRoutes.OwnQuestions, TestContext.Current.CancellationToken);

        Assert.Equal(["When does the harbour close?", "When does the harbour open?"], mine.Questions.Select(question => question.Question));
        Assert.Equal(90, mine.Days);
        Assert.Equal(HttpStatusCode.NoContent, one.StatusCode);
        await Reply.ProblemAsync(others, HttpStatusCode.NotFound, "unknown-question");
        Assert.Equal(mine.Questions.Skip(1), left.Questions);
        Assert.Equal(HttpStatusCode.NoContent, all.StatusCode);
        Assert.Empty((await Reply.GetAsync<OwnQuestions>(ann, ApiRoutes.OwnQuestions)).Questions);
        Assert.Single((await Reply.GetAsync<OwnQuestions>(bob, ApiRoutes.OwnQuestions)).Questions);
    }

    [Fact]
    public async Task Visitor_SeesAndDeletesWhatTheirBrowserAsked_AndNothingElse()
    {
        await using var site = await AskableAsync();
        using var visitor = site.Anonymous();
        using var other = site.Anonymous();
        using var asker = await site.SignedInAsync(Roles.Asker);
        await AskAsync(visitor, "When does the harbour open?");
        await AskAsync(other, "When does the harbour close?");
        await AskAsync(asker, "Who owns the harbour?");
        using var fresh = site.Anonymous();

        var mine = await Reply.GetAsync<OwnQuestions>(visitor, ApiRoutes.OwnQuestions);
        var nobodys = await Reply.GetAsync<OwnQuestions>(fresh, ApiRoutes.OwnQuestions);
        using var others = await other.DeleteAsync(ApiRoutes.OwnQuestion(mine.Questions[0].Id), TestContext.Current.CancellationToken);
        using var freshs = await fresh.DeleteAsync(ApiRoutes.OwnQuestions, TestContext.Current.CancellationToken);
        using var one = await visitor.DeleteAsync(ApiRoutes.OwnQuestion(mine.Questions[0].Id), TestContext.Current.CancellationToken);

        Assert.Equal(["When does the harbour open?"], mine.Questions.Select(question => question.Question));
        Assert.Empty(nobodys.Questions);
        await Reply.ProblemAsync(others, HttpStatusCode.NotFound, "unknown-question");
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (freshs.StatusCode, one.StatusCode));
        Assert.Empty((await Reply.GetAsync<OwnQuestions>(visitor, ApiRoutes.OwnQuestions)).Questions);
        Assert.Single((await Reply.GetAsync<OwnQuestions>(other, ApiRoutes.OwnQuestions)).Questions);
        Assert.Single((await Reply.GetAsync<OwnQuestions>(asker, ApiRoutes.OwnQuestions)).Questions);
    }

    [Fact]
    public async Task Questions_GoWithTheAccount()
    {
        await using var site = await AskableAsync();
        using var admin = await site.AdminAsync();
        using var asker = await site.SignedInAsync(Roles.Asker);
        await AskAsync(admin, "Who pays the harbour dues?");
        await AskAsync(asker, "When does the harbour open?");
        var id = (await Reply.GetAsync<List<UserSummary>>(admin, ApiRoutes.Users)).Single(user => user.UserName != Site.AdminName).Id;

        (await admin.DeleteAsync(ApiRoutes.User(id), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        Assert.Equal(Site.AdminName, Assert.Single(await Reply.GetAsync<List<QuestionRecord>>(admin, ApiRoutes.Questions)).AskedBy);
    }

    [Theory]
    [InlineData("Realm:QuestionDays=0")]
    [InlineData("Realm:KeepQuestions=false")]
    public async Task Questions_AreNotKept_WhenTheSettingsSaySo(string setting)
    {
        await using var site = await AskableAsync(setting);
        using var admin = await site.AdminAsync();

        await AskAsync(admin, "When does the harbour open?");

        Assert.Empty(await Reply.GetAsync<List<QuestionRecord>>(admin, ApiRoutes.Questions));
        Assert.Equal(0, (await Reply.GetAsync<OwnQuestions>(admin, ApiRoutes.OwnQuestions)).Days);
    }

    [Fact]
    public async Task Start_DeletesQuestionsWhoseDaysAreOver_AndThoseOfDeletedAccounts()
    {
        using var data = new TempData();
        await KeepAsync(data, "old", daysAgo: 8);
        await KeepAsync(data, "young", daysAgo: 6);
        await KeepAsync(data, "orphan", daysAgo: 1, "nobody-any-more");

        await using var site = await Site.StartAsync(data.Folder, "Realm:QuestionDays=7");
        var questions = site.Services.GetRequiredService<QuestionStore>();
        var until = TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(10);
        while ((await questions.ListAsync(CorpusScope.All, cancellationToken: TestContext.Current.CancellationToken)).Count > 1 && TimeProvider.System.GetUtcNow() < until)
            await Task.Delay(50, TestContext.Current.CancellationToken);

        Assert.Equal("young", Assert.Single(await questions.ListAsync(CorpusScope.All, cancellationToken: TestContext.Current.CancellationToken)).Question);
    }

    [Fact]
    public async Task Questions_ReachNoLog_WhateverItIsToldToWrite()
    {
        await using var site = await AskableAsync(
            "Logging:LogLevel:Default=Trace", "Logging:LogLevel:Microsoft.AspNetCore=Trace", "Logging:LogLevel:Microsoft.EntityFrameworkCore=Trace",
            "Realm:VisitorFlags=true");
        using var client = site.Anonymous();
        await using var hub = site.Hub(HubRoutes.Ask);
        await hub.StartAsync(TestContext.Current.CancellationToken);
        const string secret = "zanzibar";

        var asked = await AskAsync(client, $"Is the {secret} harbour open?");
        foreach (var note in new[] { $"Ask in {secret}.", $"{secret} {new string('x', 500)}" })
            (await client.PutAsJsonAsync(ApiRoutes.Flag(asked.Id), new FlagRequest(Note: note), TestContext.Current.CancellationToken)).Dispose();
        await client.GetStringAsync(ApiRoutes.Passages(Corpus, secret), TestContext.Current.CancellationToken);
        await client.GetStringAsync($"{ApiRoutes.AskStream}?question={secret}&corpus={Corpus}", TestContext.Current.CancellationToken);
        await client.GetStringAsync($"/?q={secret}", TestContext.Current.CancellationToken);
        (await client.PostAsJsonAsync(ApiRoutes.Ask, new AskRequest(secret, "nowhere"), TestContext.Current.CancellationToken)).Dispose();
        (await client.PostAsJsonAsync(ApiRoutes.Ask, new AskRequest(secret, Corpus, 99), TestContext.Current.CancellationToken)).Dispose();
        await foreach (var _ in hub.StreamAsync<AskUpdate>(nameof(IAskHub.Ask), new AskRequest(secret, Corpus), TestContext.Current.CancellationToken))
        {
        }

        Assert.Contains(site.Log, line => line.StartsWith("Trace", StringComparison.Ordinal));
        Assert.DoesNotContain(site.Log, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase));
    }

    private static async Task<Site> AskableAsync(params string[] settings)
    {
        var site = await Site.StartAsync(null, settings);
        RandomModel.Make(Path.Combine(site.DataFolder, "models", AskableSite.Model));
        site.Services.GetRequiredService<RealmWeb.Data.Models.ModelLibrary>().Promote(AskableSite.Model, "the test", "the only one");
        site.Services.GetRequiredService<CorpusLibrary>().Create(Corpus).Import("harbour.md", "Harbour", "The harbour opens at nine and closes at dusk.");
        return site;
    }

    private static async Task<AskResponse> AskAsync(HttpClient client, string question)
    {
        using var reply = await client.PostAsJsonAsync(ApiRoutes.Ask, new AskRequest(question, Corpus), TestContext.Current.CancellationToken);
        return await Reply.ValueAsync<AskResponse>(reply);
    }

    private static Task KeepAsync(TempData data, string question, int daysAgo, string askedBy = "") => data.Get<QuestionStore>().AddAsync(
        new AskedQuestion
        {
            Corpus = Corpus,
            Question = question,
            Model = "tiny",
            Generation = "",
            AskedBy = askedBy,
            AskedAt = TimeProvider.System.GetUtcNow().AddDays(-daysAgo),
        },
        TestContext.Current.CancellationToken);
}
