using System.IO.Compression;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Presentation;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Wordprocessing;

namespace RealmWeb.Engine.Tests.Corpora;

/// <summary>Office documents, written by the library of their maker; what it would not write is put into the package afterwards.</summary>
internal static class OfficeFiles
{
    private const string Namespaces = """
        xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
        xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"
        xmlns:v="urn:schemas-microsoft-com:vml" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
        """;

    private const string SlideNamespaces = """
        xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
        xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"
        """;

    /// <summary>A Word document.</summary>
    /// <param name="body">Its paragraphs and tables as WordprocessingML.</param>
    internal static byte[] Word(string body, string styles = "", string numbering = "", string footnotes = "", string? title = null)
    {
        using var file = new MemoryStream();
        using (var word = WordprocessingDocument.Create(file, WordprocessingDocumentType.Document))
        {
            var main = word.AddMainDocumentPart();
            main.Document = new DocumentFormat.OpenXml.Wordprocessing.Document($"<w:document {Namespaces}><w:body>{body}</w:body></w:document>");
            if (styles.Length > 0)
                main.AddNewPart<StyleDefinitionsPart>().Styles = new Styles($"<w:styles {Namespaces}>{styles}</w:styles>");
            if (numbering.Length > 0)
                main.AddNewPart<NumberingDefinitionsPart>().Numbering = new Numbering($"<w:numbering {Namespaces}>{numbering}</w:numbering>");
            if (footnotes.Length > 0)
                main.AddNewPart<FootnotesPart>().Footnotes = new DocumentFormat.OpenXml.Wordprocessing.Footnotes($"<w:footnotes {Namespaces}>{footnotes}</w:footnotes>");
            main.AddNewPart<WordprocessingCommentsPart>().Comments = new DocumentFormat.OpenXml.Wordprocessing.Comments(
                $"""<w:comments {Namespaces}><w:comment w:id="0" w:author="Ada">{Paragraph("A comment.")}</w:comment></w:comments>""");
            if (title is not null)
                word.PackageProperties.Title = title;
        }
        return file.ToArray();
    }

    internal static string Paragraph(string text, string? style = null) =>
        $"<w:p>{(style is null ? "" : $"<w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>")}{Run(text)}</w:p>";

    internal static string Run(string text, string properties = "") =>
        $"<w:r>{(properties.Length == 0 ? "" : $"<w:rPr>{properties}</w:rPr>")}<w:t xml:space=\"preserve\">{text}</w:t></w:r>";

    internal static string Row(params string[] cells) => $"<w:tr>{string.Concat(cells.Select(cell => $"<w:tc>{Paragraph(cell)}</w:tc>"))}</w:tr>";

    /// <summary>A presentation.</summary>
    /// <param name="slides">The shapes of each slide, and the shapes of its notes, as PresentationML.</param>
    internal static byte[] Slides(params (string Shapes, string Notes, bool IsHidden)[] slides)
    {
        using var file = new MemoryStream();
        using (var deck = PresentationDocument.Create(file, PresentationDocumentType.Presentation))
        {
            var main = deck.AddPresentationPart();
            var ids = new List<string>();
            foreach (var (shapes, notes, isHidden) in slides)
            {
                var part = main.AddNewPart<SlidePart>();
                part.Slide = new Slide(
                    $"<p:sld {SlideNamespaces}{(isHidden ? " show=\"0\"" : "")}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>");
                if (notes.Length > 0)
                {
                    part.AddNewPart<NotesSlidePart>().NotesSlide =
                        new NotesSlide($"<p:notes {SlideNamespaces}><p:cSld><p:spTree>{notes}</p:spTree></p:cSld></p:notes>");
                }
                ids.Insert(0, $"<p:sldId id=\"{256 + ids.Count}\" r:id=\"{main.GetIdOfPart(part)}\"/>");
            }
            // Written last to first: the list says the order, not the names of the parts.
            ids.Reverse();
            main.Presentation = new Presentation($"<p:presentation {SlideNamespaces}><p:sldIdLst>{string.Concat(ids)}</p:sldIdLst></p:presentation>");
        }
        return file.ToArray();
    }

    /// <summary>A shape with its paragraphs.</summary>
    /// <param name="place">Type of the place that it takes; null for a text box.</param>
    internal static string Shape(string? place, params string[] paragraphs) =>
        $"<p:sp><p:nvSpPr><p:cNvPr id=\"2\" name=\"x\"/><p:cNvSpPr/><p:nvPr>{(place is null ? "" : $"<p:ph type=\"{place}\"/>")}</p:nvPr></p:nvSpPr><p:spPr/>"
            + $"<p:txBody><a:bodyPr/>{string.Concat(paragraphs.Select(text => text.StartsWith('<') ? text : $"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>"))}</p:txBody></p:sp>";

    /// <summary>A workbook.</summary>
    /// <param name="sheets">Name and rows of each sheet, the rows as SpreadsheetML.</param>
    /// <param name="formats">Numbers of the formats of cells, or codes for formats of its own.</param>
    internal static byte[] Workbook((string Name, string Rows, bool IsHidden)[] sheets, string[] strings, params string[] formats)
    {
        const string namespaces = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
        using var file = new MemoryStream();
        using (var book = SpreadsheetDocument.Create(file, SpreadsheetDocumentType.Workbook))
        {
            var main = book.AddWorkbookPart();
            main.Workbook = new Workbook(new Sheets());
            foreach (var (name, rows, isHidden) in sheets)
            {
                var part = main.AddNewPart<WorksheetPart>();
                part.Worksheet = new Worksheet($"<worksheet {namespaces}><sheetData>{rows}</sheetData></worksheet>");
                main.Workbook.Sheets!.Append(new Sheet
                {
                    Name = name, Id = main.GetIdOfPart(part), SheetId = (uint)main.Workbook.Sheets.Count() + 1,
                    State = isHidden ? SheetStateValues.Hidden : SheetStateValues.Visible,
                });
            }
            main.AddNewPart<SharedStringTablePart>().SharedStringTable =
                new SharedStringTable($"<sst {namespaces}>{string.Concat(strings.Select(text => $"<si>{(text.StartsWith('<') ? text : $"<t>{text}</t>")}</si>"))}</sst>");
            var own = formats.Where(format => !int.TryParse(format, out _)).ToList();
            main.AddNewPart<WorkbookStylesPart>().Stylesheet = new Stylesheet(
                $"<styleSheet {namespaces}><numFmts>{string.Concat(own.Select((code, i) => $"<numFmt numFmtId=\"{164 + i}\" formatCode=\"{code}\"/>"))}</numFmts>"
                    + $"<cellXfs>{string.Concat(formats.Select(format => $"<xf numFmtId=\"{(own.IndexOf(format) is var at and >= 0 ? 164 + at : format)}\"/>"))}</cellXfs></styleSheet>");
        }
        return file.ToArray();
    }

    /// <summary>The package with one part changed, or added.</summary>
    internal static byte[] With(byte[] package, string part, Func<string, string> change) =>
        With(package, part, (before, stream) => stream.Write(Encoding.UTF8.GetBytes(change(before))));

    /// <summary>The package with one part written anew.</summary>
    internal static byte[] With(byte[] package, string part, Action<string, Stream> write)
    {
        using var file = new MemoryStream();
        using (var from = new ZipArchive(new MemoryStream(package)))
        using (var to = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in from.Entries.Where(entry => entry.FullName != part))
            {
                using var read = entry.Open();
                using var written = to.CreateEntry(entry.FullName).Open();
                read.CopyTo(written);
            }
            var before = "";
            if (from.GetEntry(part) is { } changed)
            {
                using var reader = new StreamReader(changed.Open());
                before = reader.ReadToEnd();
            }
            using var anew = to.CreateEntry(part, CompressionLevel.Optimal).Open();
            write(before, anew);
        }
        return file.ToArray();
    }
}
