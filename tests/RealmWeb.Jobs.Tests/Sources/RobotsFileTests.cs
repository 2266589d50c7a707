using System.Text;
using RealmWeb.Jobs.Sources.Web;

namespace RealmWeb.Jobs.Tests.Sources;

public sealed class RobotsFileTests
{
    [Theory]
    [InlineData("User-agent: *\nDisallow: /", "/a", false)]
    [InlineData("User-agent: *\nDisallow:", "/a", true)]
    [InlineData("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", true)]
    [InlineData("User-agent: *\nAllow: /a\nDisallow: /a", "/a", true)]
    [InlineData("User-agent: *\nDisallow: /*.pdf$", "/docs/x.pdf", false)]
    [InlineData("User-agent: *\nDisallow: /*.pdf$", "/docs/x.pdf.html", true)]
    [InlineData("User-agent: *\nDisallow: /a*b*c", "/aXbXXc/d", false)]
    [InlineData("User-agent: *\nDisallow: /*?print=", "/page?print=1", false)]
    [InlineData("User-agent: *\nDisallow: /\nUser-agent: realmweb\nDisallow: /x", "/a", true)]
    [InlineData("User-agent: other\nUser-agent: RealmWeb\nDisallow: /a", "/a", false)]
    [InlineData("User-agent: other\nDisallow: /", "/a", true)]
    [InlineData("\uFEFFUser-Agent : *  # all\r\nDISALLOW : /a # this\r\n", "/a", false)]
    [InlineData("Disallow: /\nnonsense\n:\nUser-agent", "/a", true)]
    public void Allows_WhatTheLongestRuleAllows(string file, string path, bool allowed) =>
        Assert.Equal(allowed, Parse(file).Allows(new Uri($"https://example.org{path}")));

    [Theory]
    [InlineData("User-agent: *\nCrawl-delay: 2.5", 2.5)]
    [InlineData("User-agent: *\nCrawl-delay: 100000", 60)]
    [InlineData("User-agent: *\nCrawl-delay: -1", 0)]
    [InlineData("User-agent: other\nCrawl-delay: 5", 0)]
    public void Delay_IsWhatIsAskedFor_WithinReason(string file, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Parse(file).Delay);

    [Fact]
    public void Allows_TakesNoLonger_WhenARuleIsMadeOfStars()
    {
        var rule = $"User-agent: *\nDisallow: /{string.Concat(Enumerable.Repeat("*a", 200))}b";

        Assert.True(Parse(rule).Allows(new Uri($"https://example.org/{new string('a', 5000)}")));
    }

    private static RobotsFile Parse(string file) => RobotsFile.Parse(Encoding.UTF8.GetBytes(file), "RealmWeb");
}
