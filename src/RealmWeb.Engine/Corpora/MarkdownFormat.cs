using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora;

/// <summary>Markdown: the plain text of headings, paragraphs, lists, tables and code. Title: that of the front matter, else the first heading, else
/// the file name. Hugo shortcodes are dropped, save the text they carry.</summary>
public sealed partial class MarkdownFormat : ICorpusReader
{
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
        var document = Markdown.Parse(Shortcode().Replace(markdown, ShortcodeText), Pipeline);
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
            // Loose items are blocks of their own; tight ones lines.
            if (list.IsLoose)
                text.EndBlock();
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

    private static string ShortcodeText(Match shortcode) => shortcode.Groups["text"].Value;

    private static string Unquote(string value) =>
        value.Length >= 2 && value[0] == value[^1] && value[0] is '"' or '\'' ? value[1..^1] : value;

    // --- (YAML) or +++ (TOML) on the first line, up to the same mark on a line of its own.
    [GeneratedRegex(@"\A(---|\+\+\+)[ \t]*\n(?:.*\n)*?\1[ \t]*(?:\n|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex FrontMatter();

    [GeneratedRegex(@"^title[ \t]*[:=][ \t]*(.*)$", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TitleLine();

    // {{< name key="value" >}} and {{% name %}}; a text="…" in it is what the reader of the page sees.
    [GeneratedRegex(@"\{\{[<%](?:[^}""]|""[^""]*""|\}(?!\}))*?(?:text=""(?<text>[^""]*)"")?(?:[^}""]|""[^""]*""|\}(?!\}))*?[>%]\}\}", RegexOptions.NonBacktracking)]
    private static partial Regex Shortcode();
}
