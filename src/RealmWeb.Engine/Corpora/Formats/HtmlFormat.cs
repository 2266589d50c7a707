using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>HTML: the text a reader of the page sees, block elements apart by a blank line; scripts, styles and navigation are dropped.</summary>
public sealed partial class HtmlFormat : ICorpusReader
{
    private static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "noscript", "template", "nav", "head", "svg", "iframe", "object", "canvas", "select", "button", "textarea",
    };

    private static readonly HashSet<string> Blocks = new(StringComparer.OrdinalIgnoreCase)
    {
        "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure",
        "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "summary", "table", "ul",
    };

    public IReadOnlyList<string> Extensions { get; } = [".html", ".htm", ".xhtml"];

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        var (bytes, tooLarge) = WholeText.ReadBytes(file.Content, options.MaxMarkupBytes);
        if (bytes is null)
            return [new Skipped(file.Path, tooLarge!)];
        var (decoded, wrong) = WholeText.Decode(bytes);
        decoded ??= DecodeDeclared(bytes);
        if (decoded is null)
            return [new Skipped(file.Path, wrong!)];
        if (HtmlNesting.IsTooDeep(decoded))
            return [new Skipped(file.Path, "Its elements are nested more than 512 deep, or hundreds are never closed. Save the page anew from a browser.")];
        using var page = new HtmlParser().ParseDocument(decoded);
        var text = new PlainTextBuilder();
        if (page.Body is { } body)
            AppendText(body, text);
        var plain = TextNormalization.Normalize(text.ToString());
        if (string.IsNullOrWhiteSpace(plain))
            return [new Skipped(file.Path, "It shows no text without its scripts.")];
        return [new Document(file.Path, TitleOf(page) ?? CorpusFormats.TitleOf(file.Path), plain)];
    }

    /// <summary>Appends the visible text of a fragment.</summary>
    /// <exception cref="InsufficientExecutionStackException">It is nested too deeply.</exception>
    internal static void AppendText(string html, PlainTextBuilder text)
    {
        if (HtmlNesting.IsTooDeep(html))
            throw new InsufficientExecutionStackException("HTML nested too deeply.");
        using var page = new HtmlParser().ParseDocument(html);
        if (page.Body is { } body)
            AppendText(body, text);
    }

    // A stack of child numbers instead of recursion, which a hostile page could exhaust, and of NextSibling, which searches the parent each time.
    private static void AppendText(INode root, PlainTextBuilder text)
    {
        var path = new Stack<(INode Node, int Child)>();
        path.Push((root, 0));
        while (path.TryPop(out var at))
        {
            if (at.Child == at.Node.ChildNodes.Length)
            {
                Leave(at.Node, text);
                continue;
            }
            path.Push(at with { Child = at.Child + 1 });
            var child = at.Node.ChildNodes[at.Child];
            if (Enter(child, text))
                path.Push((child, 0));
        }
    }

    private static bool Enter(INode node, PlainTextBuilder text)
    {
        switch (node)
        {
            case IText run when IsPreformatted(run):
                text.AppendVerbatim(run.Data);
                return false;
            case IText run:
                text.Append(run.Data);
                return false;
            case IElement element when Dropped.Contains(element.LocalName) || element.HasAttribute("hidden"):
                return false;
            case IElement { LocalName: "br" }:
                text.EndLine();
                return false;
            case IElement { LocalName: "li" }:
                text.EndLine();
                text.Append("- ");
                return true;
            case IElement { LocalName: "tr" }:
                text.EndLine();
                return true;
            case IElement { LocalName: "td" or "th" }:
                text.Append(text.IsAtLineStart ? "" : " | ");
                return true;
            case IElement element:
                if (Blocks.Contains(element.LocalName) && element.ParentElement?.LocalName is not ("li" or "td" or "th"))
                    text.EndBlock();
                return true;
            default:
                return false;
        }
    }

    // A few levels up: code is set in <pre><code><span>.
    private static bool IsPreformatted(IText run)
    {
        var element = run.ParentElement;
        for (var level = 0; element is not null && level < 4; level++, element = element.ParentElement)
        {
            if (element.LocalName == "pre")
                return true;
        }
        return false;
    }

    private static void Leave(INode node, PlainTextBuilder text)
    {
        if (node is not IElement element)
            return;
        if (element.LocalName is "li" or "tr")
            text.EndLine();
        else if (Blocks.Contains(element.LocalName))
            text.EndBlock();
    }

    private static string? TitleOf(IDocument page)
    {
        var title = page.Title is { Length: > 0 } given ? given : page.QuerySelector("h1")?.TextContent;
        return string.IsNullOrWhiteSpace(title) ? null : TextNormalization.Normalize(WhiteSpace().Replace(title, " ").Trim());
    }

    // Pages older than UTF-8 say what they are written in.
    private static string? DecodeDeclared(byte[] bytes)
    {
        var head = Encoding.Latin1.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, 2048)));
        if (Charset().Match(head) is not { Success: true } declared)
            return null;
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(declared.Groups[1].Value)
            ?? (declared.Groups[1].Value.Equals("iso-8859-1", StringComparison.OrdinalIgnoreCase) ? CodePagesEncodingProvider.Instance.GetEncoding(1252) : null);
        return encoding is null || encoding.CodePage == Encoding.UTF8.CodePage ? null : encoding.GetString(bytes);
    }

    [GeneratedRegex(@"<meta[^>]*charset\s*=\s*[""']?([\w-]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Charset();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
