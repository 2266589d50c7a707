using System.Net;
using System.Text;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Api;

/// <summary>Walks every route of the site, also those that are added later: what is not named as open here must refuse.</summary>
[Collection(SiteTests.Name)]
public sealed class GuardTests(SharedSite shared)
{
    // Open to anyone while Realm:OpenAsking: asking, what shows the evidence, and signing in.
    private static readonly string[] Open =
    [
        "POST /api/ask", "GET /api/ask/stream", "POST /api/ask/stream", "GET /api/ask/info",
        "GET /api/corpora", "GET /api/corpora/{name}", "GET /api/corpora/{name}/documents/{id:long}",
        "GET /api/corpora/{name}/documents/{id:long}/pages/{number:long}",
        "GET /api/accounts/me", "POST /api/accounts/setup", "POST /api/accounts/sign-in", "POST /api/accounts/sign-out",
        "* /hubs/ask/negotiate", "* /hubs/ask",
        // Says no more than that the widget is there or not; what it may ask needs the token that it gives.
        "POST /api/embed/{id}/token",
    ];

    // For a widget's token alone: not even an administrator's cookie opens them.
    private static readonly string[] ForWidgets = ["POST /api/embed/ask/stream", "PUT /api/embed/flags/{id:guid}", "DELETE /api/embed/flags/{id:guid}"];

    private static readonly string[] OpenToEveryAccount =
    [
        "GET /api/limits", "PUT /api/accounts/me/password",
        "GET /api/questions/mine", "DELETE /api/questions/mine", "DELETE /api/questions/mine/{id:guid}",
        "GET /api/questions/mine/flags", "GET /api/questions/{id:guid}/flag", "PUT /api/questions/{id:guid}/flag", "DELETE /api/questions/{id:guid}/flag",
        "GET /api/corpora/{name}/passages",
    ];

    [Fact]
    public async Task EveryRoute_RefusesStrangers_UnlessItIsNamedAsOpen()
    {
        using var client = shared.Site.Anonymous();

        var refusals = await WalkAsync(client, Open);

        Assert.NotEmpty(refusals);
        Assert.All(refusals,
            refusal => Assert.True(refusal.Status == HttpStatusCode.Unauthorized, $"{refusal.Route} answered {refusal.Status} to a stranger."));
    }

    [Fact]
    public async Task EveryRoute_RefusesAskers_UnlessItIsNamedAsOpen()
    {
        using var client = await shared.Site.SignedInAsync(Roles.Asker);

        var refusals = await WalkAsync(client, [.. Open, .. OpenToEveryAccount, .. ForWidgets]);

        Assert.NotEmpty(refusals);
        Assert.All(refusals, refusal => Assert.True(
            refusal.Status == (refusal.Route.Contains("/api/corpora", StringComparison.Ordinal) ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden),
            $"{refusal.Route} answered {refusal.Status} to an asker."));
    }

    [Fact]
    public async Task WidgetRoutes_RefuseEveryAccount()
    {
        using var admin = await shared.Site.AdminAsync();

        var refusals = await WalkAsync(admin, [.. SiteRoutes.Of(shared.Site).Select(route => route.Route).Except(ForWidgets)]);

        Assert.Equal(ForWidgets.Length, refusals.Count);
        Assert.All(refusals, refusal => Assert.Equal(HttpStatusCode.Unauthorized, refusal.Status));
    }

    [Fact]
    public async Task ForbiddenCorpus_LooksLikeAnUnknownOne()
    {
        using var admin = await shared.Site.AdminAsync();
        using var asker = await shared.Site.SignedInAsync(Roles.Asker);
        using var made = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(
            admin, Contracts.ApiRoutes.Corpora, new Contracts.Corpora.CreateCorpusRequest("secrets", ""), TestContext.Current.CancellationToken);

        using var forbidden = await asker.DeleteAsync(Contracts.ApiRoutes.Corpus("secrets"), TestContext.Current.CancellationToken);
        using var unknown = await asker.DeleteAsync(Contracts.ApiRoutes.Corpus("nothing"), TestContext.Current.CancellationToken);

        var first = await Reply.ProblemAsync(forbidden, HttpStatusCode.NotFound, "unknown-corpus");
        var second = await Reply.ProblemAsync(unknown, HttpStatusCode.NotFound, "unknown-corpus");
        Assert.Equal(first.Detail!.Replace("secrets", "nothing", StringComparison.Ordinal), second.Detail);
    }

    [Fact]
    public async Task Asking_IsForAccountsOnly_WhenItIsNotOpen()
    {
        await using var site = await Site.StartAsync(null, "Realm:OpenAsking=false");
        using var stranger = site.Anonymous();
        using var asker = await site.SignedInAsync(Roles.Asker);

        using var refused = await stranger.GetAsync(Contracts.ApiRoutes.Corpora, TestContext.Current.CancellationToken);
        using var allowed = await asker.GetAsync(Contracts.ApiRoutes.Corpora, TestContext.Current.CancellationToken);

        await Reply.ProblemAsync(refused, HttpStatusCode.Unauthorized, "not-signed-in");
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [Fact]
    public async Task Request_IsRefused_WhenAnotherSitesPageSentIt()
    {
        using var admin = await shared.Site.AdminAsync();
        using var fromElsewhere = new HttpRequestMessage(HttpMethod.Post, Contracts.ApiRoutes.SignOut)
        {
            Headers = { { "Origin", "https://elsewhere.example" } },
        };
        using var crossSite = new HttpRequestMessage(HttpMethod.Post, Contracts.ApiRoutes.SignOut) { Headers = { { "Sec-Fetch-Site", "cross-site" } } };
        using var socket = new HttpRequestMessage(HttpMethod.Get, Contracts.Hubs.HubRoutes.Runs) { Headers = { { "Origin", "https://elsewhere.example" } } };
        using var stream = new HttpRequestMessage(HttpMethod.Get, $"{Contracts.ApiRoutes.AskStream}?question=who")
        {
            Headers = { { "Sec-Fetch-Site", "cross-site" } },
        };

        foreach (var request in new[] { fromElsewhere, crossSite, socket, stream })
        {
            using var reply = await admin.SendAsync(request, TestContext.Current.CancellationToken);
            await Reply.ProblemAsync(reply, HttpStatusCode.Forbidden, "other-origin");
        }
        var me = await Reply.GetAsync<Me>(admin, Contracts.ApiRoutes.Me);
        Assert.Equal(Site.AdminName, me.Name);
    }

    private async Task<List<(string Route, HttpStatusCode Status)>> WalkAsync(HttpClient client, IReadOnlyCollection<string> open)
    {
        var refusals = new List<(string, HttpStatusCode)>();
        foreach (var (route, method, path, _) in SiteRoutes.Of(shared.Site).Where(route => !open.Contains(route.Route)))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (method is "POST" or "PUT")
                request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            using var reply = await client.SendAsync(request, TestContext.Current.CancellationToken);
            refusals.Add((route, reply.StatusCode));
        }
        return refusals;
    }
}
