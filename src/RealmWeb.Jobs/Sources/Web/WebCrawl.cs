using System.Globalization;
using System.Xml;
using RealmWeb.Contracts.Sources;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Sources.Web;

/// <summary>One walk through a web site: from its first page and its sitemap over links, the nearest first, within one host.</summary>
/// <remarks>A page leaves the mirror when the host says that it is gone, or when the whole site was walked and nothing leads to it any more. What could not
/// be fetched stays, and so does everything where the walk did not come to its end.</remarks>
internal sealed class WebCrawl(SourceFetch fetch, WebFetcher web, RealmSourcesOptions options)
{
    private const int MostSitemaps = 100;
    private const int MostNamed = 200;
    private const int RobotsBytes = 512 << 10;
    private const int SitemapBytes = 50 << 20;

    private readonly WebsiteSettings _settings = fetch.Source.Website ?? new WebsiteSettings();
    private readonly Queue<(Uri Address, int Depth)> _waiting = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private Uri _start = null!;
    private WebReply? _first;
    private RobotsFile _robots = RobotsFile.AllowsAll;
    private int _pages, _new, _failed, _named;
    private bool _complete = true;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var address = web.Guard.Require(fetch.Source.Address);
        // Where the site has moved to is where it is walked: from http to https, or to its name with www.
        var known = fetch.Mirror.Find(address.AbsoluteUri);
        var (first, start) = await web.FollowAsync(address, cancellationToken, etag: known?.ETag, lastModified: known?.LastModified);
        if (!first.IsOk && !first.IsUnchanged)
            throw new RunFailedException($"{start} cannot be read: {first.Words}. Nothing was changed.");
        (_start, _first) = (start, first);
        _robots = await RobotsAsync(cancellationToken);
        if (!_robots.Allows(start))
            throw new RunFailedException($"{start.Host} asks programs not to read {start.AbsolutePath} (robots.txt). Nothing was changed.");
        Add(start, 0, isStart: true);
        if (_settings.UseSitemap)
            await AddSitemapsAsync(cancellationToken);
        while (_waiting.TryDequeue(out var next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_pages >= Math.Min(_settings.MaxPages, options.Pages))
            {
                _complete = false;
                fetch.Run.Log("warning", string.Create(CultureInfo.InvariantCulture,
                    $"The site has more than {_pages} pages, which is what its source takes. The others were left out, and pages that are not met stay."));
                break;
            }
            await VisitAsync(next.Address, next.Depth, cancellationToken);
            ReportPages();
        }
        Leave();
    }

    private async Task VisitAsync(Uri address, int depth, CancellationToken cancellationToken)
    {
        var key = address.AbsoluteUri;
        var known = fetch.Mirror.Find(key);
        (var first, _first) = (_first, null);
        if (known is not null && known.SeenBy == fetch.RunName)
        {
            // The run was interrupted behind this page.
            Take(known, depth);
            return;
        }
        var reply = first ?? await web.GetAsync(address, cancellationToken, pause: _robots.Delay, etag: known?.ETag, lastModified: known?.LastModified);
        if (reply.IsUnchanged && known is not null)
        {
            fetch.Mirror.Keep(known, fetch.RunName);
            Take(known, depth);
        }
        else if (reply.IsRedirect && reply.Location is { } location)
        {
            fetch.Mirror.Remove(key);
            Follow(location, address, depth);
        }
        else if (reply.IsGone)
        {
            fetch.Mirror.Remove(key);
        }
        else if (reply.IsOk)
        {
            Store(address, reply, depth);
        }
        else
        {
            // It may be back tomorrow. What it led to is still there as far as is known.
            Warn($"{key} was not read: {reply.Words}.{(known is null ? "" : " What is known of it stays.")}");
            if (known is not null)
                Take(known, depth);
            else if (reply.Status is null || (int)reply.Status is >= 500 or 429)
                _failed++;
        }
    }

    private void Store(Uri address, WebReply reply, int depth)
    {
        var item = new MirrorItem(address.AbsoluteUri, SeenBy: fetch.RunName) { ETag = reply.ETag, LastModified = reply.LastModified };
        if (WebTypes.EndingOf(reply, address) is not { } ending)
        {
            fetch.Mirror.Store(item);
            return;
        }
        var content = (byte[]?)reply.Content;
        if (ending == ".html")
        {
            var (page, reason) = WebPage.Read(reply, address, _settings.MainText);
            if (page is null)
            {
                Warn($"{address} was not read: {reason}");
                fetch.Mirror.Store(item);
                return;
            }
            item = item with { Links = page.Links };
            content = page.Content;
            // A page that has another address is read under that one.
            if (page.Canonical is { } canonical && Allowed(canonical, address) is { } other && other.AbsoluteUri != item.Address)
            {
                item = item with { Links = [canonical, .. page.Links] };
                content = null;
                Add(other, depth);
            }
        }
        if (content is null || content.Length == 0)
            fetch.Mirror.Store(item);
        else if (fetch.Mirror.Bytes + content.Length > options.SourceBytes)
        {
            _complete = false;
            Warn(string.Create(
                CultureInfo.InvariantCulture, $"{address} was left out: the source has more than {options.SourceBytes:N0} bytes (Realm:Sources:SourceBytes)."));
            return;
        }
        else
        {
            _new++;
            fetch.Mirror.Store(item, content, ending);
        }
        Take(fetch.Mirror.Find(item.Address)!, depth);
    }

    // Counts a page and goes on to where it leads.
    private void Take(MirrorItem item, int depth)
    {
        if (item.File is not null)
            _pages++;
        if (depth >= _settings.MaxDepth)
            return;
        var from = new Uri(item.Address);
        foreach (var link in item.Links)
        {
            if (Allowed(link, from) is { } address)
                Add(address, depth + 1);
        }
    }

    private void Follow(string location, Uri from, int depth)
    {
        if (Allowed(location, from) is { } address)
            Add(address, depth);
    }

    // Null where it leads off the site, or must not be asked for.
    private Uri? Allowed(string written, Uri from)
    {
        try
        {
            var address = web.Guard.Require(written, from);
            return IsInside(address) && !WebTypes.IsNeverRead(address) && _robots.Allows(address) ? address : null;
        }
        catch (AddressRefusedException)
        {
            return null;
        }
    }

    private bool IsInside(Uri address) => string.Equals(address.Authority, _start.Authority, StringComparison.OrdinalIgnoreCase)
        && address.AbsolutePath.StartsWith(_settings.PathPrefix, StringComparison.Ordinal);

    private void Add(Uri address, int depth, bool isStart = false)
    {
        // The same page by http and https is one, that of the first page's scheme.
        if (address.Scheme != _start.Scheme && address.IsDefaultPort && _start.IsDefaultPort)
            address = new UriBuilder(address) { Scheme = _start.Scheme, Port = -1 }.Uri;
        // Beyond this nobody reads; sites whose addresses make ever new ones end here.
        if ((isStart || _known.Count < 20L * options.Pages) && address.AbsoluteUri.Length <= 2000 && _known.Add(address.AbsoluteUri))
            _waiting.Enqueue((address, depth));
    }

    private async Task<RobotsFile> RobotsAsync(CancellationToken cancellationToken)
    {
        var (reply, address) = await web.FollowAsync(new Uri(_start, "/robots.txt"), cancellationToken, RobotsBytes);
        if (reply.IsOk)
            return RobotsFile.Parse(reply.Content, options.Agent);
        // A site without one allows everything; one that does not tell allows nothing (RFC 9309, 2.3.1).
        return (int?)reply.Status is >= 400 and < 500 and not 429 ? RobotsFile.AllowsAll
            : throw new RunFailedException($"{address} cannot be read: {reply.Words}. Until the site says what may be read, nothing is. Nothing was changed.");
    }

    private async Task AddSitemapsAsync(CancellationToken cancellationToken)
    {
        var named = _robots.Sitemaps.Count > 0;
        var waiting = new Queue<string>(named ? _robots.Sitemaps : [new Uri(_start, "/sitemap.xml").AbsoluteUri]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (waiting.TryDequeue(out var next) && seen.Count < MostSitemaps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Only of the site itself: others could name what they like.
            if (!seen.Add(next) || SameHost(next) is not { } address)
                continue;
            var (reply, _) = await web.FollowAsync(address, cancellationToken, SitemapBytes);
            if (!reply.IsOk)
            {
                // Without it pages may look as if nothing led to them.
                if (!reply.IsGone)
                    _complete = false;
                if (!reply.IsGone || named)
                    Warn($"The sitemap {address} was not read: {reply.Words}.");
                continue;
            }
            try
            {
                var (pages, sitemaps) = Sitemap.Parse(reply.Content);
                foreach (var page in pages)
                {
                    if (Allowed(page, address) is { } inside)
                        Add(inside, 1);
                }
                foreach (var sitemap in sitemaps)
                    waiting.Enqueue(sitemap);
            }
            catch (Exception broken) when (broken is XmlException or InvalidDataException)
            {
                _complete = false;
                Warn($"The sitemap {address} was not read: {broken.Message}");
            }
        }
    }

    private Uri? SameHost(string written)
    {
        try
        {
            var address = web.Guard.Require(written, _start);
            return string.Equals(address.Authority, _start.Authority, StringComparison.OrdinalIgnoreCase) ? address : null;
        }
        catch (AddressRefusedException)
        {
            return null;
        }
    }

    // Nothing leads to them any more; where the walk is not complete, that cannot be said.
    private void Leave()
    {
        if (!_complete || _failed > 0)
            return;
        foreach (var item in fetch.Mirror.Items.Where(item => !_known.Contains(item.Address)).ToList())
            fetch.Mirror.Remove(item.Address);
    }

    private void Warn(string message)
    {
        if (_named++ < MostNamed)
            fetch.Run.Log("warning", message);
    }

    private void ReportPages() => fetch.Run.Report(_pages, null, "pages", string.Create(CultureInfo.InvariantCulture,
        $"Reading {_start.Host}: {_pages} pages, {_new} of them new or changed; {_waiting.Count} wait"));
}
