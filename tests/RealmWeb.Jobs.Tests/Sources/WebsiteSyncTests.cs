using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Sources;

namespace RealmWeb.Jobs.Tests.Sources;

public sealed class WebsiteSyncTests : IAsyncLifetime
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
    public async Task Sync_TakesOverExactlyTheChanges_OfASiteOf500Pages()
    {
        // given a front page, 19 lists and 480 pages
        string[] lists = [.. Enumerable.Range(0, 19).Select(list => $"/list/{list}")];
        _site.Page("/", "Front", "All there is.", lists);
        for (var list = 0; list < 19; list++)
            _site.Page(lists[list], $"List {list}", "A list.", [.. Enumerable.Range(0, 480).Where(page => page % 19 == list).Select(page => $"/page/{page}")]);
        for (var page = 0; page < 480; page++)
            WritePage(page, "holds");
        var source = await AddAsync(new WebsiteSettings(MaxPages: 600));
        var first = await _host.SyncAsync(source);
        Assert.Equal((RunState.Succeeded, 500L, 0L, 0L), (first.State, first.Added, first.Changed, first.Removed));
        Assert.Equal(502, _site.TakeAnswers().Count(answer => answer.Status == 200 || answer.Path is "/robots.txt" or "/sitemap.xml"));

        // when five pages change, three go (two with 404, one that nothing leads to any more) and two come
        for (var page = 10; page < 15; page++)
            WritePage(page, "changed");
        _site.Pages.TryRemove("/page/20", out _);
        _site.Pages["/page/21"] = new Served("", Status: 410);
        _site.Page(lists[100 % 19], "List 5", "A list.", [.. Enumerable.Range(0, 480).Where(page => page % 19 == 5 && page != 100).Select(page => $"/page/{page}")]);
        _site.Page("/", "Front", "All there is.", [.. lists, "/new/1", "/new/2"]);
        _site.Page("/new/1", "New 1", "First of the new ones.");
        _site.Page("/new/2", "New 2", "Second of the new ones.");

        // then a trial says so and changes nothing
        var before = _host.Host.Corpora.Open("handbook").Info();
        var trial = await _host.SyncAsync(source, dry: true);
        Assert.Equal((RunState.Succeeded, 2L, 7L, 3L), (trial.State, trial.Added, trial.Changed, trial.Removed));
        Assert.Equal(before, _host.Host.Corpora.Open("handbook").Info());
        Assert.Equal(["/page/100", "/page/20", "/page/21"], Named(trial, SourceChangeKind.Removed));

        // and the sync does it: five pages, and the two lists whose links are part of what they say
        var second = await _host.SyncAsync(source);
        Assert.Equal((RunState.Succeeded, 2L, 7L, 3L, 490L), (second.State, second.Added, second.Changed, second.Removed, second.Unchanged));
        Assert.Equal(["/", "/list/5", .. Enumerable.Range(10, 5).Select(page => $"/page/{page}")], Named(second, SourceChangeKind.Changed));
        Assert.Equal(["/new/1", "/new/2"], Named(second, SourceChangeKind.Added));
        Assert.Contains("Rule 12 changed", _host.TextOf($"{_site.Root}/page/12"), StringComparison.Ordinal);

        // and what is as it was costs no more than the question
        _site.TakeAnswers();
        var third = await _host.SyncAsync(source);
        Assert.Equal((0L, 0L, 0L, 499L), (third.Added, third.Changed, third.Removed, third.Unchanged));
        var answers = _site.TakeAnswers();
        Assert.Equal(499, answers.Count(answer => answer.Status == 304));
    }

    [Fact]
    public async Task Sync_RemovesNothing_WhenTheSiteFails()
    {
        _site.Page("/", "Front", "All there is.", "/a", "/b");
        _site.Page("/a", "A", "About a.", "/below");
        _site.Page("/b", "B", "About b.");
        _site.Page("/below", "Below", "Below a.");
        var source = await AddAsync();
        await _host.SyncAsync(source);
        Assert.Equal(4, _host.Documents().Count);

        // a page fails: neither it nor what it leads to is gone
        _site.Pages["/a"] = new Served("", Status: 500);
        var failing = await _host.SyncAsync(source);
        Assert.Equal((0L, 4), (failing.Removed, _host.Documents().Count));
        Assert.Contains("/a was not read: it answers 500", await _host.LogAsync(failing.RunId), StringComparison.Ordinal);

        // the rules of the site cannot be had
        _site.Pages["/robots.txt"] = new Served("", Status: 503);
        var silent = await _host.SyncAsync(source);
        Assert.Equal((RunState.Failed, 4), (silent.State, _host.Documents().Count));
        Assert.Contains("robots.txt cannot be read: it answers 503", silent.Note, StringComparison.Ordinal);

        // the whole site is away
        foreach (var path in _site.Pages.Keys)
            _site.Pages[path] = new Served("", Status: 502);
        var away = await _host.SyncAsync(source);
        Assert.Equal((RunState.Failed, 4), (away.State, _host.Documents().Count));
        Assert.Contains("it answers 502", away.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_RemovesNothing_WhenMoreThanHalfIsGone_UnlessForced()
    {
        string[] pages = [.. Enumerable.Range(0, 20).Select(page => $"/{page}")];
        _site.Page("/", "Front", "All there is.", pages);
        foreach (var page in pages)
            _site.Page(page, $"Page {page}", "It is here.");
        var source = await AddAsync();
        await _host.SyncAsync(source);
        _site.Page("/", "Front", "All there is.", pages[..5]);

        var careful = await _host.SyncAsync(source);
        Assert.Equal((RunState.CompletedWithErrors, 21), (careful.State, _host.Documents().Count));
        Assert.Contains("15 of 21 documents are not in the source any more", careful.Note, StringComparison.Ordinal);

        var forced = await _host.SyncAsync(source, force: true);
        Assert.Equal((RunState.Succeeded, 15L, 6), (forced.State, forced.Removed, _host.Documents().Count));
    }

    [Fact]
    public async Task Sync_ReadsWhatTheSiteAllows_AndNothingElse()
    {
        _site.Pages["/robots.txt"] = new Served("User-agent: *\nDisallow: /\n\nUser-agent: RealmWeb\nDisallow: /private/\nAllow: /private/open\n", "text/plain");
        _site.Page("/", "Front", "All there is.", "/private/secret", "/private/open", "/a#one", "/a#two", "/picture.png", "/other", "/hidden", "/feed.xml",
            "http://127.0.0.1:1/elsewhere", "http://2130706433/", "mailto:ann@example.org", "/moved", "/away", "/data.bin", "/notes.txt");
        _site.Page("/private/secret", "Secret", "Not for programs.");
        _site.Page("/private/open", "Open", "For programs too.");
        _site.Page("/a", "A", "About a.");
        _site.Page("/moved", "", "");
        _site.Pages["/moved"] = new Served("", Status: 301) { Location = "/target" };
        _site.Page("/target", "Target", "Where it moved to.");
        _site.Pages["/away"] = new Served("", Status: 302) { Location = "http://169.254.169.254/latest/meta-data/" };
        _site.Pages["/other"] = new Served($"<html><head><link rel=\"canonical\" href=\"/a\"><title>Again</title></head><body>About a, again.</body></html>");
        _site.Pages["/hidden"] = new Served("<html><head><meta name=\"robots\" content=\"noindex\"></head><body>Hidden. <a href=\"/seen\">Seen</a></body></html>");
        _site.Page("/seen", "Seen", "Found through a hidden page.");
        _site.Pages["/data.bin"] = new Served("\u0001\u0002", "application/octet-stream");
        _site.Pages["/notes.txt"] = new Served("The notes say so.", "text/plain");
        var source = await AddAsync();

        var sync = await _host.SyncAsync(source);

        Assert.Equal(RunState.Succeeded, sync.State);
        Assert.Equal(["/", "/a", "/notes.txt", "/private/open", "/seen", "/target"], Paths());
        var asked = _site.TakeAnswers().Select(answer => answer.Path).ToList();
        Assert.DoesNotContain("/private/secret", asked);
        Assert.DoesNotContain("/picture.png", asked);
        Assert.Single(asked, "/a");
        // menus are no part of a page's text, and its address is the document's
        Assert.DoesNotContain("Menu of everything", _host.TextOf($"{_site.Root}/a"), StringComparison.Ordinal);
        Assert.Equal("notes", _host.Documents()[$"{_site.Root}/notes.txt"]);
    }

    [Fact]
    public async Task Sync_FindsPages_ThatTheSitemapAloneNames()
    {
        _site.Pages["/robots.txt"] = new Served($"Sitemap: {_site.Root}/index.xml", "text/plain");
        _site.Pages["/index.xml"] = new Served(
            $"<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><sitemap><loc>{_site.Root}/map.xml.gz</loc></sitemap></sitemapindex>",
            "application/xml");
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(
                $"<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url><loc>{_site.Root}/docs/alone</loc></url>"
                    + $"<url><loc>{_site.Root}/blog/post</loc></url><url><loc>https://elsewhere.example/x</loc></url></urlset>"));
        }
        _site.Pages["/map.xml.gz"] = new Served("", "application/gzip") { Bytes = packed.ToArray() };
        _site.Page("/docs/", "Docs", "The documents.");
        _site.Page("/docs/alone", "Alone", "Nothing leads here but the map.");
        _site.Page("/blog/post", "Post", "Not below the path.");
        var source = await _host.AddAsync(
            new SaveSourceRequest("Site", SourceKind.Website, $"{_site.Root}/docs/", Website: new WebsiteSettings(PathPrefix: "/docs/")));
        await _host.SyncAsync(source);
        Assert.Equal(["/docs/", "/docs/alone"], Paths());

        // a map that fails makes no page look as if it were gone
        _site.Pages["/map.xml.gz"] = new Served("", Status: 500);
        Assert.Equal(0L, (await _host.SyncAsync(source)).Removed);
        // one with a document type is not read
        _site.Pages["/map.xml.gz"] = new Served("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><urlset><url><loc>&e;</loc></url></urlset>", "text/xml");
        var hostile = await _host.SyncAsync(source);
        Assert.Equal(0L, hostile.Removed);
        Assert.Contains("map.xml.gz was not read", await _host.LogAsync(hostile.RunId), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_StopsAtItsLimits()
    {
        _site.Handler = async context =>
        {
            // A site that never ends, as calendars do.
            if (!context.Request.Path.StartsWithSegments("/day", out var rest))
                return false;
            var day = int.Parse(rest.Value!.Trim('/'), CultureInfo.InvariantCulture);
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync($"<html><head><title>Day {day}</title></head><body>Day {day} <a href=\"/day/{day + 1}\">next</a></body></html>");
            return true;
        };
        var byPages = await AddAsync(new WebsiteSettings(MaxPages: 7, MaxDepth: 50), "/day/0");
        var sync = await _host.SyncAsync(byPages);
        Assert.Equal(7, sync.Added);
        Assert.Contains("more than 7 pages", await _host.LogAsync(sync.RunId), StringComparison.Ordinal);

        var byDepth = await _host.AddAsync(new SaveSourceRequest(
            "Deep", SourceKind.Website, $"{_site.Root}/day/100", Website: new WebsiteSettings(MaxDepth: 3)));
        Assert.Equal(4, (await _host.SyncAsync(byDepth)).Added);
    }

    [Fact]
    public async Task Sync_GoesOnWithWhatItHas_WhenItWasInterrupted()
    {
        _site.Page("/", "Front", "All there is.", [.. Enumerable.Range(0, 30).Select(page => $"/{page}")]);
        for (var page = 0; page < 30; page++)
            _site.Pages[$"/{page}"] = new Served($"<html><head><title>Page {page}</title></head><body>It is here.</body></html>") { Tagged = false };
        var source = await AddAsync();
        var stopped = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        _site.OnRequest = async path =>
        {
            if (path != "/20" || stopped.Task.IsCompleted)
                return;
            stopped.SetResult();
            await go.Task;
        };
        var run = (await _host.Desk.SyncAsync("handbook", source.Id, new SyncSourceRequest(), "ann"))!;
        await stopped.Task;
        await _host.Host.Launcher.PauseAsync(run.Id);
        await _host.Host.WaitForAsync(run.Id, RunState.Paused);
        go.SetResult();
        _site.TakeAnswers();

        await _host.Host.Launcher.ResumeAsync(run.Id);
        await _host.Host.WaitForEndAsync(run.Id);

        Assert.Equal(31, (await _host.FindAsync(source, run.Id)).Added);
        // without asking again for what it had
        Assert.DoesNotContain("/3", _site.TakeAnswers().Select(answer => answer.Path));
    }

    private Task<SourceView> AddAsync(WebsiteSettings? settings = null, string path = "/") =>
        _host.AddAsync(new SaveSourceRequest("Site", SourceKind.Website, _site.Root + path, Website: settings));

    private void WritePage(int page, string word) => _site.Page(
        $"/page/{page}", $"Page {page}",
        $"Rule {page} {word} for everybody who works in house {page}, whoever they are, and it is written here so that nobody has to ask anybody about it again "
            + "before the end of the year in which it was made.");

    private IEnumerable<string> Named(SourceSync sync, SourceChangeKind what) =>
        sync.Changes.Where(change => change.What == what).Select(change => change.Document[_site.Root.Length..]).Order(StringComparer.Ordinal);

    private IEnumerable<string> Paths() => _host.Documents().Keys.Select(id => id[_site.Root.Length..]).Order(StringComparer.Ordinal);
}
