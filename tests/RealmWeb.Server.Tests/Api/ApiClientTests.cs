using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RealmWeb.ApiClient;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Flags;
using RealmWeb.Contracts.Questions;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Api;

/// <summary>The client for other programs, against the real site.</summary>
[Collection(AskingTests.Name)]
public sealed class ApiClientTests(AskableSite shared)
{
    private const string Question = "How long is the Amazon river?";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Visitor_AsksAndReadsOn()
    {
        await using var services = Client(o => o.Address = shared.Site.Address, out var client);

        var answer = await client.AskAsync(Question, AskableSite.Corpus, Stop);
        var info = await client.InfoAsync(cancellationToken: Stop);
        var corpora = await client.CorporaAsync(Stop);
        var document = await client.DocumentAsync(AskableSite.Corpus, answer.Evidence[0].DocumentId, Stop);

        Assert.Equal((Question, AskableSite.Corpus, AskableSite.Model), (answer.Question, answer.Corpus, answer.Model));
        Assert.Equal((AskableSite.Corpus, Flagging.SignIn), (info.Corpus, info.Flagging));
        Assert.Equal(info.Blocks, Assert.Single(corpora, corpus => corpus.Name == AskableSite.Corpus).Blocks);
        Assert.Contains(answer.Evidence[0].Text, document.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_TellsStagesAndEvidenceBeforeTheAnswer()
    {
        await using var services = Client(o => o.Address = shared.Site.Address, out var client);

        var updates = await client.AskStreamAsync(new AskRequest(Question, AskableSite.Corpus, 3), Stop).ToListAsync(Stop);

        Assert.Equal(
            [AskStage.Encoding, AskStage.Searching, AskStage.Reading], updates.Select(update => update.Stage?.Stage).OfType<AskStage>().Distinct());
        Assert.Equal(3, Assert.Single(updates, update => update.Evidence is not null).Evidence!.Count);
        Assert.Equal(Question, updates[^1].Answer?.Question);
    }

    [Fact]
    public async Task Account_SignsInOnce_FlagsItsAnswer_AndSignsInAgainWhenItsSessionIsOver()
    {
        var (name, id) = await MakeAskerAsync();
        await using var services = Client(
            o => (o.Address, o.UserName, o.Password) = (shared.Site.Address, name, Hosting.Site.Password), out var client);

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => client.AskAsync(Question, AskableSite.Corpus, Stop)));
        var flag = await client.FlagAsync(answers[0].Id, new FlagRequest(AnswerVerdict.Wrong), Stop);
        // Another password ends the sessions of an account.
        await SetPasswordAsync(id);
        var changed = await client.FlagAsync(answers[0].Id, new FlagRequest(AnswerVerdict.Right), Stop);
        await client.TakeFlagBackAsync(answers[0].Id, Stop);
        var gone = await Assert.ThrowsAsync<RealmApiException>(() => client.TakeFlagBackAsync(answers[0].Id, Stop));

        Assert.Equal((AnswerVerdict.Wrong, AnswerVerdict.Right), (flag.Answer, changed.Answer));
        Assert.Equal((HttpStatusCode.NotFound, "no-flag"), (gone.Status, gone.Kind));
    }

    [Fact]
    public async Task Refusals_ComeWithKindSentenceAndTrace()
    {
        await using var services = Client(o => o.Address = shared.Site.Address, out var client);
        await using var wrong = Client(o => (o.Address, o.UserName, o.Password) = (shared.Site.Address, "nobody", "wrong password"), out var stranger);
        await using var elsewhere = Client(o => o.Address = new Uri(shared.Site.Address, "elsewhere"), out var lost);

        var unknown = await Assert.ThrowsAsync<RealmApiException>(() => client.AskAsync(Question, "none", Stop));
        var streamed = await Assert.ThrowsAsync<RealmApiException>(
            async () => await client.AskStreamAsync(new AskRequest(Question, "none"), Stop).ToListAsync(Stop));
        var bad = await Assert.ThrowsAsync<RealmApiException>(() => client.AskAsync(new AskRequest(Question, AskableSite.Corpus, 0), Stop));
        var signIn = await Assert.ThrowsAsync<RealmApiException>(() => stranger.AskAsync(Question, cancellationToken: Stop));
        var nothing = await Assert.ThrowsAsync<RealmApiException>(() => lost.AskAsync(Question, cancellationToken: Stop));

        Assert.Equal((HttpStatusCode.NotFound, "unknown-corpus"), (unknown.Status, unknown.Kind));
        Assert.Equal(("There is no corpus \"none\". Pick one of the list.", "unknown-corpus"), (streamed.Message, streamed.Kind));
        Assert.False(string.IsNullOrEmpty(unknown.TraceId));
        Assert.Equal((HttpStatusCode.BadRequest, "bad-question"), (bad.Status, bad.Kind));
        Assert.Equal((HttpStatusCode.Unauthorized, "sign-in-failed"), (signIn.Status, signIn.Kind));
        Assert.NotNull(nothing.Status);
    }

    [Fact]
    public async Task TooManyQuestions_SayHowLongToWait()
    {
        await using var site = await Hosting.Site.StartAsync(null, "Realm:AsksPerMinute=1");
        await using var services = Client(o => o.Address = site.Address, out var client);

        var first = await Assert.ThrowsAsync<RealmApiException>(() => client.AskAsync(Question, cancellationToken: Stop));
        var second = await Assert.ThrowsAsync<RealmApiException>(() => client.AskAsync(Question, cancellationToken: Stop));

        Assert.Equal("unknown-corpus", first.Kind);
        Assert.Equal(HttpStatusCode.TooManyRequests, second.Status);
        Assert.InRange(second.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task APageThatIsNotTheSites_IsSaidToBeNone()
    {
        await using var services = Client(o => o.Address = shared.Site.Address, out _, page: true);

        var failure = await Assert.ThrowsAsync<RealmApiException>(
            () => services.GetRequiredService<RealmApiClient>().InfoAsync(cancellationToken: Stop));

        Assert.Contains("answered with text/html where an answer of RealmWeb was expected", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, null, "The address of RealmWeb is missing")]
    [InlineData("file:///site", null, null, "The address of RealmWeb is \"file:///site\"")]
    [InlineData("https://site", "ada", null, "UserName and Password belong together")]
    public void Settings_AreRefusedWithTheReason(string? address, string? name, string? password, string reason)
    {
        using var services = Client(
            o => (o.Address, o.UserName, o.Password) = (address is null ? null : new Uri(address), name, password), out _, resolve: false);

        var refused = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<RealmApiClient>());

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Client(Action<RealmApiOptions> configure, out RealmApiClient client, bool resolve = true, bool page = false)
    {
        var collection = new ServiceCollection();
        var added = collection.AddRealmApiClient(configure);
        // The start page of the site stands for a page that is in the way.
        if (page)
            added.ConfigureHttpClient(http => http.DefaultRequestHeaders.Accept.ParseAdd("text/html")).AddHttpMessageHandler(() => new ToTheStartPage());
        var services = collection.BuildServiceProvider();
        client = resolve ? services.GetRequiredService<RealmApiClient>() : null!;
        return services;
    }

    private async Task<(string Name, string Id)> MakeAskerAsync()
    {
        using var admin = await shared.Site.AdminAsync();
        var name = $"user-{Guid.NewGuid():N}";
        using var made = await admin.PostAsJsonAsync(ApiRoutes.Users, new CreateUserRequest(name, Hosting.Site.Password, [Roles.Asker]), Stop);
        return (name, (await Reply.ValueAsync<UserSummary>(made)).Id);
    }

    private async Task SetPasswordAsync(string id)
    {
        using var admin = await shared.Site.AdminAsync();
        using var reply = await admin.PutAsJsonAsync(ApiRoutes.UserPassword(id), new SetPasswordRequest(Hosting.Site.Password), Stop);
        reply.EnsureSuccessStatusCode();
    }

    private sealed class ToTheStartPage : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(request.RequestUri!, "/");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
