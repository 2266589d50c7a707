using System.IO.Compression;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
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
                main.AddNewPart<FootnotesPart>().Footnotes = new Footnotes($"<w:footnotes {Namespaces}>{footnotes}</w:footnotes>");
            main.AddNewPart<WordprocessingCommentsPart>().Comments = new Comments(
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
