using System.IO.Compression;
using System.Text;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace RealmWeb.Lab.Benchmarks;

/// <summary>Documents of random words in every format that is a package or a stream of many parts, each as its own programs write it at its plainest:
/// headings, paragraphs, rows, slides, chapters, messages, pages.</summary>
internal static class SyntheticDocuments
{
    private const int WordsOfParagraph = 80;
    private const int ParagraphsOfSection = 12;

    // Below what one document may have, and about what a byte of a package becomes.
    private const int MostLettersOfFile = 20_000_000;
    private const int LettersOfByte = 2;
    private const int LettersOfPage = 3_600;
    private const int ParagraphsOfSlide = 6;
    private const int ParagraphsOfChapter = 90;
    private const int LettersOfWord = 6;
    private const int LinesOfColumn = 50;
    private const int WordsOfLine = 6;

    /// <summary>Endings of what can be written.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["docx", "xlsx", "pptx", "odt", "epub", "mbox", "xml", "pdf"];

    /// <summary>Writes files of a kind into a folder until they have so many bytes together.</summary>
    public static void Write(string folder, string kind, long bytes, int seed, CancellationToken cancellationToken)
    {
        var words = new RandomWords(seed);
        long written = 0;
        for (var file = 0; written < bytes; file++)
        {
            var path = Path.Combine(folder, $"{file:D4}.{kind}");
            using (var stream = File.Create(path))
                Write(stream, kind, words, bytes - written, cancellationToken);
            written += new FileInfo(path).Length;
        }
    }

    private static void Write(Stream stream, string kind, RandomWords words, long room, CancellationToken cancellationToken)
    {
        var letters = (int)Math.Min(LettersOfByte * room, MostLettersOfFile);
        switch (kind)
        {
            case "docx":
                Package(stream, null, ("word/document.xml", text => Sections(
                    text, words, letters,
                    "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>", "</w:body></w:document>",
                    heading => $"<w:p><w:pPr><w:outlineLvl w:val=\"0\"/></w:pPr><w:r><w:t>{heading}</w:t></w:r></w:p>",
                    paragraph => $"<w:p><w:r><w:t>{paragraph}</w:t></w:r></w:p>", cancellationToken)),
                    ("_rels/.rels", text => text.Write(Relation("officeDocument", "word/document.xml"))));
                break;
            case "xlsx":
                Package(stream, null, ("xl/worksheets/sheet1.xml", text => Rows(text, words, letters, cancellationToken)),
                    ("xl/workbook.xml", text => text.Write(
                        "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "
                            + "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">"
                            + "<sheets><sheet name=\"Words\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>")),
                    ("xl/_rels/workbook.xml.rels", text => text.Write(Relation("worksheet", "worksheets/sheet1.xml"))),
                    ("_rels/.rels", text => text.Write(Relation("officeDocument", "xl/workbook.xml"))));
                break;
            case "pptx":
                Package(stream, null, [.. Slides(words, Parts(letters, ParagraphsOfSlide), cancellationToken)]);
                break;
            case "odt":
                Package(stream, "application/vnd.oasis.opendocument.text", ("content.xml", text => Sections(
                    text, words, letters,
                    "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "
                        + "xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:text>",
                    "</office:text></office:body></office:document-content>",
                    heading => $"<text:h text:outline-level=\"1\">{heading}</text:h>", paragraph => $"<text:p>{paragraph}</text:p>", cancellationToken)));
                break;
            case "epub":
                Package(stream, "application/epub+zip", [.. Chapters(words, Parts(letters, ParagraphsOfChapter), cancellationToken)]);
                break;
            case "mbox":
                Plain(stream, text => Parts(text, words, room, (number, body) =>
                    $"From ada@example.org Thu Jan  1 00:00:00 1970\nFrom: Ada <ada@example.org>\nDate: Thu, 01 Jan 1970 00:00:00 +0000\n"
                        + $"Message-ID: <{number}@example.org>\nSubject: {words.Take(4)}\nContent-Type: text/plain; charset=utf-8\n\n{body}\n\n",
                    cancellationToken));
                break;
            case "xml":
                Plain(stream, text =>
                {
                    text.Write("<mediawiki xmlns=\"http://www.mediawiki.org/xml/export-0.11/\" version=\"0.11\" xml:lang=\"en\">\n");
                    Parts(text, words, room, (number, body) =>
                        $"<page><title>{words.Take(3)} {number}</title><ns>0</ns><id>{number}</id><revision><id>{number}</id><model>wikitext</model>"
                            + $"<text xml:space=\"preserve\">'''{words.Take(2)}''' is [[{words.Take(1)}|{words.Take(1)}]].\n\n== {words.Take(2)} ==\n{body}"
                            + "</text></revision></page>\n", cancellationToken);
                    text.Write("</mediawiki>\n");
                });
                break;
            case "pdf":
                Pdf(stream, words, 1 + letters / LettersOfPage, cancellationToken);
                break;
            default:
                throw new ArgumentException($"Nothing is written as \"{kind}\". Use {string.Join(", ", Kinds)}.", nameof(kind));
        }
    }

    private static int Parts(int letters, int paragraphs) => 1 + letters / (paragraphs * WordsOfParagraph * LettersOfWord);

    private static string Relation(string kind, string target) =>
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" "
            + $"Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/></Relationships>";

    private static void Package(Stream stream, string? mimetype, params (string Name, Action<TextWriter> Write)[] parts)
    {
        using var package = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        if (mimetype is not null)
        {
            using var text = new StreamWriter(package.CreateEntry("mimetype", CompressionLevel.NoCompression).Open());
            text.Write(mimetype);
        }
        foreach (var (name, write) in parts)
        {
            using var text = new StreamWriter(package.CreateEntry(name, CompressionLevel.Fastest).Open());
            write(text);
        }
    }

    private static void Plain(Stream stream, Action<TextWriter> write)
    {
        using var text = new StreamWriter(stream, leaveOpen: true);
        write(text);
    }

    private static void Sections(
        TextWriter text, RandomWords words, int most, string begin, string end, Func<string, string> heading, Func<string, string> paragraph,
        CancellationToken cancellationToken)
    {
        text.Write(begin);
        for (var letters = 0; letters < most;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            text.Write(heading(words.Take(4)));
            for (var i = 0; i < ParagraphsOfSection; i++)
            {
                var body = words.Take(WordsOfParagraph);
                letters += body.Length;
                text.Write(paragraph(body));
            }
        }
        text.Write(end);
    }

    private static void Rows(TextWriter text, RandomWords words, int most, CancellationToken cancellationToken)
    {
        const int columns = 10;
        text.Write("<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>");
        for (var letters = 0; letters < most;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            text.Write("<row>");
            for (var i = 0; i < columns; i++)
            {
                var cell = words.Take(3);
                letters += cell.Length;
                text.Write($"<c t=\"inlineStr\"><is><t>{cell}</t></is></c>");
            }
            text.Write("</row>");
        }
        text.Write("</sheetData></worksheet>");
    }

    private static IEnumerable<(string Name, Action<TextWriter> Write)> Slides(
        RandomWords words, int slides, CancellationToken cancellationToken)
    {
        const string namespaces = "xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" "
            + "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "
            + "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
        yield return ("_rels/.rels", text => text.Write(Relation("officeDocument", "ppt/presentation.xml")));
        yield return ("ppt/presentation.xml", text => text.Write(
            $"<p:presentation {namespaces}><p:sldIdLst>"
                + string.Concat(Enumerable.Range(1, slides).Select(i => $"<p:sldId id=\"{255 + i}\" r:id=\"r{i}\"/>")) + "</p:sldIdLst></p:presentation>"));
        yield return ("ppt/_rels/presentation.xml.rels", text => text.Write(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                + string.Concat(Enumerable.Range(1, slides).Select(i =>
                    $"<Relationship Id=\"r{i}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/slide\" "
                        + $"Target=\"slides/s{i}.xml\"/>"))
                + "</Relationships>"));
        for (var i = 1; i <= slides; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return ($"ppt/slides/s{i}.xml", text => text.Write(
                $"<p:sld {namespaces}><p:cSld><p:spTree>{Shape("title", words.Take(5))}"
                    + string.Concat(Enumerable.Range(0, ParagraphsOfSlide).Select(_ => Shape("body", words.Take(WordsOfParagraph))))
                    + "</p:spTree></p:cSld></p:sld>"));
        }

        static string Shape(string place, string words) =>
            $"<p:sp><p:nvSpPr><p:cNvPr id=\"2\" name=\"x\"/><p:cNvSpPr/><p:nvPr><p:ph type=\"{place}\"/></p:nvPr></p:nvSpPr><p:spPr/>"
                + $"<p:txBody><a:bodyPr/><a:p><a:r><a:t>{words}</a:t></a:r></a:p></p:txBody></p:sp>";
    }

    private static IEnumerable<(string Name, Action<TextWriter> Write)> Chapters(
        RandomWords words, int chapters, CancellationToken cancellationToken)
    {
        yield return ("META-INF/container.xml", text => text.Write(
            "<container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles>"
                + "<rootfile full-path=\"book.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles></container>"));
        yield return ("book.opf", text => text.Write(
            "<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\"><metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
                + $"<dc:title>{words.Take(3)}</dc:title></metadata><manifest>"
                + string.Concat(Enumerable.Range(0, chapters).Select(i => $"<item id=\"c{i}\" href=\"c{i}.xhtml\" media-type=\"application/xhtml+xml\"/>"))
                + "</manifest><spine>" + string.Concat(Enumerable.Range(0, chapters).Select(i => $"<itemref idref=\"c{i}\"/>")) + "</spine></package>"));
        for (var i = 0; i < chapters; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return ($"c{i}.xhtml", text => text.Write(
                $"<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>x</title></head><body><h1>{words.Take(4)}</h1>"
                    + string.Concat(Enumerable.Range(0, ParagraphsOfChapter).Select(_ => $"<p>{words.Take(WordsOfParagraph)}</p>")) + "</body></html>"));
        }
    }

    private static void Parts(TextWriter text, RandomWords words, long room, Func<int, string, string> part, CancellationToken cancellationToken)
    {
        var (number, letters) = (0, 0L);
        while (letters < room)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var written = part(++number, string.Join("\n\n", Enumerable.Range(0, 5).Select(_ => words.Take(WordsOfParagraph / 4))));
            letters += written.Length;
            text.Write(written);
        }
    }

    // Pages of two columns.
    private static void Pdf(Stream stream, RandomWords words, int pages, CancellationToken cancellationToken)
    {
        using var builder = new PdfDocumentBuilder(stream, disposeStream: false, PdfWriterType.Default);
        var font = builder.AddStandard14Font(Standard14Font.Helvetica);
        for (var i = 0; i < pages; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = builder.AddPage(PageSize.A4);
            foreach (var left in new[] { 50, 310 })
            {
                for (var line = 0; line < LinesOfColumn; line++)
                    page.AddText(words.Take(WordsOfLine), 9, new PdfPoint(left, 790 - line * 14), font);
            }
        }
    }

    private sealed class RandomWords(int seed)
    {
        private const int Known = 5_000;
        private readonly Random _random = new(seed);
        private readonly string[] _words = Make(new Random(seed));
        private readonly StringBuilder _text = new();

        public string Take(int count)
        {
            _text.Clear();
            for (var i = 0; i < count; i++)
                _text.Append(i == 0 ? "" : " ").Append(_words[_random.Next(Known)]);
            return _text.ToString();
        }

        private static string[] Make(Random random) =>
            [.. Enumerable.Range(0, Known).Select(_ => new string([.. Enumerable.Range(0, random.Next(2, 9)).Select(_ => (char)('a' + random.Next(26)))]))];
    }
}
