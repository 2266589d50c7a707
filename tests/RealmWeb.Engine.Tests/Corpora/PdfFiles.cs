using System.Globalization;
using System.Text;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace RealmWeb.Engine.Tests.Corpora;

/// <summary>PDF files written word by word at their places, and by hand where no library would write them.</summary>
internal static class PdfFiles
{
    internal const double Top = 780;
    internal const double LineHeight = 14;

    /// <summary>A file of pages in A4, in Helvetica.</summary>
    internal static byte[] Write(params Action<Sheet>[] pages)
    {
        using var builder = new PdfDocumentBuilder();
        var (font, bold) = (builder.AddStandard14Font(Standard14Font.Helvetica), builder.AddStandard14Font(Standard14Font.HelveticaBold));
        foreach (var write in pages)
            write(new Sheet(builder.AddPage(PageSize.A4), font, bold));
        return builder.Build();
    }

    /// <summary>Lines below each other from the top.</summary>
    internal static void Lines(Sheet page, double left, params string[] lines) => Lines(page, left, Top, lines);

    internal static void Lines(Sheet page, double left, double top, params string[] lines)
    {
        for (var line = 0; line < lines.Length; line++)
            page.Add(lines[line], 11, left, top - line * LineHeight);
    }

    /// <summary>A file of pages whose contents are written as operators; their font is F, Helvetica or as given.</summary>
    internal static byte[] Pages(string[] contents, string attributes = "", string font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", string trailer = "") => Raw(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            $"<< /Type /Pages /Kids [{string.Join(' ', contents.Select((_, i) => $"{4 + 2 * i} 0 R"))}] /Count {contents.Length} >>", font,
            .. contents.SelectMany((content, i) => new[]
            {
                $"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {attributes} /Contents {5 + 2 * i} 0 R /Resources << /Font << /F 3 0 R >> >> >>",
                $"<< /Length {content.Length} >>\nstream\n{content}\nendstream",
            }),
        ], trailer);

    /// <summary>A file of so many pages, each with a line of its own at a place of its own: what stands at one place of many pages counts as running.</summary>
    internal static byte[] ManyPages(int count) => Pages([.. Enumerable.Range(0, count).Select(page =>
        $"BT /F 11 Tf 60 {300 + page % 400} Td (The dam of {(char)('A' + page % 26)}{(char)('a' + page / 26 % 26)}{(char)('a' + page / 676)}o held.) Tj ET")]);

    /// <summary>Objects by number, with the table of where they stand.</summary>
    internal static byte[] Raw(string[] objects, string trailer = "")
    {
        var text = new StringBuilder("%PDF-1.7\n");
        var places = new List<int>();
        for (var number = 1; number <= objects.Length; number++)
        {
            places.Add(text.Length);
            text.Append(number).Append(" 0 obj\n").Append(objects[number - 1]).Append("\nendobj\n");
        }
        var table = text.Length;
        text.Append("xref\n0 ").Append(objects.Length + 1).Append("\n0000000000 65535 f \n");
        foreach (var place in places)
            text.Append(place.ToString("D10", CultureInfo.InvariantCulture)).Append(" 00000 n \n");
        text.Append("trailer\n<< /Size ").Append(objects.Length + 1).Append(" /Root 1 0 R ").Append(trailer).Append(" >>\nstartxref\n").Append(table)
            .Append("\n%%EOF\n");
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    /// <summary>The file cut off within its pages, with what leads to them in front, as files for the web are written.</summary>
    internal static byte[] CutBehind(byte[] file, int root, string before)
    {
        var whole = Encoding.Latin1.GetString(file).Replace("%PDF-1.7\n", $"%PDF-1.7\ntrailer\n<< /Size 99 /Root {root} 0 R >>\n", StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(whole[..whole.IndexOf(before, StringComparison.Ordinal)]);
    }

    internal sealed record Sheet(PdfPageBuilder Page, PdfDocumentBuilder.AddedFont Font, PdfDocumentBuilder.AddedFont Bold)
    {
        public void Add(string text, int size, double left, double bottom) => Page.AddText(text, size, new PdfPoint(left, bottom), Font);

        public void AddBold(string text, int size, double left, double bottom) => Page.AddText(text, size, new PdfPoint(left, bottom), Bold);
    }
}
