using System.Net;
using System.ServiceModel.Syndication;
using System.Text;
using System.Xml;
using Microsoft.Extensions.Options;
using RealmWeb.Contracts.Sources;
using RealmWeb.Jobs.Runs;
using RealmWeb.Jobs.Sources.Web;

namespace RealmWeb.Jobs.Sources.Feeds;

/// <summary>Entries of an RSS or Atom feed, a document each: what the feed says of it, or the page that it links to. A feed names the newest alone, so
/// entries that it does not name any more stay.</summary>
internal sealed class FeedSource(WebFetcher web, IOptions<RealmSourcesOptions> options) : ISourceReader
{
    private const int MostEntries = 1000;

    public SourceKind Kind => SourceKind.Feed;

    public SaveSourceRequest Check(SaveSourceRequest source) => source with
    {
        Address = web.Guard.Require(source.Address).AbsoluteUri, Feed = source.Feed ?? new FeedSettings(), Website = null, Git = null, Bucket = null,
    };

    public bool IsPrivate(SaveSourceRequest source) => false;

    public async Task FetchAsync(SourceFetch fetch, CancellationToken cancellationToken)
    {
        var address = web.Guard.Require(fetch.Source.Address);
        var linked = fetch.Source.Feed?.LinkedPages == true;
        var known = fetch.Mirror.Find(address.AbsoluteUri);
        // Where pages are read, they are looked at even if the feed is the same.
        var (reply, at) = await web.FollowAsync(
            address, cancellationToken, etag: linked ? null : known?.ETag, lastModified: linked ? null : known?.LastModified);
        if (reply.IsUnchanged)
            return;
        if (!reply.IsOk)
            throw new RunFailedException($"{at} cannot be read: {reply.Words}. Nothing was changed.");
        var entries = Parse(reply.Content, at);
        for (var i = 0; i < entries.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (linked && entries[i].Link is { } page)
                await ReadPageAsync(fetch, entries[i], page, cancellationToken);
            else
                Keep(fetch, entries[i]);
            fetch.Run.Report(i + 1, entries.Count, "entries", $"Reading {at.Host}");
        }
        fetch.Mirror.Store(new MirrorItem(address.AbsoluteUri) { ETag = reply.ETag, LastModified = reply.LastModified });
    }

    /// <exception cref="RunFailedException">It is no feed.</exception>
    internal static IReadOnlyList<FeedEntry> Parse(byte[] content, Uri address)
    {
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(content), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            xml.MoveToContent();
            // Atom says whether its text is markup; in RSS it always is.
            var isRss = xml.LocalName == "rss";
            return [.. SyndicationFeed.Load(xml).Items.Take(MostEntries).Select(item => Of(item, address, isRss)).Where(entry => entry.Name.Length > 0)];
        }
        catch (Exception broken) when (broken is XmlException or FormatException or InvalidOperationException)
        {
            throw new RunFailedException($"{address} is no feed that can be read (RSS 2.0 or Atom): {broken.Message} Nothing was changed.");
        }
    }

    private static FeedEntry Of(SyndicationItem item, Uri address, bool isRss)
    {
        var link = item.Links.Where(link => link.RelationshipType is null or "alternate").Select(link => link.GetAbsoluteUri() ?? link.Uri)
            .Select(uri => uri is { IsAbsoluteUri: false } ? new Uri(address, uri) : uri).FirstOrDefault(uri => uri?.Scheme is "http" or "https");
        var encoded = item.ElementExtensions.FirstOrDefault(extension => extension.OuterName == "encoded");
        var html = encoded?.GetObject<string>() ?? Html(item.Content as TextSyndicationContent, isRss) ?? Html(item.Summary, isRss) ?? "";
        return new FeedEntry(link?.AbsoluteUri ?? item.Id ?? "", link?.AbsoluteUri, item.Title?.Text?.Trim() ?? "", html);
    }

    private static string? Html(TextSyndicationContent? content, bool isRss) =>
        content is { Type: "text" } && !isRss ? WebUtility.HtmlEncode(content.Text) : content?.Text;

    private static void Keep(SourceFetch fetch, FeedEntry entry)
    {
        var title = WebUtility.HtmlEncode(entry.Title);
        var html = $"<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title></head><body><h1>{title}</h1>{entry.Html}</body></html>";
        fetch.Mirror.Store(new MirrorItem(entry.Name, SeenBy: fetch.RunName) { Title = entry.Title }, Encoding.UTF8.GetBytes(html), ".html");
    }

    private async Task ReadPageAsync(SourceFetch fetch, FeedEntry entry, string page, CancellationToken cancellationToken)
    {
        if (fetch.Mirror.Find(entry.Name) is { } seen && seen.SeenBy == fetch.RunName)
            return;
        var known = fetch.Mirror.Find(entry.Name);
        var (reply, at) = await ReplyAsync(page, known, cancellationToken);
        if (reply.IsUnchanged && known is not null)
        {
            fetch.Mirror.Keep(known, fetch.RunName);
        }
        else if (reply.IsGone)
        {
            fetch.Mirror.Remove(entry.Name);
        }
        else if (reply.IsOk && WebTypes.EndingOf(reply, at) is { } ending)
        {
            var content = ending == ".html" ? WebPage.Read(reply, at, mainText: true).Page?.Content : reply.Content;
            var item = new MirrorItem(entry.Name, SeenBy: fetch.RunName) { ETag = reply.ETag, LastModified = reply.LastModified, Title = entry.Title };
            if (fetch.Mirror.Bytes + (content?.Length ?? 0) > options.Value.SourceBytes)
                fetch.Run.Log("warning", $"{page} was left out: the source has more than Realm:Sources:SourceBytes bytes.");
            else if (content is { Length: > 0 })
                fetch.Mirror.Store(item, content, ending);
            else
                fetch.Mirror.Store(item);
        }
        else
        {
            fetch.Run.Log("warning", $"{page} was not read: {(reply.IsOk ? $"it is {reply.ContentType}, which nothing reads" : reply.Words)}.");
        }
    }

    private async Task<(WebReply Reply, Uri Address)> ReplyAsync(string page, MirrorItem? known, CancellationToken cancellationToken)
    {
        try
        {
            return await web.FollowAsync(web.Guard.Require(page), cancellationToken, etag: known?.ETag, lastModified: known?.LastModified);
        }
        catch (AddressRefusedException refused)
        {
            return (new WebReply(null, refused.Message.TrimEnd('.')), new Uri(page));
        }
    }
}

/// <param name="Name">Its link, else what the feed calls it.</param>
internal sealed record FeedEntry(string Name, string? Link, string Title, string Html);
