using System.Text;
using RealmWeb.Engine.Corpora;
using static RealmWeb.Engine.Tests.Corpora.OfficeFiles;

namespace RealmWeb.Engine.Tests.Corpora;

public sealed class SlidesAndSheetsTests : IDisposable
{
    private const string Numbered = "<a:p><a:pPr><a:buAutoNum type=\"arabicPeriod\"/></a:pPr><a:r><a:t>";

    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Slides_GiveTitle_Text_Tables_AndNotes_InTheirOrder()
    {
        const string table = """
            <p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr><a:tc rowSpan="2"><a:txBody><a:p><a:r><a:t>Karrow</a:t></a:r></a:p></a:txBody></a:tc>
            <a:tc><a:txBody><a:p><a:r><a:t>1820</a:t></a:r></a:p></a:txBody></a:tc></a:tr><a:tr><a:tc vMerge="1"><a:txBody><a:p/></a:txBody></a:tc>
            <a:tc><a:txBody><a:p><a:r><a:t>1831</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>
            """;
        _folder.Add("mills.pptx", Slides(
            (Shape("subTitle", "Of the valley") + Shape("ctrTitle", "The Mills") + Shape("sldNum", "1"), "", false),
            (Shape("title", "How they grind") + Shape("body", "Open the sluice", "Wait") + Shape(null, $"{Numbered}First</a:t></a:r></a:p>", $"{Numbered}Second</a:t></a:r></a:p>")
                + "<p:grpSp>" + Shape(null, "In a group") + "</p:grpSp>" + table, Shape("sldImg", "no") + Shape("body", "Say it slowly.", "Twice."), false),
            (Shape("title", "Not shown"), "", true),
            (Shape("title", "Owners") + Shape("body", "Ada Quist") + Shape("ftr", "2026"), "", false)));

        var items = _folder.Read();

        var document = items[0].Document!;
        Assert.Equal("The Mills", document.Title);
        Assert.Equal(
            """
            The Mills

            Of the valley

            How they grind

            - Open the sluice
            - Wait

            1. First
            2. Second

            In a group

            Karrow | 1820
            Karrow | 1831

            Notes: Say it slowly.

            Twice.

            Owners

            Ada Quist
            """, document.Text);
        Assert.Equal(["The Mills", "How they", "Owners", "Owners"], document.PageStarts.Select((start, i) => document.Text.Substring(start, i == 0 ? 9 : i == 1 ? 8 : 6)));
        Assert.True(items[1].IsRemark);
        Assert.Contains("Hidden slides are left out: 3.", items[1].Skipped!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Diagrams_GiveTheirWords()
    {
        const string diagram = "<p:graphicFrame><a:graphic><a:graphicData><dgm:relIds r:dm=\"d1\" r:lo=\"d2\"/></a:graphicData></a:graphic></p:graphicFrame>";
        var deck = Slides((Shape("title", "Steps") + diagram, "", false));
        deck = With(deck, "ppt/slides/_rels/slide1.xml.rels", _ =>
            """<Relationships><Relationship Id="d1" Type="http://x/diagramData" Target="../diagrams/data1.xml"/></Relationships>""");
        deck = With(deck, "ppt/diagrams/data1.xml", _ => """
            <d:dataModel xmlns:d="d" xmlns:a="a"><d:ptLst><d:pt><d:t><a:p><a:r><a:t>Grind</a:t></a:r></a:p></d:t></d:pt><d:pt><d:t><a:p/></d:t></d:pt>
            <d:pt><d:t><a:p><a:r><a:t>Sift</a:t></a:r></a:p></d:t></d:pt></d:ptLst></d:dataModel>
            """);
        _folder.Add("a.pptx", deck);

        Assert.Equal("Steps\n\nGrind\n\nSift", Assert.Single(_folder.Read()).Document!.Text);
    }

    [Fact]
    public void Sheets_GiveTables_WithDatesAndNumbersAsShown()
    {
        string[] strings = ["Mill", "Built", "Share", "Karrow", "<r><t>Or</t></r><r><t>ne</t></r><rPh><t>spoken</t></rPh>", "Mills of the valley", "Word", "Meaning", "weir", "a low dam"];
        _folder.Add("mills.xlsx", Workbook(
            [
                ("Mills",
                    Cells(1, ("A1", "s", 0, "5")) + Cells(2, ("A2", "s", 0, "0"), ("B2", "s", 0, "1"), ("C2", "s", 0, "2"), ("D2", "inlineStr", 0, "Grain"))
                        + Cells(3, ("A3", "s", 0, "3"), ("B3", "", 1, "45993"), ("C3", "", 2, "0.256"), ("D3", "", 3, "1234567.891"))
                        + Cells(4, ("A4", "s", 0, "4"), ("D4", "", 4, "0.5")) + Cells(5, ("A5", "s", 0, "3")) + Cells(6, ("B6", "", 0, "0.30000000000000004"), ("C6", "b", 0, "1"))
                        + Cells(9, ("A9", "s", 0, "6"), ("B9", "s", 0, "7")) + Cells(10, ("A10", "s", 0, "8"), ("B10", "s", 0, "9")),
                    false),
                ("Empty", "", false), ("Secret", Cells(1, ("A1", "s", 0, "3")), true),
            ], strings, "0", "14", "0.0%", "#,##0.00 &quot;t&quot;", "h:mm"));

        var items = _folder.Read();

        Assert.Equal(
            """
            Mills

            Mills of the valley

            Mill | Built | Share | Grain
            Karrow | 2025-12-02 | 25.6% | 1,234,567.89 t
            Orne | | | 12:00
            Karrow |
            | 0.3 | TRUE

            Word | Meaning
            weir | a low dam
            """, items[0].Document!.Text);
        Assert.Equal("mills", items[0].Document!.Title);
        Assert.Contains("Hidden sheets are left out: 'Secret'.", items[1].Skipped!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void HostileFiles_AreNamed()
    {
        var text = Workbook([("S", Cells(1, ("A1", "s", 0, "0"), ("B1", "s", 0, "0")), false)], [string.Concat(Enumerable.Repeat("word ", 800))], "0");
        var again = string.Concat(Enumerable.Range(1, 2000).Select(row => Cells(row, ($"A{row}", "s", 0, "0"), ($"XFD{row}", "s", 0, "7"))));
        _folder.Add("again.xlsx", Workbook([("S", again, false)], [string.Concat(Enumerable.Repeat("word ", 800))], "0"));
        _folder.Add("cut.pptx", Slides((Shape("title", "T"), "", false))[..300]);
        _folder.Add("fine.xlsx", text);
        _folder.Add("loop.pptx", With(Slides((Shape("title", "T"), "", false)), "ppt/slides/_rels/slide1.xml.rels", _ =>
            """<Relationships><Relationship Id="n" Type="http://x/notesSlide" Target="slide1.xml"/></Relationships>"""));
        _folder.Add("none.pptx", Slides((Shape("sldNum", "1"), "", false)));
        _folder.Add("none.xlsx", Workbook([("S", "", false)], [], "0"));
        _folder.Add("old.xls", [0xD0, 0xCF, 0x11, 0xE0]);
        _folder.Add("type.xlsx", With(text, "xl/workbook.xml", xml => $"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>{xml[xml.IndexOf("<x:workbook", StringComparison.Ordinal)..]}"));

        var items = _folder.Read(new CorpusReadOptions { MaxDocumentBytes = 1_000_000 });

        string[] reasons =
        [
            "Its text is longer than 1,000,000 letters. Split it", "It is no PowerPoint presentation, or damaged or cut off", "", "", "Its slides hold no text",
            "Its sheets hold no values", "save it as .xlsx", "Its part xl/workbook.xml declares a document type",
        ];
        Assert.Equal(reasons.Length, items.Count);
        Assert.All(items.Zip(reasons), read => Assert.Contains(read.Second, read.First.Skipped?.Reason ?? "", StringComparison.Ordinal));
        Assert.Equal(["fine.xlsx", "loop.pptx"], items.Where(item => item.Document is not null).Select(item => item.Document!.SourceId));
    }

    private static string Cells(int row, params (string Reference, string Type, int Style, string Value)[] cells)
    {
        var xml = new StringBuilder($"<row r=\"{row}\">");
        foreach (var (reference, type, style, value) in cells)
        {
            xml.Append($"<c r=\"{reference}\" s=\"{style}\"{(type.Length == 0 ? "" : $" t=\"{type}\"")}>")
                .Append(type == "inlineStr" ? $"<is><t>{value}</t></is>" : $"<v>{value}</v>").Append("</c>");
        }
        return xml.Append("</row>").ToString();
    }
}
