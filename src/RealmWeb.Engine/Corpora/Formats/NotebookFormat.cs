using System.Text.Json;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Notebooks of Jupyter: cells of Markdown as their page would show them, cells of code as code; what the code put out is left out. Title: that of
/// the notebook, else its first heading, else the file name.</summary>
public sealed class NotebookFormat : ICorpusReader
{
    private const string Anew = "Open it in Jupyter, save it anew and import that.";

    public IReadOnlyList<string> Extensions { get; } = [".ipynb"];

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        var (bytes, tooLarge) = WholeText.ReadBytes(file.Content, options.MaxDocumentBytes);
        if (bytes is null)
            return [new Skipped(file.Path, tooLarge!)];
        try
        {
            using var notebook = JsonDocument.Parse(bytes);
            return [Read(file.Path, notebook.RootElement, options)];
        }
        catch (JsonException error)
        {
            return [new Skipped(file.Path, $"It is no notebook, or damaged or cut off ({error.Message.ReplaceLineEndings(" ").TrimEnd('.')}). {Anew}")];
        }
        catch (Exception error) when (error is ArgumentException or InsufficientExecutionStackException)
        {
            return [new Skipped(file.Path, "The Markdown of a cell is nested too deeply to be read. Remove nested quotes or lists.")];
        }
    }

    private static CorpusEntry Read(string path, JsonElement notebook, CorpusReadOptions options)
    {
        if (Property(notebook, "cells") is not { ValueKind: JsonValueKind.Array } cells)
            return new Skipped(path, $"It is no notebook of version 4: it has no list of cells. {Anew}");
        var (text, heading) = (new PlainTextBuilder(), (string?)null);
        foreach (var cell in cells.EnumerateArray())
        {
            var source = SourceOf(cell);
            switch (Property(cell, "cell_type") is { ValueKind: JsonValueKind.String } kind ? kind.GetString() : "")
            {
                case "markdown" when source.Length > options.MaxMarkupBytes:
                    return new Skipped(path, $"A cell of it is longer than {options.MaxMarkupBytes:N0} letters. Split it.");
                case "markdown":
                    foreach (var html in MarkdownHtml.Render(source))
                    {
                        var visible = new HtmlText(text);
                        visible.Append(html);
                        heading ??= visible.Heading;
                    }
                    break;
                case "code":
                    text.AppendVerbatim(source.ReplaceLineEndings("\n").TrimEnd());
                    break;
            }
            text.EndBlock();
        }
        var plain = TextNormalization.Normalize(text.ToString());
        if (string.IsNullOrWhiteSpace(plain))
            return new Skipped(path, "Its cells hold no text and no code.");
        var given = Property(notebook, "metadata") is { } metadata && Property(metadata, "title") is { ValueKind: JsonValueKind.String } title
            ? title.GetString()! : "";
        return new Document(path, TextNormalization.Normalize(GivenTitle.Of(given, path) ?? heading ?? CorpusFormats.TitleOf(path)), plain);
    }

    // A string, or one for each line with its end.
    private static string SourceOf(JsonElement cell) => Property(cell, "source") switch
    {
        { ValueKind: JsonValueKind.String } source => source.GetString()!,
        { ValueKind: JsonValueKind.Array } lines => string.Concat(lines.EnumerateArray()
            .Select(line => line.ValueKind == JsonValueKind.String ? line.GetString() : "")),
        _ => "",
    };

    private static JsonElement? Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;
}
