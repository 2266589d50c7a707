using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Flags;
using RealmWeb.Contracts.Questions;
using RealmWeb.Contracts.Widgets;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.Server.Widgets;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Api;

/// <summary>Widgets that ask a corpus which answers.</summary>
[Collection(AskingTests.Name)]
public sealed class WidgetTests(AskableSite askable)
{
    private const string Page = "https://intranet.example";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Widget_KeepsItsSitesAsHeadersTakeThem_AndNamesThemInItsPagesPolicy()
    {
        using var admin = await askable.Site.AdminAsync();
        using var stranger = askable.Site.Anonymous();

        var widget = await MakeAsync(admin, Ask() with { Origins = [" https://büro.example/ ", "HTTPS://Intranet.example:8443", "https://büro.example"] });
        using var page = await stranger.GetAsync($"/embed/{widget.Id}", Stop);
        var html = await page.Content.ReadAsStringAsync(Stop);

        Assert.Equal(["https://xn--bro-hoa.example", "https://intranet.example:8443"], widget.Origins);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.EndsWith("frame-ancestors https://xn--bro-hoa.example https://intranet.example:8443", policy, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'", policy, StringComparison.Ordinal);
        Assert.False(page.Headers.Contains("Set-Cookie"));
        Assert.True(page.Headers.CacheControl!.NoStore);
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://intranet.example/wiki", "bad-origin", "has a path")]
    [InlineData("https://*.example", "bad-origin", "holds a *")]
    [InlineData("*", "bad-origin", "holds a *")]
    [InlineData("intranet.example", "bad-origin", "no address")]
    public async Task Widget_IsRefusedWithTheReason_WhenASiteIsNone(string origin, string kind, string why)
    {
        using var admin = await askable.Site.AdminAsync();

        using var reply = await admin.PostAsJsonAsync(ApiRoutes.Widgets, Ask() with { Origins = [origin] }, Stop);

        Assert.Contains(why, (await Reply.ProblemAsync(reply, HttpStatusCode.BadRequest, kind)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Widget_IsRefusedWithTheReason_WhenItCouldNotAsk()
    {
        using var admin = await askable.Site.AdminAsync();
        (SaveWidgetRequest Request, string Why)[] refused =
        [
            (Ask() with { Name = " " }, "The name has 0 characters"), (Ask() with { Corpora = [] }, "asks no corpus"),
            (Ask() with { Corpora = ["nothing"] }, "no corpus \"nothing\""), (Ask() with { AsksPerDay = 0 }, "The limits are 30 a minute and 0 a day"),
        ];

        foreach (var (request, why) in refused)
        {
            using var reply = await admin.PostAsJsonAsync(ApiRoutes.Widgets, request, Stop);
            Assert.Contains(why, (await Reply.ProblemAsync(reply, HttpStatusCode.BadRequest, "bad-widget")).Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Widget_IsOff_WhenItNamesNoSite()
    {
        using var admin = await askable.Site.AdminAsync();
        using var stranger = askable.Site.Anonymous();
        var widget = await MakeAsync(admin, Ask());
        var token = await TokenAsync(stranger, widget.Id);

        using var changed = await admin.PutAsJsonAsync(ApiRoutes.Widget(widget.Id), Ask() with { Origins = [] }, Stop);
        using var page = await stranger.GetAsync($"/embed/{widget.Id}", Stop);
        using var another = await stranger.PostAsync($"{ApiRoutes.Embed}/{widget.Id}/token", null, Stop);
        using var asked = await AskAsync(stranger, token);

        changed.EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.EndsWith("frame-ancestors 'none'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        await Reply.ProblemAsync(another, HttpStatusCode.NotFound, "unknown-widget");
        await Reply.ProblemAsync(asked, HttpStatusCode.NotFound, "unknown-widget");
    }

    [Fact]
    public async Task Widget_AnswersWithItsEvidence_FromItsCorporaAlone()
    {
        using var admin = await askable.Site.AdminAsync();
        using var stranger = askable.Site.Anonymous();
        (await admin.PostAsJsonAsync(ApiRoutes.Corpora, new Contracts.Corpora.CreateCorpusRequest("widget-secrets", ""), Stop)).EnsureSuccessStatusCode();
        var widget = await MakeAsync(admin, Ask());
        var token = await TokenAsync(stranger, widget.Id);

        using var asked = await AskAsync(stranger, token);
        using var elsewhere = await AskAsync(stranger, token, "widget-secrets");

        var answer = await AnswerOfAsync(asked);
        Assert.Equal(AskableSite.Corpus, answer.Corpus);
        Assert.NotEmpty(answer.Evidence);
        Assert.False(asked.Headers.Contains("Set-Cookie"));
        await Reply.ProblemAsync(elsewhere, HttpStatusCode.NotFound, "unknown-corpus");
    }

    // A page around pays the script, and the visitor the page in the frame.
    [Fact]
    public async Task Sizes_AreKept()
    {
        using var admin = await askable.Site.AdminAsync();
        using var stranger = askable.Site.Anonymous();
        var widget = await MakeAsync(admin, Ask());

        var loader = (await stranger.GetByteArrayAsync("/realm-ask.js", Stop)).Length;
        var frame = 0;
        foreach (var file in new[] { $"/embed/{widget.Id}", "/embed/page.js", "/embed/page.css" })
            frame += (await stranger.GetByteArrayAsync(file, Stop)).Length;

        Assert.InRange(loader, 1, 15_000);
        Assert.InRange(frame, 1, 60_000);
    }

    [Fact]
    public async Task Token_OpensNothingButAskingAndFlagging()
    {
        using var admin = await askable.Site.AdminAsync();
        using var stranger = askable.Site.Anonymous();
        var widget = await MakeAsync(admin, Ask() with { Flags = true });
        var token = await TokenAsync(stranger, widget.Id);

        var opened = new List<string>();
        foreach (var (route, method, path, _) in SiteRoutes.Of(askable.Site))
        {
            var (without, with) = (await StatusAsync(stranger, method, path, null), await StatusAsync(stranger, method, path, token));
            if (without is HttpStatusCode.Unauthorized && with is not HttpStatusCode.Unauthorized)
                opened.Add(route);
        }

        Assert.Equal(["DELETE /api/embed/flags/{id:guid}", "POST /api/embed/ask/stream", "PUT /api/embed/flags/{id:guid}"], opened.Order());
    }

    [Fact]
    public async Task Token_IsRefused_WhenItIsOverOrForged_AndTakesItsVisitorAlong()
    {
        var clock = new SetClock(new DateTimeOffset(2026, 3, 29, 12, 0, 0, TimeSpan.Zero));
        var tokens = new WidgetTokens(askable.Site.Services.GetRequiredService<Microsoft.AspNetCore.DataProtection.IDataProtectionProvider>(), clock);

        var first = tokens.Issue("w-1");
        var caller = tokens.Read(first)!;
        clock.Now += WidgetTokens.Lifetime + TimeSpan.FromSeconds(1);
        var second = tokens.Issue("w-1", tokens.ReadFormer(first));

        Assert.Null(tokens.Read(first));
        Assert.Null(tokens.Read(first[..^4] + "AAAA"));
        Assert.Null(tokens.Read("nonsense"));
        Assert.Equal(caller, tokens.Read(second));
        Assert.NotEqual(caller.Session, tokens.Read(tokens.Issue("w-2", caller))!.Session);
        clock.Now += TimeSpan.FromDays(2);
        Assert.Null(tokens.ReadFormer(second));
        using var stranger = askable.Site.Anonymous();
        using var refused = await AskAsync(stranger, "nonsense");
        await Reply.ProblemAsync(refused, HttpStatusCode.Unauthorized, "widget-token");
    }

    [Fact]
    public async Task Flag_IsTheVisitorsWhoAsked_AndOnlyWhereTheWidgetAllowsIt()
    {
        using var admin = await askable.Site.AdminAsync();
        using var stranger = askable.Site.Anonymous();
        var allows = await MakeAsync(admin, Ask() with { Flags = true });
        var forbids = await MakeAsync(admin, Ask());
        var (mine, others, without) =
            (await TokenAsync(stranger, allows.Id), await TokenAsync(stranger, allows.Id), await TokenAsync(stranger, forbids.Id));
        using var asked = await AskAsync(stranger, mine);
        var answer = await AnswerOfAsync(asked);
        var body = new FlagRequest(AnswerVerdict.Wrong);

        using var flagged = await SendAsync(stranger, HttpMethod.Put, $"{ApiRoutes.Embed}/flags/{answer.Id}", mine, body);
        using var notTheirs = await SendAsync(stranger, HttpMethod.Put, $"{ApiRoutes.Embed}/flags/{answer.Id}", others, body);
        using var notAllowed = await SendAsync(stranger, HttpMethod.Put, $"{ApiRoutes.Embed}/flags/{answer.Id}", without, body);
        using var takenBack = await SendAsync(stranger, HttpMethod.Delete, $"{ApiRoutes.Embed}/flags/{answer.Id}", mine);

        Assert.Equal(AnswerVerdict.Wrong, (await Reply.ValueAsync<FlagView>(flagged)).Answer);
        await Reply.ProblemAsync(notTheirs, HttpStatusCode.NotFound, "unknown-answer");
        await Reply.ProblemAsync(notAllowed, HttpStatusCode.Forbidden, "no-flags");
        Assert.Equal(HttpStatusCode.NoContent, takenBack.StatusCode);
    }

    [Fact]
    public async Task Questions_AreRefused_WhenTheMinuteOrTheDayIsFull()
    {
        using var admin = await askable.Site.AdminAsync();
        using var stranger = askable.Site.Anonymous();
        var slow = await MakeAsync(admin, Ask() with { AsksPerMinute = 1 });
        var rare = await MakeAsync(admin, Ask() with { AsksPerDay = 1 });
        var (slowToken, rareToken) = (await TokenAsync(stranger, slow.Id), await TokenAsync(stranger, rare.Id));
        (await AskAsync(stranger, slowToken)).EnsureSuccessStatusCode();
        (await AskAsync(stranger, rareToken)).EnsureSuccessStatusCode();

        using var tooFast = await AskAsync(stranger, slowToken);
        using var tooMany = await AskAsync(stranger, rareToken);

        await Reply.ProblemAsync(tooFast, HttpStatusCode.TooManyRequests, "too-many-requests");
        Assert.InRange(tooFast.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Contains("1 questions of today", (await Reply.ProblemAsync(tooMany, HttpStatusCode.TooManyRequests, "day-is-full")).Detail, StringComparison.Ordinal);
        Assert.InRange(tooMany.Headers.RetryAfter!.Delta!.Value.TotalHours, 0, 24);
        var listed = await Reply.GetAsync<List<WidgetView>>(admin, ApiRoutes.Widgets);
        Assert.Equal(1, Assert.Single(listed, widget => widget.Id == rare.Id).AskedToday);
    }

    private static SaveWidgetRequest Ask() => new($"Widget {Guid.NewGuid():N}", [AskableSite.Corpus], [Page]);

    private static async Task<WidgetView> MakeAsync(HttpClient admin, SaveWidgetRequest request) =>
        await Reply.ValueAsync<WidgetView>(await admin.PostAsJsonAsync(ApiRoutes.Widgets, request, Stop));

    private static async Task<string> TokenAsync(HttpClient client, string id) =>
        (await Reply.ValueAsync<WidgetToken>(await client.PostAsync($"{ApiRoutes.Embed}/{id}/token", null, Stop))).Token;

    private static Task<HttpResponseMessage> AskAsync(HttpClient client, string token, string corpus = "") =>
        SendAsync(client, HttpMethod.Post, $"{ApiRoutes.Embed}/ask/stream", token, new AskRequest("Who discovered penicillin?", corpus));

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, string? token, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        return await client.SendAsync(request, Stop);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string method, string path, string? token)
    {
        using var reply = await SendAsync(client, new HttpMethod(method), path, token, method is "POST" or "PUT" ? new { } : null);
        return reply.StatusCode;
    }

    private static async Task<AskResponse> AnswerOfAsync(HttpResponseMessage reply)
    {
        var text = await reply.Content.ReadAsStringAsync(Stop);
        Assert.True(reply.IsSuccessStatusCode, text);
        var data = text[text.IndexOf("event: answer", StringComparison.Ordinal)..].Split('\n')[1]["data: ".Length..];
        return JsonSerializer.Deserialize<AskResponse>(data, JsonSerializerOptions.Web)!;
    }
}
