using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats.Office.Word;

/// <summary>Word documents: the text that a reader sees (<see cref="WordText"/>). Title: what the document says of itself, else the paragraph that is set as
/// title, else the first heading, else the file name.</summary>
/// <remarks>Read as it comes, in memory of the text's size.</remarks>
public sealed class WordFormat : ICorpusReader
{
    public IReadOnlyList<string> Extensions { get; } = [".docx", ".docm"];

    public bool IsBinary => true;

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken) =>
        PackageReading.Read(file, "Word document", options, package => [Read(package)], cancellationToken);

    private static CorpusEntry Read(DocumentPackage package)
    {
        var main = package.Related("", "officeDocument") ?? throw new InvalidDataException("no part of it is the document");
        var context = new WordContext(package, main);
        var text = new PlainTextBuilder();
        using (var part = package.Xml(main)!)
        {
            var body = new WordText(context, part, text);
            foreach (var name in part.Children())
            {
                if (name == "body")
                    body.AppendBlocks();
            }
            body.End();
        }
        var plain = TextNormalization.Normalize(text.ToString());
        if (string.IsNullOrWhiteSpace(plain))
            return new Skipped(package.Path, "It holds no text. If it shows pictures of words, run text recognition (OCR) over a PDF of it and import that.");
        var title = GivenTitle.Of(package.CoreTitle(), package.Path) ?? context.Title ?? context.Heading ?? CorpusFormats.TitleOf(package.Path);
        return new Document(package.Path, TextNormalization.Normalize(title), plain);
    }
}
