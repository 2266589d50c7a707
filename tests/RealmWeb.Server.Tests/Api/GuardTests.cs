using System.Net;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Server.Events;
using RealmWeb.Server.Tests.Access;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Api;

/// <summary>Walks <see cref="SiteRights"/>, the table of routes, hub methods and topics, with everybody who may and who may not.</summary>
[Collection(SiteTests.Name)]
public sealed class GuardTests(SharedSite shared)
{
    [Fact]
    public void Table_NamesEveryRouteHubMethodAndTopic_AndNothingElse()
    {
        var hubs = from endpoint in shared.Site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            let hub = endpoint.Metadata.GetMetadata<HubMetadata>()?.HubType
            where hub is not null && !endpoint.RoutePattern.RawText!.EndsWith("negotiate", StringComparison.Ordinal)
            from method in hub.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            where method.GetBaseDefinition().DeclaringType == hub
            select $"hub {endpoint.RoutePattern.RawText} {method.Name}";
        var there = SiteRoutes.Of(shared.Site).Select(route => route.Route).Concat(hubs).Concat(TopicRights.Kinds.Keys.Select(kind => $"topic {kind}"));

        Assert.Equal(there.Order(StringComparer.Ordinal), SiteRights.All.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Roles.Asker)]
    [InlineData(Roles.Annotator)]
    [InlineData(Roles.Curator)]
    public async Task EveryRoute_RefusesWhoMayNot(string? role)
    {
        using var client = role is null ? shared.Site.Anonymous() : await shared.Site.SignedInAsync(role);

        var refusals = await WalkAsync(client, row => SiteRights.Of(row.Route) is var least && least > MostOf(role) && least != Least.Widgets);

        Assert.NotEmpty(refusals);
        Assert.All(refusals, refusal => Assert.True(
            refusal.Status == (role is null ? HttpStatusCode.Unauthorized
                : refusal.Route.Contains("/api/corpora", StringComparison.Ordinal) ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden),
            $"{refusal.Route} answered {refusal.Status} to {role ?? "a stranger"}."));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Roles.Asker)]
    [InlineData(Roles.Annotator)]
    [InlineData(Roles.Curator)]
    [InlineData(Roles.Admin)]
    public async Task EveryRouteThatReads_IsOpenToWhoMay(string? role)
    {
        using var client = role is null ? shared.Site.Anonymous() : await shared.Site.SignedInAsync(role);

        var replies = await WalkAsync(client, row => row.Method == "GET" && SiteRights.Of(row.Route) <= MostOf(role));

        Assert.NotEmpty(replies);
        Assert.All(replies, reply => Assert.False(
            reply.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, $"{reply.Route} answered {reply.Status} to {role ?? "a stranger"}."));
    }

    [Fact]
    public async Task WidgetRoutes_RefuseEveryAccount()
    {
        using var admin = await shared.Site.AdminAsync();

        var refusals = await WalkAsync(admin, row => SiteRights.Of(row.Route) == Least.Widgets);

        Assert.NotEmpty(refusals);
        Assert.All(refusals, refusal => Assert.Equal(HttpStatusCode.Unauthorized, refusal.Status));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Roles.Asker)]
    [InlineData(Roles.Annotator)]
    [InlineData(Roles.Curator)]
    public async Task EveryHubMethod_RefusesWhoMayNot(string? role)
    {
        var cookies = role is null ? null : await shared.Site.CookiesOfNewAsync(role);
        foreach (var (row, address, method) in SiteRights.HubMethods.Where(method => SiteRights.Of(method.Row) > MostOf(role)))
        {
            await using var hub = shared.Site.Hub(address, cookies);
            if (role is null)
            {
                var refused = await Assert.ThrowsAsync<HttpRequestException>(() => hub.StartAsync(TestContext.Current.CancellationToken));
                Assert.True(refused.StatusCode == HttpStatusCode.Unauthorized, $"{row} answered {refused.StatusCode} to a stranger.");
                continue;
            }
            await hub.StartAsync(TestContext.Current.CancellationToken);
            var failure = await Assert.ThrowsAsync<HubException>(() =>
                hub.InvokeCoreAsync<object?>(method, ArgumentsOf(method), TestContext.Current.CancellationToken));
            Assert.True(failure.Message.Contains("unauthorized", StringComparison.Ordinal), $"{row} answered \"{failure.Message}\" to {role}.");
        }
    }

    [Theory]
    [InlineData(Roles.Asker)]
    [InlineData(Roles.Annotator)]
    [InlineData(Roles.Curator)]
    [InlineData(Roles.Admin)]
    public async Task EveryTopic_IsForWhoMayAlone(string role)
    {
        using var client = await shared.Site.SignedInAsync(role);
        var name = (await Reply.GetAsync<Me>(client, ApiRoutes.Me)).Name;
        foreach (var (row, kind) in SiteRights.Topics)
        {
            var least = SiteRights.Of(row);
            var topic = new[] { EventTopics.Runs, EventTopics.Schedules, EventTopics.Models, EventTopics.Notices }.Contains(kind) ? kind
                : $"{kind}:{(least == Least.Accounts ? name : kind == "run" ? $"{Guid.Empty:N}" : "anything")}";
            // That of a run is there for curators where the run is.
            if (kind == "run" && role == Roles.Curator)
                continue;
            using var reply = await client.GetAsync(ApiRoutes.EventsOf(topic, 0), TestContext.Current.CancellationToken);
            Assert.True(
                reply.StatusCode == (least <= MostOf(role) ? HttpStatusCode.OK : HttpStatusCode.NotFound), $"{topic} answered {reply.StatusCode} to {role}.");
        }
    }

    [Fact]
    public async Task ForbiddenCorpus_LooksLikeAnUnknownOne()
    {
        using var admin = await shared.Site.AdminAsync();
        using var asker = await shared.Site.SignedInAsync(Roles.Asker);
        using var made = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(
            admin, ApiRoutes.Corpora, new Contracts.Corpora.CreateCorpusRequest("secrets", ""), TestContext.Current.CancellationToken);

        using var forbidden = await asker.DeleteAsync(ApiRoutes.Corpus("secrets"), TestContext.Current.CancellationToken);
        using var unknown = await asker.DeleteAsync(ApiRoutes.Corpus("nothing"), TestContext.Current.CancellationToken);

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

        using var refused = await stranger.GetAsync(ApiRoutes.Corpora, TestContext.Current.CancellationToken);
        using var allowed = await asker.GetAsync(ApiRoutes.Corpora, TestContext.Current.CancellationToken);

        await Reply.ProblemAsync(refused, HttpStatusCode.Unauthorized, "not-signed-in");
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [Fact]
    public async Task Request_IsRefused_WhenAnotherSitesPageSentIt()
    {
        using var admin = await shared.Site.AdminAsync();
        using var fromElsewhere = new HttpRequestMessage(HttpMethod.Post, ApiRoutes.SignOut)
        {
            Headers = { { "Origin", "https://elsewhere.example" } },
        };
        using var crossSite = new HttpRequestMessage(HttpMethod.Post, ApiRoutes.SignOut) { Headers = { { "Sec-Fetch-Site", "cross-site" } } };
        using var socket = new HttpRequestMessage(HttpMethod.Get, HubRoutes.Events) { Headers = { { "Origin", "https://elsewhere.example" } } };
        using var stream = new HttpRequestMessage(HttpMethod.Get, $"{ApiRoutes.AskStream}?question=who")
        {
            Headers = { { "Sec-Fetch-Site", "cross-site" } },
        };

        foreach (var request in new[] { fromElsewhere, crossSite, socket, stream })
        {
            using var reply = await admin.SendAsync(request, TestContext.Current.CancellationToken);
            await Reply.ProblemAsync(reply, HttpStatusCode.Forbidden, "other-origin");
        }
        var me = await Reply.GetAsync<Me>(admin, ApiRoutes.Me);
        Assert.Equal(Site.AdminName, me.Name);
    }

    private static Least MostOf(string? role) => role switch
    {
        null => Least.Everybody,
        Roles.Asker => Least.Accounts,
        Roles.Annotator => Least.Annotators,
        Roles.Curator => Least.SiteCurators,
        _ => Least.Admins,
    };

    private static object?[] ArgumentsOf(string method) => method switch
    {
        nameof(IEventsHub.WatchRun) => [Guid.Empty],
        nameof(IEventsHub.Follow) => [EventTopics.Runs],
        _ => [],
    };

    private async Task<List<(string Route, HttpStatusCode Status)>> WalkAsync(HttpClient client, Func<SiteRoute, bool> walked)
    {
        var replies = new List<(string, HttpStatusCode)>();
        foreach (var (route, method, path, _) in SiteRoutes.Of(shared.Site).Where(walked))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (method is "POST" or "PUT")
                request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            using var reply = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            replies.Add((route, reply.StatusCode));
        }
        return replies;
    }
}
