using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora.Formats.Office.OpenDocument;

/// <summary>Texts of LibreOffice and its kin: what a reader sees (<see cref="OpenDocumentText"/>). Title: what the text says of itself, else the paragraph
/// that is set as title, else the first heading, else the file name.</summary>
public sealed class OpenDocumentFormat : ICorpusReader
{
    public IReadOnlyList<string> Extensions { get; } = [".odt"];

    public bool IsBinary => true;

    public IEnumerable<CorpusEntry> Read(CorpusFile file, CorpusReadOptions options, CancellationToken cancellationToken) =>
        PackageReading.Read(file, "OpenDocument text", options, package => [Read(package)], cancellationToken);

    private static CorpusEntry Read(DocumentPackage package)
    {
        if (IsEncrypted(package))
            return new Skipped(package.Path, "It is encrypted with a password. Open it in its program, save it without one and import it again.");
        var styles = new OpenDocumentStyles();
        using (var shared = package.SmallXml("styles.xml"))
            styles.Read(shared);
        var text = new PlainTextBuilder();
        using var content = package.Xml("content.xml") ?? throw new InvalidDataException("its part content.xml is missing");
        var body = new OpenDocumentText(content, styles, text, package.Budget);
        body.Read();
        var plain = TextNormalization.Normalize(text.ToString());
        if (string.IsNullOrWhiteSpace(plain))
            return new Skipped(package.Path, "It holds no text. If it shows pictures of words, run text recognition (OCR) over a PDF of it and import that.");
        var title = GivenTitle.Of(TitleOf(package), package.Path) ?? body.Title ?? body.Heading ?? CorpusFormats.TitleOf(package.Path);
        return new Document(package.Path, TextNormalization.Normalize(title), plain);
    }

    private static bool IsEncrypted(DocumentPackage package)
    {
        using var list = package.SmallXml("META-INF/manifest.xml");
        foreach (var name in list?.Children() ?? [])
        {
            if (name == "file-entry" && list!.Children().Contains("encryption-data"))
                return true;
        }
        return false;
    }

    private static string TitleOf(DocumentPackage package)
    {
        using var meta = package.SmallXml("meta.xml");
        foreach (var name in meta?.Children() ?? [])
        {
            if (name != "meta")
                continue;
            foreach (var inner in meta!.Children())
            {
                if (inner == "title")
                    return meta.Text();
            }
        }
        return "";
    }
}
