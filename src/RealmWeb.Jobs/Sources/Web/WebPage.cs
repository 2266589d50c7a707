using System.Net;
using System.Text;
using AngleSharp.Html.Dom;
using RealmWeb.Engine.Corpora.Formats;
using SmartReader;

namespace RealmWeb.Jobs.Sources.Web;

/// <summary>A page of a web site: what is to be read of it, and where it leads.</summary>
/// <param name="Content">HTML to import; null where the page says that it is not to be shown elsewhere.</param>
/// <param name="Links">Whole addresses, as they were written, that may be followed.</param>
/// <param name="Canonical">The address that the page says it has; null where it says none.</param>
internal sealed record WebPage(byte[]? Content, IReadOnlyList<string> Links, string? Canonical)
{
    // Pages with more links are lists made for machines.
    private const int MostLinks = 10_000;

    // Finding the main text walks the page many times over.
    private const int MostElements = 50_000;

    /// <summary>Less is taken for no main text.</summary>
    private const int LeastText = 140;

    /// <returns>The page, or why it cannot be read.</returns>
    public static (WebPage? Page, string? Reason) Read(WebReply reply, Uri address, bool mainText)
    {
        var (opened, wrong) = HtmlFormat.Open(reply.Content, reply.ContentType == "application/xhtml+xml", reply.Charset);
        if (opened is null)
            return (null, wrong);
        using var page = opened;
        var robots = $"{reply.Robots},{string.Join(',', page.QuerySelectorAll("meta[name=robots i]").Select(meta => meta.GetAttribute("content")))}"
            .ToLowerInvariant();
        // "unavailable_after: …" and rules for other agents by name are none of ours.
        var words = robots.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var from = BaseOf(page, address);
        var links = words.Any(word => word is "nofollow" or "none") ? [] : page.QuerySelectorAll("a[href]")
            .Where(link => link.GetAttribute("rel")?.Contains("nofollow", StringComparison.OrdinalIgnoreCase) != true)
            .Select(link => Whole(link.GetAttribute("href"), from)).OfType<string>().Distinct(StringComparer.Ordinal).Take(MostLinks).ToList();
        var canonical = Whole(page.QuerySelector("link[rel=canonical i][href]")?.GetAttribute("href"), from);
        var content = words.Any(word => word is "noindex" or "none") ? null
            : (mainText ? MainText(page, address) : null) ?? Encoding.UTF8.GetBytes(Whole(page));
        return (new WebPage(content, links, canonical), null);
    }

    // What menus and footers stand around. Null where there is nothing of the kind: a list of links, or some words.
    private static byte[]? MainText(IHtmlDocument page, Uri address)
    {
        if (page.All.Length > MostElements)
            return null;
        // It takes the page apart.
        using var taken = (IHtmlDocument)page.Clone();
        var article = new Reader(address.AbsoluteUri, taken).GetArticle();
        if (!article.IsReadable || article.Content is not { } content || article.TextContent.AsSpan().Trim().Length < LeastText)
            return null;
        var title = string.IsNullOrWhiteSpace(page.Title) ? article.Title : page.Title;
        return Encoding.UTF8.GetBytes(
            $"<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{WebUtility.HtmlEncode(title)}</title></head><body>{content}</body></html>");
    }

    // As UTF-8, whatever it was sent as.
    private static string Whole(IHtmlDocument page)
    {
        foreach (var said in page.QuerySelectorAll("meta[charset], meta[http-equiv=content-type i]").ToList())
            said.Remove();
        var meta = page.CreateElement("meta");
        meta.SetAttribute("charset", "utf-8");
        page.Head?.Prepend(meta);
        return $"<!DOCTYPE html>{page.DocumentElement.OuterHtml}";
    }

    private static Uri BaseOf(IHtmlDocument page, Uri address) =>
        page.QuerySelector("base[href]")?.GetAttribute("href") is { } written && Uri.TryCreate(address, written, out var from)
            && from.Scheme is "http" or "https" ? from : address;

    private static string? Whole(string? written, Uri from)
    {
        if (string.IsNullOrWhiteSpace(written))
            return null;
        var trimmed = written.Trim();
        // A whole address stays as it was written, so that what hides an IP address in it is seen.
        if (trimmed.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || trimmed.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return trimmed;
        return Uri.TryCreate(from, trimmed, out var uri) && uri.Scheme is "http" or "https" ? uri.AbsoluteUri : null;
    }
}
