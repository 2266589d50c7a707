using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using MarkdownBlock = Markdig.Syntax.Block;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Markdown as HTML in pieces that are each read alone, so that an element which is never closed swallows no more than its piece.</summary>
/// <remarks>A blank line ends what Markdown takes for HTML, though a table or a folded section goes on behind it: such a piece reaches to where its
/// elements are closed, with the Markdown between.</remarks>
internal static partial class MarkdownHtml
{
    // Blocks that a piece may take in before its elements count as never closed.
    private const int LongestPiece = 1000;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseGridTables().UseFootnotes().UseDefinitionLists()
        .UseAlertBlocks().UseEmphasisExtras(EmphasisExtraOptions.Strikethrough).Build();

    // Elements that authors write within running text; anything else in angle brackets is a placeholder, or an element that is being talked about.
    private static readonly FrozenSet<string> Written = FrozenSet.ToFrozenSet(
        [
            "a", "abbr", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "data", "dd", "del", "details",
            "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "label", "li",
            "mark", "ol", "p", "picture", "pre", "q", "rb", "rp", "rt", "ruby", "s", "samp", "section", "small", "source", "span", "strike", "strong", "sub",
            "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
        ], StringComparer.OrdinalIgnoreCase);

    /// <exception cref="ArgumentException">It is nested too deeply.</exception>
    internal static IEnumerable<string> Render(string markdown)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var inline in document.Descendants<HtmlInline>().Where(inline => IsPlaceholder(inline.Tag)).ToList())
            inline.ReplaceBy(new LiteralInline(inline.Tag));
        // A bar within a cell is written \|, in code too, where Markdown knows no other escape.
        foreach (var code in document.Descendants<TableCell>().SelectMany(cell => cell.Descendants<CodeInline>()))
            code.Content = code.Content.Replace(@"\|", "|", StringComparison.Ordinal);
        for (var first = 0; first < document.Count;)
        {
            var end = IsRaw(document[first]) ? EndOfRaw(document, first) : EndOfPlain(document, first);
            yield return Html(document, first, end);
            first = end;
        }
    }

    private static bool IsPlaceholder(string tag) => BareTag().Match(tag) is { Success: true } bare && !Written.Contains(bare.Groups[1].Value);

    private static bool IsRaw(MarkdownBlock block) => block is HtmlBlock || block is ContainerBlock container && container.Descendants<HtmlBlock>().Any();

    private static int EndOfPlain(MarkdownDocument document, int first)
    {
        var end = first + 1;
        while (end < document.Count && !IsRaw(document[end]))
            end++;
        return end;
    }

    private static int EndOfRaw(MarkdownDocument document, int first)
    {
        var open = 0;
        for (var at = first; at < Math.Min(document.Count, first + LongestPiece); at++)
        {
            if (document[at] is HtmlBlock html)
                open += HtmlNesting.Balance(html.Lines.ToString());
            if (open <= 0)
                return at + 1;
        }
        return first + 1;
    }

    private static string Html(MarkdownDocument document, int first, int end)
    {
        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        for (var at = first; at < end; at++)
            renderer.Render(document[at]);
        writer.Flush();
        return writer.ToString();
    }

    // Without attributes: with them it was meant as an element.
    [GeneratedRegex(@"^</?([A-Za-z][\w.:-]*)\s*/?>$", RegexOptions.CultureInvariant)]
    private static partial Regex BareTag();
}
