using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>HTML: the text a reader of the page sees (<see cref="HtmlText"/>). Title: that of the page, else its first heading, else the file name.</summary>
public sealed partial class HtmlFormat : ICorpusReader
{
    // Pages put scripts before the line that says their encoding.
    private const int LongestHead = 1 << 18;

    // Linear whatever a page leaves open, which the generated kind is not.
    private static readonly Regex MetaOrOther = new(
        @"<!--.*?-->|<script\b.*?</script|<style\b.*?</style|<meta\b[^>]*?charset\s*=\s*[""']?\s*([\w.:-]+)",
        RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    // XML may close any element at once; HTML would read a title or a script without end there.
    private static readonly Regex SelfClosed = new(
        @"<(title|script|style|textarea|iframe|noscript|object|canvas|video|audio|a|b|i|em|strong|span|div|p|li|ul|ol|td|th|tr|h[1-6]|section|article|aside)"
            + @"(\s[^<>]*)?/>", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    // HTML takes it for a comment.
    private static readonly Regex Cdata = new(@"<!\[CDATA\[(.*?)\]\]>", RegexOptions.Singleline | RegexOptions.NonBacktracking);

    public IReadOnlyList<string> Extensions { get; } = [".html", ".htm", ".xhtml"];

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        var (bytes, tooLarge) = WholeText.ReadBytes(file.Content, options.MaxMarkupBytes);
        if (bytes is null)
            return [new Skipped(file.Path, tooLarge!)];
        var (opened, wrong) = Open(bytes, isXml: file.Path.Contains(".xhtml", StringComparison.OrdinalIgnoreCase));
        if (opened is null)
            return [new Skipped(file.Path, wrong!)];
        using var page = opened;
        var text = new PlainTextBuilder();
        var visible = new HtmlText(text);
        if (page.Body is { } body)
            visible.Append(body);
        var plain = TextNormalization.Normalize(text.ToString());
        if (string.IsNullOrWhiteSpace(plain))
            return [new Skipped(file.Path, "It shows no text without its scripts.")];
        var title = string.IsNullOrWhiteSpace(page.Title) ? visible.Heading : WhiteSpace().Replace(page.Title, " ").Trim();
        return [new Document(file.Path, title is null ? CorpusFormats.TitleOf(file.Path) : TextNormalization.Normalize(title), plain)];
    }

    /// <summary>The page in these bytes, or why it is none.</summary>
    /// <param name="isXml">It is XML even if it does not begin by saying so.</param>
    /// <param name="charset">Its encoding, where whoever sent it said so; null for what the page says itself.</param>
    public static (IHtmlDocument? Page, string? Reason) Open(byte[] bytes, bool isXml, string? charset = null)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var (decoded, wrong) = WholeText.Decode(bytes, charset is null ? DeclaredEncoding : _ => charset);
        if (decoded is null)
            return (null, wrong);
        var html = isXml || XmlBeginning().IsMatch(decoded)
            ? Cdata.Replace(SelfClosed.Replace(decoded, "<$1$2></$1>"), section => WebUtility.HtmlEncode(section.Groups[1].Value))
            : decoded;
        return HtmlNesting.IsTooDeep(html)
            ? (null, "Its elements are nested more than 512 deep, or hundreds are never closed. Save the page anew from a browser.")
            : (new HtmlParser().ParseDocument(html), null);
    }

    // In the line that begins an XML file, else in a meta element that is in no comment or script.
    private static string? DeclaredEncoding(ReadOnlySpan<byte> bytes)
    {
        var head = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, LongestHead)]);
        if (XmlDeclaration().Match(head) is { Success: true } xml)
            return xml.Groups[1].Value;
        for (var match = MetaOrOther.Match(head); match.Success; match = match.NextMatch())
        {
            if (match.Groups[1].Success)
                return match.Groups[1].Value;
        }
        return null;
    }

    [GeneratedRegex(@"\A\s*<\?xml[^>]*encoding\s*=\s*[""']([\w.:-]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex XmlDeclaration();

    [GeneratedRegex(@"\A\s*<\?xml\s", RegexOptions.CultureInvariant)]
    private static partial Regex XmlBeginning();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
