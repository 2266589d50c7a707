using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Questions;
using RealmWeb.Server.Accounts;
using RealmWeb.Server.Embedding;
using RealmWeb.Server.Tests.Hosting;

namespace RealmWeb.Server.Tests.Embedding;

/// <summary>The site inside an application that leaves it its own accounts.</summary>
public sealed class OwnAccountsTests : IAsyncDisposable
{
    private const string At = "/help";
    private readonly string _folder = Directory.CreateTempSubdirectory("realmweb-own-accounts-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task SignIn_HoldsBelowThePath_WithCookiesThatReachNothingElseOfTheApplication()
    {
        await using var app = await StartAsync();
        var (address, cookies) = (new Uri(app.Urls.First()), new CookieContainer());
        using var browser = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies }) { BaseAddress = address };
        var code = app.Services.GetRequiredService<RealmWebGuest>().Services.GetRequiredService<SetupCode>().Value;

        // A page, a visitor's question and an account: each of them sets a cookie.
        await browser.GetStringAsync(At + "/", Stop);
        using var asked = await browser.PostAsJsonAsync(At + ApiRoutes.Ask, new AskRequest("Who?", "none"), Stop);
        using var setUp = await browser.PostAsJsonAsync(At + ApiRoutes.Setup, new SetupRequest(code, Site.AdminName, Site.Password), Stop);
        using var signedOut = await browser.PostAsync(At + ApiRoutes.SignOut, null, Stop);
        var stranger = await Reply.GetAsync<Me>(browser, At + ApiRoutes.Me);
        using var signedIn = await browser.PostAsJsonAsync(At + ApiRoutes.SignIn, new SignInRequest(Site.AdminName, Site.Password), Stop);
        var me = await Reply.GetAsync<Me>(browser, At + ApiRoutes.Me);
        var users = await Reply.GetAsync<List<UserSummary>>(browser, At + ApiRoutes.Users);

        await Reply.ProblemAsync(asked, HttpStatusCode.NotFound, "unknown-corpus");
        Assert.True(setUp.IsSuccessStatusCode && signedOut.IsSuccessStatusCode && signedIn.IsSuccessStatusCode);
        Assert.Equal(("", Site.AdminName, false), (stranger.Name, me.Name, me.HostAccounts));
        Assert.Equal(Site.AdminName, Assert.Single(users).UserName);
        Assert.Equal([At, At, At], cookies.GetAllCookies().Select(cookie => cookie.Path));
        Assert.Equal(
            ["antiforgery", "realm-visitor", "realmweb"],
            cookies.GetAllCookies().Select(cookie => cookie.Name.Contains("Antiforgery", StringComparison.Ordinal) ? "antiforgery" : cookie.Name).Order());
        Assert.Empty(cookies.GetCookies(address));
    }

    private async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?> { ["urls"] = "http://127.0.0.1:0", ["Realm:DataDir"] = _folder, ["Realm:ImportSample"] = "false" });
        builder.Logging.ClearProviders();
        builder.Services.AddRealmWeb(realm => realm.OpenAsking = true);
        var app = builder.Build();
        app.MapRealmWeb(At);
        await app.StartAsync(Stop);
        return app;
    }
}
