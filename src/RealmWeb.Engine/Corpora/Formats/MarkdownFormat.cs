using System.Text;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Markdown: the plain text of headings, paragraphs, lists, tables and code. Title: that of the front matter, else the first heading, else
/// the file name. Hugo shortcodes are dropped, save the text they carry.</summary>
public sealed partial class MarkdownFormat : ICorpusReader
{
    // Far more than any shortcode takes; an opening without an end is text.
    private const int LongestShortcode = 4000;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseGridTables().Build();

    public IReadOnlyList<string> Extensions { get; } = [".md", ".markdown"];

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        var (bytes, tooLarge) = WholeText.ReadBytes(file.Content, options.MaxMarkupBytes);
        if (bytes is null)
            return [new Skipped(file.Path, tooLarge!)];
        var (decoded, wrong) = WholeText.Decode(bytes);
        if (decoded is null)
            return [new Skipped(file.Path, wrong!)];
        try
        {
            return [Read(file.Path, TextNormalization.Normalize(decoded))];
        }
        catch (Exception error) when (error is ArgumentException or InsufficientExecutionStackException)
        {
            // How Markdig and the walk below refuse thousands of nested quotes or lists.
            return [new Skipped(file.Path, "Its Markdown is nested too deeply to be read. Remove nested quotes or lists.")];
        }
    }

    private static CorpusEntry Read(string path, string markdown)
    {
        string? title = null;
        if (FrontMatter().Match(markdown) is { Success: true } matter)
        {
            title = TitleLine().Match(matter.Value) is { Success: true } line ? Unquote(line.Groups[1].Value.Trim()) : null;
            markdown = markdown[matter.Length..];
        }
        var document = Markdown.Parse(WithoutShortcodes(markdown), Pipeline);
        var text = new PlainTextBuilder();
        Append(document, text);
        var body = TextNormalization.Normalize(text.ToString());
        if (string.IsNullOrWhiteSpace(body))
            return new Skipped(path, "It holds no text behind its front matter and markup.");
        if (string.IsNullOrEmpty(title) && document.Descendants<HeadingBlock>().FirstOrDefault() is { } heading)
        {
            var first = new PlainTextBuilder();
            Append(heading.Inline, first);
            title = first.ToString().Trim();
        }
        return new Document(path, string.IsNullOrEmpty(title) ? CorpusFormats.TitleOf(path) : title, body);
    }

    private static void Append(ContainerBlock container, PlainTextBuilder text)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var block in container)
        {
            switch (block)
            {
                case Table table:
                    AppendTable(table, text);
                    break;
                case ListBlock list:
                    AppendList(list, text);
                    break;
                case ContainerBlock inner:
                    Append(inner, text);
                    break;
                case HtmlBlock html:
                    HtmlFormat.AppendText(html.Lines.ToString(), text);
                    break;
                case LinkReferenceDefinition:
                    continue;
                case LeafBlock { Inline: { } inline }:
                    Append(inline, text);
                    break;
                case CodeBlock code:
                    text.AppendVerbatim(code.Lines.ToString());
                    break;
            }
            // The items of a tight list are lines.
            if (container is ListItemBlock { Parent: ListBlock { IsLoose: false } })
                text.EndLine();
            else
                text.EndBlock();
        }
    }

    private static void AppendList(ListBlock list, PlainTextBuilder text)
    {
        var number = int.TryParse(list.OrderedStart, out var start) ? start : 1;
        foreach (var item in list.OfType<ListItemBlock>())
        {
            text.EndLine();
            text.Append(list.IsOrdered ? $"{number++}. " : "- ");
            Append(item, text);
        }
    }

    private static void AppendTable(Table table, PlainTextBuilder text)
    {
        foreach (var row in table.OfType<TableRow>())
        {
            text.EndLine();
            var isFirst = true;
            foreach (var cell in row.OfType<TableCell>())
            {
                if (!isFirst)
                    text.Append(" | ");
                isFirst = false;
                foreach (var leaf in cell.Descendants<LeafBlock>())
                    Append(leaf.Inline, text);
            }
        }
    }

    private static void Append(ContainerInline? container, PlainTextBuilder text)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        for (var inline = container?.FirstChild; inline is not null; inline = inline.NextSibling)
        {
            switch (inline)
            {
                case LiteralInline literal:
                    text.Append(literal.Content.AsSpan());
                    break;
                case CodeInline code:
                    text.Append(code.Content);
                    break;
                case AutolinkInline link:
                    text.Append(link.Url);
                    break;
                case HtmlEntityInline entity:
                    text.Append(entity.Transcoded.AsSpan());
                    break;
                case LineBreakInline { IsHard: true }:
                    text.EndLine();
                    break;
                case LineBreakInline:
                    text.Append(" ");
                    break;
                case HtmlInline { Tag: "<br>" or "<br/>" or "<br />" }:
                    text.EndLine();
                    break;
                case ContainerInline inner:
                    Append(inner, text);
                    break;
            }
        }
    }

    // {{< name key="value" >}} and {{% name %}}; a text="…" in it is what the reader of the page sees.
    private static string WithoutShortcodes(string markdown)
    {
        var at = markdown.IndexOf("{{", StringComparison.Ordinal);
        if (at < 0)
            return markdown;
        var kept = new StringBuilder(markdown.Length);
        var start = 0;
        for (; at >= 0; at = markdown.IndexOf("{{", at, StringComparison.Ordinal))
        {
            var end = at + 2 < markdown.Length && markdown[at + 2] is '<' or '%'
                ? markdown.AsSpan(at, Math.Min(LongestShortcode, markdown.Length - at)).IndexOf(markdown[at + 2] == '<' ? ">}}" : "%}}")
                : -1;
            if (end < 0)
            {
                at += 2;
                continue;
            }
            kept.Append(markdown, start, at - start).Append(VisibleText(markdown.AsSpan(at, end)));
            start = at += end + 3;
        }
        return kept.Append(markdown, start, markdown.Length - start).ToString();
    }

    private static ReadOnlySpan<char> VisibleText(ReadOnlySpan<char> shortcode)
    {
        const string mark = "text=\"";
        var start = shortcode.IndexOf(mark);
        if (start < 0)
            return default;
        var value = shortcode[(start + mark.Length)..];
        return value.IndexOf('"') is var end and >= 0 ? value[..end] : default;
    }

    private static string Unquote(string value) =>
        value.Length >= 2 && value[0] == value[^1] && value[0] is '"' or '\'' ? value[1..^1] : value;

    // --- (YAML) or +++ (TOML) on the first line, up to the same mark on a line of its own.
    [GeneratedRegex(@"\A(---|\+\+\+)[ \t]*\n(?:.*\n)*?\1[ \t]*(?:\n|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex FrontMatter();

    [GeneratedRegex(@"^title[ \t]*[:=][ \t]*(.*)$", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TitleLine();
}
