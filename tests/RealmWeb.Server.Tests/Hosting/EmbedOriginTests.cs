using System.Net;
using Microsoft.Extensions.Options;
using RealmWeb.Server.Hosting;

namespace RealmWeb.Server.Tests.Hosting;

public sealed class EmbedOriginTests
{
    [Theory]
    [InlineData("https://intranet.example", "https://intranet.example")]
    [InlineData(" https://intranet.example/ ", "https://intranet.example")]
    [InlineData("HTTPS://Intranet.Example:8443", "https://intranet.example:8443")]
    [InlineData("https://büro.example", "https://xn--bro-hoa.example")]
    [InlineData("http://[::1]:8080", "http://[::1]:8080")]
    public void Parse_GivesTheOriginAsHeadersTakeIt(string given, string origin) => Assert.Equal(origin, EmbedOrigin.Parse(given));

    [Theory]
    [InlineData("*", "holds a *")]
    [InlineData("https://*.example", "holds a *")]
    [InlineData("https://intranet.example/wiki", "has a path")]
    [InlineData("https://intranet.example/?a=b", "has a path")]
    [InlineData("https://intranet.example#top", "has a path")]
    [InlineData("https://ann@intranet.example", "user's name")]
    [InlineData("intranet.example", "no address")]
    [InlineData("ftp://intranet.example", "no address")]
    [InlineData("https://a.example; script-src", "no address")]
    [InlineData("", "no address")]
    public void Parse_SaysWhy_WhenItIsNone(string given, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => EmbedOrigin.Parse(given)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Start_Fails_WhenAnOriginOrAProxyIsMalformed()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            Site.StartAsync(null, "Realm:EmbedOrigins:0=https://intranet.example/wiki", "Realm:Proxies:0=proxy.example"));

        Assert.Contains("Realm:EmbedOrigins", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Realm:Proxies", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_NamesTheOriginInItsPolicy_WhenItHasLettersBeyondAscii()
    {
        await using var site = await Site.StartAsync(null, "Realm:EmbedOrigins:0=https://büro.example");
        using var client = site.Anonymous();

        using var reply = await client.GetAsync("/", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.EndsWith("frame-ancestors 'self' https://xn--bro-hoa.example", Assert.Single(reply.Headers.GetValues("Content-Security-Policy")),
            StringComparison.Ordinal);
    }
}
