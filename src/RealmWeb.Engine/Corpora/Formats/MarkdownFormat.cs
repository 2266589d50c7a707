using System.Text;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Markdown: what a reader of the page sees that it is rendered to (<see cref="MarkdownHtml"/>, <see cref="HtmlText"/>). Title: that of the front
/// matter, else the first heading, else the file name. Hugo shortcodes are dropped, save the text they carry.</summary>
public sealed class MarkdownFormat : ICorpusReader
{
    // Far more than any shortcode takes; an opening without an end is text.
    private const int LongestShortcode = 4000;

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
            // How Markdig and the HTML reader refuse thousands of nested quotes or lists.
            return [new Skipped(file.Path, "Its Markdown is nested too deeply to be read. Remove nested quotes or lists.")];
        }
    }

    private static CorpusEntry Read(string path, string markdown)
    {
        var (title, content) = FrontMatter.Split(markdown);
        var text = new PlainTextBuilder();
        var visible = new HtmlText(text);
        foreach (var html in MarkdownHtml.Render(WithoutShortcodes(content)))
            visible.Append(html);
        var body = TextNormalization.Normalize(text.ToString());
        if (string.IsNullOrWhiteSpace(body))
            return new Skipped(path, "It holds no text behind its front matter and markup.");
        title = string.IsNullOrEmpty(title) ? visible.Heading : title;
        return new Document(path, string.IsNullOrEmpty(title) ? CorpusFormats.TitleOf(path) : TextNormalization.Normalize(title), body);
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
}
