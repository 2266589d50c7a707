using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Sources;

namespace RealmWeb.Jobs.Tests.Sources;

public sealed class FeedSyncTests : IAsyncLifetime
{
    private LoopbackSite _site = null!;
    private SourceHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await LoopbackSite.StartAsync();
        _host = await SourceHost.StartAsync(options => options.PrivateHosts.Add(_site.Host));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Sync_TakesEntries_AndKeepsThose_ThatTheFeedNamesNoMore()
    {
        Rss(("/one", "One", "&lt;p&gt;The &lt;b&gt;first&lt;/b&gt; entry.&lt;/p&gt;"), ("/two", "Two", "The second &amp;amp; last entry."));
        var source = await AddAsync(linked: false);
        Assert.Equal(2, (await _host.SyncAsync(source)).Added);
        Assert.Contains("The first entry.", _host.TextOf($"{_site.Root}/one"), StringComparison.Ordinal);
        Assert.Contains("The second & last entry.", _host.TextOf($"{_site.Root}/two"), StringComparison.Ordinal);

        // when the oldest leaves the feed, one changes and one comes
        Rss(("/two", "Two", "The second entry, corrected."), ("/three", "Three", "The third entry."));
        var sync = await _host.SyncAsync(source);

        Assert.Equal((1L, 1L, 0L), (sync.Added, sync.Changed, sync.Removed));
        Assert.Equal(["One", "Three", "Two"], _host.Documents().Values.Order());

        // and a feed that is as it was is not read again
        _site.TakeAnswers();
        await _host.SyncAsync(source);
        Assert.Equal([("/feed.xml", 304)], _site.TakeAnswers());
    }

    [Fact]
    public async Task Sync_ReadsLinkedPages_OfAnAtomFeed_ButNoneThatIsPrivate()
    {
        _site.Pages["/feed.xml"] = new Served(
            $"""
            <feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>n</id><updated>2026-01-01T00:00:00Z</updated>
            <entry><id>1</id><title>Short</title><updated>2026-01-01T00:00:00Z</updated><link href="{_site.Root}/long"/><summary>Short.</summary></entry>
            <entry><id>2</id><title>Inside</title><updated>2026-01-01T00:00:00Z</updated><link href="http://169.254.169.254/latest/"/><summary>Inside.</summary></entry>
            </feed>
            """, "application/atom+xml");
        _site.Page("/long", "Long", "The whole story, which the feed does not tell.");
        var source = await AddAsync(linked: true);

        var sync = await _host.SyncAsync(source);

        Assert.Equal(("Long", 1L), (Assert.Single(_host.Documents()).Value, sync.Added));
        Assert.Contains("The whole story", _host.TextOf($"{_site.Root}/long"), StringComparison.Ordinal);
        Assert.Contains("169.254.169.254 is not on the public internet", await _host.LogAsync(sync.RunId), StringComparison.Ordinal);

        // a page that is gone is removed, one that fails stays
        _site.Pages["/long"] = new Served("", Status: 500);
        Assert.Equal(0L, (await _host.SyncAsync(source)).Removed);
    }

    [Theory]
    [InlineData("<!DOCTYPE rss [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><rss version=\"2.0\"><channel><item><title>&e;</title></item></channel></rss>", "DTD")]
    [InlineData("<html></html>", "is no feed that can be read")]
    [InlineData("no xml", "is no feed that can be read")]
    public async Task Sync_Fails_WhenTheAddressIsNoFeed(string body, string reason)
    {
        _site.Pages["/feed.xml"] = new Served(body, "application/rss+xml");

        var sync = await _host.SyncAsync(await AddAsync(linked: false));

        Assert.Equal(RunState.Failed, sync.State);
        Assert.Contains(reason, sync.Note, StringComparison.Ordinal);
    }

    private void Rss(params (string Link, string Title, string Html)[] entries) => _site.Pages["/feed.xml"] = new Served(
        "<rss version=\"2.0\"><channel><title>News</title><link>https://example.org/</link><description>News</description>"
            + string.Concat(entries.Select(entry =>
                $"<item><title>{entry.Title}</title><link>{_site.Root}{entry.Link}</link><description>{entry.Html}</description></item>"))
            + "</channel></rss>", "application/rss+xml");

    private Task<SourceView> AddAsync(bool linked) =>
        _host.AddAsync(new SaveSourceRequest("News", SourceKind.Feed, $"{_site.Root}/feed.xml", Feed: new FeedSettings(linked)));
}
