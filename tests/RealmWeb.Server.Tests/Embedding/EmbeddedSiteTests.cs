using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RealmWeb.ApiClient;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Hubs;
using RealmWeb.Contracts.Notices;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;
using RealmWeb.Server.Tests.Hosting;
using RealmWeb.TestKit;

namespace RealmWeb.Server.Tests.Embedding;

/// <summary>The site inside an application of ASP.NET Core with users, policies and pages of its own.</summary>
public sealed class EmbeddedSiteTests(EmbeddedSiteTests.Intranet intranet) : IClassFixture<EmbeddedSiteTests.Intranet>
{
    private const string At = "/help";

    // Open to every user of the application, without a role too, beside the pages without their contents, and the files: none of it is of this site's own.
    private static readonly string[] OpenToAll =
    [
        // One word each.
        "/health/live", "/health/ready",
        // The API of this version, the same on every site, and a page to read it.
        "/openapi/{documentName}.json", "/scalar/{documentName?}", "/scalar/scalar.js", "/scalar/scalar.aspnetcore.js", "/scalar/favicon.svg",
        // The box of a widget, to who knows its id: an administrator made it for everybody who sees the sites that it names.
        "/embed/{id}",
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HostsUsers_HaveTheRolesThatTheHostMaps_AndNothingWithoutOne()
    {
        using var boss = intranet.Client("boss");
        using var staff = intranet.Client("staff");
        using var guest = intranet.Client("guest");

        var me = await Reply.GetAsync<Me>(boss, At + ApiRoutes.Me);
        using var made = await boss.PostAsJsonAsync(At + ApiRoutes.Corpora, new CreateCorpusRequest("notes", ""), Stop);
        using var asStaff = await staff.PostAsJsonAsync(At + ApiRoutes.Corpora, new CreateCorpusRequest("others", ""), Stop);
        var corpora = await Reply.GetAsync<List<CorpusSummary>>(staff, At + ApiRoutes.Corpora);
        var nobody = await Reply.GetAsync<Me>(guest, At + ApiRoutes.Me);
        using var refused = await guest.GetAsync(At + ApiRoutes.Corpora, Stop);

        Assert.Equal(("", false), (nobody.Name, nobody.MayAsk));
        Assert.Empty(nobody.Roles);
        Assert.Contains("no role here", (await Reply.ProblemAsync(refused, HttpStatusCode.Unauthorized, "not-signed-in")).Detail, StringComparison.Ordinal);
        Assert.Equal(("boss", true, false), (me.Name, me.HostAccounts, me.SetupNeeded));
        Assert.Equal([Roles.Admin], me.Roles);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        await Reply.ProblemAsync(asStaff, HttpStatusCode.NotFound, "unknown-corpus");
        Assert.Equal("notes", Assert.Single(corpora).Name);
        foreach (var (route, method, path, _) in SiteRoutes.Of(intranet.SiteServices).Where(route => route.Route is not "GET /api/accounts/me"
            && !route.Route.Contains("/api/embed/", StringComparison.Ordinal)))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), At + path);
            if (method is "POST" or "PUT")
                request.Content = JsonContent.Create(new { });
            using var reply = await guest.SendAsync(request, Stop);
            Assert.True(reply.StatusCode == HttpStatusCode.Unauthorized, $"{route} answered {reply.StatusCode} to a user without a role.");
        }
    }

    [Fact]
    public async Task HostsUserWithoutARole_SeesNothingOfTheSitesOwn_OutsideItsApi()
    {
        const string title = "Archive of the board";
        using var boss = intranet.Client("boss");
        using var guest = intranet.Client("guest");
        using var made = await boss.PostAsJsonAsync(At + ApiRoutes.Corpora, new CreateCorpusRequest("archive", title), Stop);
        var routes = intranet.SiteServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            .ToLookup(route => route.Metadata.GetMetadata<ComponentTypeMetadata>() is not null, route => "/" + route.RoutePattern.RawText!.Trim('/'));
        // The last two are the program that browsers run, and files that no list names because the site was not published.
        string[] elsewhere = ["/api/", "/hubs/", "/_framework/", "/{**path:file}"];
        var others = routes[false].Where(path => !elsewhere.Any(folder => path.StartsWith(folder, StringComparison.Ordinal))).ToList();

        var shown = new Dictionary<string, string>();
        foreach (var path in OpenToAll.Concat(routes[true]))
        {
            using var reply = await guest.GetAsync(At + Filled(path), Stop);
            shown[path] = await reply.Content.ReadAsStringAsync(Stop);
        }
        using var deleted = await boss.DeleteAsync(At + ApiRoutes.Corpus("archive"), Stop);

        Assert.True(made.IsSuccessStatusCode && deleted.IsSuccessStatusCode);
        Assert.Empty(others.Except(OpenToAll));
        Assert.Empty(OpenToAll.Except(others));
        Assert.DoesNotContain(shown, page => page.Value.Contains(title, StringComparison.Ordinal));
        Assert.Matches("^[A-Z][a-z]+$", shown["/health/ready"]);
        Assert.Contains("\"openapi\"", shown["/openapi/{documentName}.json"], StringComparison.Ordinal);

        static string Filled(string path) => Regex.Replace(path, @"\{\*?(\w+)(:\w+)?\??\}", part => (part.Groups[1].Value, part.Groups[2].Value) switch
        {
            ("documentName", _) => "v1",
            (_, ":guid") => Guid.Empty.ToString(),
            (_, ":int" or ":long") => "1",
            _ => "archive",
        });
    }

    [Fact]
    public async Task RightsInACorpus_AreGivenToTheHostsUsersByName()
    {
        using var boss = intranet.Client("boss");
        using var staff = intranet.Client("staff");
        using var made = await boss.PostAsJsonAsync(At + ApiRoutes.Corpora, new CreateCorpusRequest("minutes", ""), Stop);

        var closed = await SetAsync();
        var given = await SetAsync(new CorpusGrant(GrantKind.User, "staff", CorpusRole.Annotator));
        using var deleted = await boss.DeleteAsync(At + ApiRoutes.Corpus("minutes"), Stop);

        Assert.Empty(closed);
        Assert.Equal([CorpusRole.Annotator], given);

        async Task<List<CorpusRole>> SetAsync(params CorpusGrant[] grants)
        {
            using var set = await boss.PutAsJsonAsync(At + ApiRoutes.CorpusAccess("minutes"), new SetCorpusAccessRequest(true, grants), Stop);
            await Reply.ValueAsync<CorpusAccessView>(set);
            var corpora = await Reply.GetAsync<List<CorpusSummary>>(staff, At + ApiRoutes.Corpora);
            return [.. corpora.Where(corpus => corpus.Name == "minutes").Select(corpus => corpus.Role)];
        }
    }

    [Fact]
    public async Task Notices_AreSeenByEachOfTheHostsAdministratorsApart()
    {
        using var boss = intranet.Client("boss");
        using var other = intranet.Client("other-boss");
        await RunSamples.InStateAsync(intranet.SiteServices.GetRequiredService<RunStore>(), RunState.Failed, kind: RunKind.FineTune);

        var before = await Reply.GetAsync<NoticeList>(boss, At + ApiRoutes.Notices);
        using var seen = await boss.PutAsJsonAsync(At + ApiRoutes.NoticesSeen, new NoticesSeenRequest(before.Notices[0].At), Stop);
        // Another tab, which was slower.
        using var late = await boss.PutAsJsonAsync(At + ApiRoutes.NoticesSeen, new NoticesSeenRequest(before.Notices[0].At.AddDays(-1)), Stop);
        var after = await Reply.GetAsync<NoticeList>(boss, At + ApiRoutes.Notices);
        var others = await Reply.GetAsync<NoticeList>(other, At + ApiRoutes.Notices);

        Assert.True(seen.IsSuccessStatusCode && late.IsSuccessStatusCode);
        Assert.Equal((1, 0, 1), (before.Unread, after.Unread, others.Unread));
    }

    [Fact]
    public async Task RateLimit_OfTheHosts_HoldsForPagesApiAndHubsAlike()
    {
        using var boss = intranet.Client("boss");
        boss.DefaultRequestHeaders.Add(Intranet.Limited, "1");

        using var first = await boss.GetAsync(Intranet.LimitedAt + "/", Stop);
        using var second = await boss.GetAsync(Intranet.LimitedAt + ApiRoutes.Me, Stop);
        using var hub = await boss.PostAsync($"{Intranet.LimitedAt}{HubRoutes.Ask}/negotiate?negotiateVersion=1", null, Stop);
        using var elsewhere = await boss.GetAsync(At + ApiRoutes.Me, Stop);

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests, HttpStatusCode.OK),
            (first.StatusCode, second.StatusCode, hub.StatusCode, elsewhere.StatusCode));
    }

    // The application's umask stays the application's: what the site writes is closed off by its folder.
    [Fact]
    public void DataFolder_IsClosedToOthers_AlsoOneThatWasMadeOpen() => Assert.True(
        OperatingSystem.IsWindows() || (File.GetUnixFileMode(intranet.DataFolder) & (UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) == 0);

    [Fact]
    public void AccountsOfTheSite_AreOff() => Assert.Equal(
        "GET /api/accounts/me", Assert.Single(SiteRoutes.Of(intranet.SiteServices), route => route.Path.StartsWith("/api/accounts", StringComparison.Ordinal)).Route);

    [Fact]
    public async Task Pages_FilesHubsAndDescription_AreBelowThePath()
    {
        using var staff = intranet.Client("staff");

        var page = await staff.GetStringAsync(At + "/", Stop);
        using var folder = await staff.GetAsync(At, Stop);
        using var script = await staff.GetAsync(At + "/realm-ask.js", Stop);
        using var program = await staff.GetAsync(At + "/_framework/blazor.web.js", Stop);
        var description = await staff.GetStringAsync(At + "/openapi/v1.json", Stop);
        await using var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(intranet.Address, At + HubRoutes.Events), (HttpConnectionOptions options) => options.Headers["X-User"] = "boss").Build();
        await hub.StartAsync(Stop);

        Assert.Contains("""<base href="/help/" />""", page, StringComparison.Ordinal);
        Assert.Equal("/help/", folder.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.OK, script.StatusCode);
        Assert.Equal(HttpStatusCode.OK, program.StatusCode);
        Assert.Contains("/help", description, StringComparison.Ordinal);
        Assert.Equal(HubConnectionState.Connected, hub.State);
    }

    [Theory]
    [InlineData("/help")]
    [InlineData("/teams/blue/help")]
    [InlineData("/base/help")]
    [InlineData("/base/teams/blue/help")]
    public async Task Pages_NameThePathThatTheyWereAskedAt_InAGroupAndBelowAPathBase(string path)
    {
        using var staff = intranet.Client("staff");

        using var folder = await staff.GetAsync(path, Stop);
        var page = await staff.GetStringAsync(path + "/c/anything", Stop);
        var me = await Reply.GetAsync<Me>(staff, path + ApiRoutes.Me);

        Assert.Equal(path + "/", folder.Headers.Location?.OriginalString);
        Assert.Contains($"""<base href="{path}/" />""", page, StringComparison.Ordinal);
        Assert.Equal("staff", me.Name);
    }

    [Fact]
    public void Site_IsAddedOnce() => Assert.Contains(
        "AddRealmWeb() once", Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddRealmWeb().AddRealmWeb()).Message, StringComparison.Ordinal);

    [Fact]
    public async Task ApiClient_CallsBelowThePath_WithATokenOfTheHosts()
    {
        await using var services = new ServiceCollection()
            .AddRealmApiClient(o => (o.Address, o.Token) = (new Uri(intranet.Address, At), _ => ValueTask.FromResult<string?>("staff"))).Services.BuildServiceProvider();
        var client = services.GetRequiredService<RealmApiClient>();

        var corpora = await client.CorporaAsync(Stop);
        var refused = await Assert.ThrowsAsync<RealmApiException>(() => client.AskAsync("Who?", "none", Stop));

        Assert.DoesNotContain(corpora, corpus => corpus.Name == "none");
        Assert.Equal("unknown-corpus", refused.Kind);
    }

    [Fact]
    public async Task Host_KeepsItsOwnPagesPoliciesAndErrors()
    {
        using var stranger = intranet.Client(null);

        var page = await stranger.GetStringAsync("/", Stop);
        using var closed = await stranger.GetAsync("/closed", Stop);
        using var chained = await stranger.GetAsync(At + "/", Stop);
        using var json = await stranger.PostAsJsonAsync("/loose", new { }, Stop);

        Assert.Equal("host", page);
        Assert.Equal("host's challenge", await closed.Content.ReadAsStringAsync(Stop));
        Assert.Equal("host's challenge", await chained.Content.ReadAsStringAsync(Stop));
        // The site requires every field; the host's own reading of JSON stays as it is.
        Assert.Equal(HttpStatusCode.OK, json.StatusCode);
        Assert.False(closed.Headers.Contains("Content-Security-Policy"));
    }

    /// <summary>An application whose users say in a header who they are: staff, boss and guest.</summary>
    public sealed class Intranet : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("realmweb-embedded-").FullName;
        private WebApplication _app = null!;

        /// <summary>Names who is counted.</summary>
        public const string Limited = "X-Limited";

        public const string LimitedAt = "/limited";

        public string DataFolder => Path.Combine(_folder, "data");

        public Uri Address => new(_app.Urls.First());

        public IServiceProvider SiteServices => _app.Services.GetRequiredService<Server.Embedding.RealmWebGuest>().Services;

        public async ValueTask InitializeAsync()
        {
            Directory.CreateDirectory(DataFolder);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(DataFolder, File.GetUnixFileMode(DataFolder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
            builder.Configuration.AddInMemoryCollection(
                new Dictionary<string, string?> { ["urls"] = "http://127.0.0.1:0", ["Realm:DataDir"] = DataFolder, ["Realm:ImportSample"] = "false" });
            builder.Logging.ClearProviders();
            builder.Services.AddAuthentication("Header").AddScheme<AuthenticationSchemeOptions, HeaderUsers>("Header", null);
            builder.Services.AddAuthorization();
            builder.Services.AddRealmWeb(realm => realm.HostRoles = user => user.IsInRole("boss") || user.IsInRole("other-boss") ? [Roles.Admin] : user.IsInRole("staff") ? [Roles.Asker] : []);
            builder.Services.AddRateLimiter(limits => limits.AddPolicy("once", context => RateLimitPartition.GetFixedWindowLimiter(
                context.Request.Headers[Limited].ToString(), _ => new FixedWindowRateLimiterOptions { PermitLimit = 1, Window = TimeSpan.FromDays(1) }))
                .RejectionStatusCode = StatusCodes.Status429TooManyRequests);
            _app = builder.Build();
            _app.UsePathBase("/base");
            _app.UseRouting();
            _app.UseAuthentication();
            _app.UseAuthorization();
            _app.MapGet("/", () => "host");
            _app.MapGet("/closed", () => "never").RequireAuthorization();
            _app.MapPost("/loose", (Loose loose) => loose);
            _app.UseRateLimiter();
            _app.MapRealmWeb(At).RequireAuthorization();
            _app.MapGroup("/teams/{team}").MapRealmWeb(At).RequireAuthorization();
            _app.MapRealmWeb(LimitedAt).RequireRateLimiting("once");
            await _app.StartAsync(Stop);
        }

        public async ValueTask DisposeAsync()
        {
            await _app.StopAsync(CancellationToken.None);
            await _app.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }

        public HttpClient Client(string? role)
        {
            var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
            if (role is not null)
                client.DefaultRequestHeaders.Add("X-User", role);
            return client;
        }
    }

    private sealed record Loose(string Name);

    private sealed class HeaderUsers(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            (Request.Headers["X-User"].ToString() is { Length: > 0 } header ? header : Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal))
                is { Length: > 0 } name
                ? AuthenticateResult.Success(new AuthenticationTicket(
                    new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name), new Claim(ClaimTypes.Role, name)], "Header")), "Header"))
                : AuthenticateResult.NoResult());

        protected override Task HandleChallengeAsync(AuthenticationProperties properties) => Response.WriteAsync("host's challenge");
    }
}
