using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Extensions.Tables;
using Markdig.Helpers;
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

    // Attributes that need no value; "<the name>" has none of them.
    private static readonly FrozenSet<string> Flags =
        FrozenSet.ToFrozenSet(["compact", "hidden", "ismap", "noshade", "nowrap", "open", "reversed"], StringComparer.OrdinalIgnoreCase);

    /// <exception cref="ArgumentException">It is nested too deeply.</exception>
    internal static IEnumerable<string> Render(string markdown)
    {
        var document = Parse(markdown);
        var tags = document.Descendants<HtmlInline>().ToList();
        var elements = tags.Select(inline => TagWithValues().Match(inline.Tag)).Where(tag => tag.Success)
            .Select(tag => $"</{tag.Groups[1].Value}>").ToHashSet(StringComparer.Ordinal);
        foreach (var inline in tags.Where(inline => IsPlaceholder(inline.Tag) && !elements.Contains(inline.Tag)))
            inline.ReplaceBy(new LiteralInline(inline.Tag));
        // A bar within a cell is written \|, in code too, where Markdown knows no other escape.
        foreach (var code in document.Descendants<TableCell>().SelectMany(cell => cell.Descendants<CodeInline>()))
            code.Content = code.Content.Replace(@"\|", "|", StringComparison.Ordinal);
        foreach (var heading in document.Descendants<HeadingBlock>())
        {
            if (heading.Inline?.LastChild is LiteralInline last)
                last.Content = new StringSlice(HeadingAttributes().Replace(last.Content.ToString(), ""));
        }
        for (var first = 0; first < document.Count;)
        {
            var end = IsRaw(document[first]) ? EndOfRaw(document, first) : EndOfPlain(document, first);
            yield return Html(document, first, end);
            first = end;
        }
    }

    // GitHub lets a table begin in the line below a paragraph and end in the line above one, Markdig does not.
    private static MarkdownDocument Parse(string markdown)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        var borders = document.Descendants<ParagraphBlock>().SelectMany(paragraph => BordersOfTable(markdown, paragraph.Span)).Order().ToList();
        if (borders.Count == 0)
            return document;
        var apart = new StringBuilder(markdown.Length + borders.Count);
        var from = 0;
        foreach (var border in borders)
        {
            apart.Append(markdown, from, border - from).Append('\n');
            from = border;
        }
        return Markdown.Parse(apart.Append(markdown, from, markdown.Length - from).ToString(), Pipeline);
    }

    // Where lines begin that a blank line has to stand above: the names of columns, and what stands below the last row.
    private static IEnumerable<int> BordersOfTable(string markdown, SourceSpan paragraph)
    {
        if (markdown.AsSpan(paragraph.Start, paragraph.Length).IndexOf('|') < 0)
            yield break;
        var lines = markdown.Substring(paragraph.Start, paragraph.Length).Split('\n');
        var rule = 1;
        while (rule < lines.Length && !IsTableHead(lines[rule - 1], lines[rule]))
            rule++;
        var behind = rule + 1;
        while (behind < lines.Length && lines[behind].Contains('|'))
            behind++;
        if (rule > 1 && rule < lines.Length)
            yield return StartOf(rule - 1);
        if (behind < lines.Length)
            yield return StartOf(behind);

        int StartOf(int line) => paragraph.Start + lines.Take(line).Sum(before => before.Length + 1);
    }

    private static bool IsTableHead(string names, string rule) =>
        names.Contains('|') && TableRule().IsMatch(rule.Trim(' ', '\t', '>')) && CountCells(names) == CountCells(rule);

    private static int CountCells(string row) => UnescapedBar().Count(row.Trim(' ', '\t', '>', '|')) + 1;

    private static bool IsPlaceholder(string tag) => BareTag().Match(tag) is { Success: true } bare
        && (!Written.Contains(bare.Groups[1].Value) || bare.Groups[2].Length > 0 && !bare.Groups[2].Value.Split(' ').Any(Flags.Contains));

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
            // Within an element what is indented is no code.
            if (open > 0 && document[at] is CodeBlock and not FencedCodeBlock and { Lines: var lines } && lines.ToString().TrimStart().StartsWith('<'))
                document[at] = new HtmlBlock(null) { Lines = lines };
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

    // Without values of attributes: with them it was meant as an element.
    [GeneratedRegex(@"^</?([A-Za-z][\w.:-]*)((?:\s+[\w.:-]+)*)\s*/?>$", RegexOptions.CultureInvariant)]
    private static partial Regex BareTag();

    [GeneratedRegex(@"^<([A-Za-z][\w.:-]*)\s[^>]*=", RegexOptions.CultureInvariant)]
    private static partial Regex TagWithValues();

    // {#where-links-lead .class} at the end.
    [GeneratedRegex(@"\s*\{\s*[#.:][^{}]*\}\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex HeadingAttributes();

    [GeneratedRegex(@"^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?$", RegexOptions.CultureInvariant)]
    private static partial Regex TableRule();

    [GeneratedRegex(@"(?<!\\)\|", RegexOptions.CultureInvariant)]
    private static partial Regex UnescapedBar();
}
