using System.Net;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;

namespace RealmWeb.Server.Tests.Hosting;

public sealed class HostGuardTests
{
    [Theory]
    [InlineData("", "localhost", HttpStatusCode.OK)]
    [InlineData("", "127.0.0.1:8080", HttpStatusCode.OK)]
    [InlineData("", "[::1]:8080", HttpStatusCode.OK)]
    [InlineData("", "192.168.7.9", HttpStatusCode.OK)]
    [InlineData("", "realmweb", HttpStatusCode.OK)]
    [InlineData("", "site.localhost", HttpStatusCode.OK)]
    [InlineData("", "rebound.example", HttpStatusCode.BadRequest)]
    [InlineData("", "localhost.rebound.example", HttpStatusCode.BadRequest)]
    [InlineData("ask.example;*.intranet.example", "ask.example", HttpStatusCode.OK)]
    [InlineData("ask.example;*.intranet.example", "help.intranet.example:443", HttpStatusCode.OK)]
    [InlineData("ask.example;*.intranet.example", "other.example", HttpStatusCode.BadRequest)]
    [InlineData("*", "anything.example", HttpStatusCode.OK)]
    public async Task Request_IsAnswered_WhenItsHostIsOneOfTheSite(string allowed, string host, HttpStatusCode status)
    {
        await using var site = await Site.StartAsync(null, $"AllowedHosts={allowed}");
        using var client = site.Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Get, ApiRoutes.Me) { Headers = { Host = host } };

        using var reply = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, reply.StatusCode);
        if (status == HttpStatusCode.BadRequest && allowed.Length == 0)
        {
            var problem = await Reply.ProblemAsync(reply, status, "unknown-host");
            Assert.Contains("AllowedHosts", problem.Detail, StringComparison.Ordinal);
            Assert.Single(site.Log, line => line.Contains("AllowedHosts", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("10.9.8.0/24", 2)]
    [InlineData("127.0.0.1", 3)]
    [InlineData("127.0.0.0/8", 3)]
    public async Task ForwardedAddress_IsBelieved_WhenANamedProxySendsIt(string proxy, int admitted)
    {
        // Two tries a minute for each address: who may make a third shows whose address the site took.
        string[] settings = ["Realm:SignInsPerMinute=2", .. proxy.Length > 0 ? new[] { $"Realm:Proxies:0={proxy}" } : []];
        await using var site = await Site.StartAsync(null, settings);
        using var client = site.Anonymous();
        var tries = 0;

        for (var i = 1; i <= 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, ApiRoutes.SignIn)
            {
                Content = System.Net.Http.Json.JsonContent.Create(new SignInRequest("nobody", "not a password")),
                Headers = { { "X-Forwarded-For", $"203.0.113.{i}" } },
            };
            using var reply = await client.SendAsync(request, TestContext.Current.CancellationToken);
            tries += reply.StatusCode == HttpStatusCode.Unauthorized ? 1 : 0;
        }

        Assert.Equal(admitted, tries);
    }
}
