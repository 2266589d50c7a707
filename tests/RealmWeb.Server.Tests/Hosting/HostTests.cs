using System.Net;
using Microsoft.Extensions.Options;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Tests.Hosting;

[Collection(SiteTests.Name)]
public sealed class HostTests(SharedSite shared)
{
    [Fact]
    public async Task Page_CarriesAPolicyThatItsOwnScriptsFulfil()
    {
        using var client = shared.Site.Anonymous();

        using var reply = await client.GetAsync("/", TestContext.Current.CancellationToken);
        var page = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        var policy = Assert.Single(reply.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self' 'wasm-unsafe-eval'", policy, StringComparison.Ordinal);
        var nonce = policy.Split("'nonce-")[1].Split('\'')[0];
        var inline = System.Text.RegularExpressions.Regex.Matches(page, "<script(?![^>]*\\ssrc=)([^>]*)>");
        Assert.NotEmpty(inline);
        Assert.All(inline, script => Assert.Contains($"nonce=\"{nonce}\"", WebUtility.HtmlDecode(script.Groups[1].Value), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/favicon.svg", "image/svg+xml")]
    [InlineData("/robots.txt", "text/plain")]
    public async Task WebRoot_IsServed(string path, string type)
    {
        using var client = shared.Site.Anonymous();

        using var reply = await client.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal(type, reply.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", Assert.Single(reply.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task UnknownPage_IsAPageWithStatus404_WhenABrowserAsks()
    {
        using var client = shared.Site.Anonymous();
        client.DefaultRequestHeaders.Add("Accept", "text/html,application/xhtml+xml");

        using var reply = await client.GetAsync("/no/such/page", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
        Assert.Equal("text/html", reply.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_AnswersOneWord(string path)
    {
        using var client = shared.Site.Anonymous();

        var text = await client.GetStringAsync(path, TestContext.Current.CancellationToken);

        Assert.Contains(text, new[] { "Healthy", "Degraded" });
    }

    [Fact]
    public async Task Start_Fails_WhenASettingIsOutOfRange()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => Site.StartAsync(null, "Realm:AsksPerMinute=0"));

        Assert.Contains(nameof(RealmWebOptions.AsksPerMinute), failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/corpora/notes/docs/1?start=abc&end=9")]
    [InlineData("/corpora/notes/docs/1?start=1&start=2")]
    [InlineData("/corpora/notes/docs/1?start=99999999999999999999&to=-1")]
    [InlineData("/corpora/notes/docs/1?from=%00")]
    public async Task Page_IsShown_WhenItsAddressHoldsNonsense(string address)
    {
        using var client = shared.Site.Anonymous();
        client.DefaultRequestHeaders.Add("Accept", "text/html");

        using var reply = await client.GetAsync(address, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
    }

    [Fact]
    public async Task Documents_AreReadSoManyAMinute()
    {
        await using var site = await Site.StartAsync(null, "Realm:DocumentsPerMinute=2");
        using var client = await site.AdminAsync();
        string[] addresses = [Contracts.ApiRoutes.Document("notes", 1), Contracts.ApiRoutes.DocumentDetails("notes", 1)];

        foreach (var address in addresses)
            await Reply.ProblemAsync(await client.GetAsync(address, TestContext.Current.CancellationToken), HttpStatusCode.NotFound, "unknown-corpus");

        foreach (var address in addresses)
        {
            using var reply = await client.GetAsync(address, TestContext.Current.CancellationToken);
            await Reply.ProblemAsync(reply, HttpStatusCode.TooManyRequests, "too-many-requests");
        }
    }

    [Fact]
    public async Task Restart_KeepsEverybodySignedIn()
    {
        var folder = Directory.CreateTempSubdirectory("realmweb-restart-").FullName;
        try
        {
            CookieContainer cookies;
            await using (var first = await Site.StartAsync(folder))
                cookies = await first.AdminCookiesAsync();

            await using var second = await Site.StartAsync(folder);
            // Cookies belong to a host name, whatever the port.
            using var client = second.Client(cookies);
            var me = await Reply.GetAsync<Contracts.Accounts.Me>(client, Contracts.ApiRoutes.Me);

            Assert.Equal(Site.AdminName, me.Name);
            Assert.False(me.SetupNeeded);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
