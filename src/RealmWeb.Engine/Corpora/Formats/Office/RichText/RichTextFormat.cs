using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats.Office.RichText;

/// <summary>Rich text (RTF): the text that a reader sees (<see cref="RichTextReader"/>). Title: what the document says of itself, else the paragraph that is
/// set as title, else the first heading, else the file name.</summary>
public sealed class RichTextFormat : ICorpusReader
{
    private const string Anew = "Open it in a word processor, save it anew as .docx and import that.";

    public IReadOnlyList<string> Extensions { get; } = [".rtf"];

    // Pictures may stand in it as bytes.
    public bool IsBinary => true;

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        var (bytes, tooLarge) = WholeText.ReadBytes(file.Content, options.MaxDocumentBytes);
        if (bytes is null)
            return [new Skipped(file.Path, tooLarge!)];
        if (!bytes.AsSpan().StartsWith(@"{\rtf"u8))
            return [new Skipped(file.Path, $"It is no rich text: it does not begin with {{\\rtf. {Anew}")];
        try
        {
            return [.. Read(file.Path, bytes, options, cancellationToken)];
        }
        catch (PackageException error)
        {
            return [new Skipped(file.Path, error.Message)];
        }
    }

    private static IEnumerable<CorpusEntry> Read(string path, byte[] bytes, CorpusReadOptions options, CancellationToken cancellationToken)
    {
        var reader = new RichTextReader(bytes, new TextBudget(options.MaxDocumentBytes));
        var plain = TextNormalization.Normalize(reader.Read(cancellationToken));
        if (string.IsNullOrWhiteSpace(plain))
        {
            yield return new Skipped(path, "It holds no text. If it shows pictures of words, run text recognition (OCR) over a PDF of it and import that.");
            yield break;
        }
        var title = GivenTitle.Of(reader.GivenTitle, path) ?? reader.Title ?? reader.Heading ?? CorpusFormats.TitleOf(path);
        yield return new Document(path, TextNormalization.Normalize(title), plain);
        if (reader.IsCutOff)
            yield return new Skipped(path, "It is cut off: its last group is not closed. What stands before the cut was read. Fetch it again.");
    }
}
