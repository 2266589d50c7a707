using static RealmWeb.Engine.Tests.Corpora.ImportFolder;
using static RealmWeb.Engine.Tests.Corpora.OfficeFiles;

namespace RealmWeb.Engine.Tests.Corpora.Approvals;

/// <summary>Presentations, workbooks, OpenDocument texts, books and archives.</summary>
internal static class MadeOfficeFiles
{
    internal static IEnumerable<(string Name, Func<byte[]> Make)> All =>
        [
            ("slides.pptx", SlidesWithNotes), ("hidden-slide.pptx", HiddenSlide), ("sheets.xlsx", Sheets), ("dates.xlsx", Dates), ("report.odt", Report),
            ("book.epub", Book), ("folder.zip", Folder), ("packed.txt.gz", () => Gzip("The mill\n\nIt grinds rye.\n")),
        ];

    private static byte[] SlidesWithNotes() => Slides(
        (Shape("ctrTitle", "The Mills of Karrow") + Shape("subTitle", "A talk to the parish"), "", false),
        (Shape("title", "How they grind") + Shape("body", "Open the sluice", "Wait") + """
            <p:graphicFrame><a:graphic><a:graphicData><a:tbl>
            <a:tr><a:tc><a:txBody><a:p><a:r><a:t>Mill</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>Built</a:t></a:r></a:p></a:txBody></a:tc></a:tr>
            <a:tr><a:tc><a:txBody><a:p><a:r><a:t>Orne</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>1831</a:t></a:r></a:p></a:txBody></a:tc></a:tr>
            </a:tbl></a:graphicData></a:graphic></p:graphicFrame>
            """, Shape("body", "Say that the water does the work."), false));

    private static byte[] HiddenSlide() => Slides(
        (Shape("title", "Owners") + Shape("body", "Ada Quist") + Shape("ftr", "2026") + Shape("sldNum", "1"), "", false), (Shape("title", "Not shown"), "", true));

    private static byte[] Sheets() => Workbook(
        [
            ("Mills", """
                <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>
                <row r="2"><c r="A2" t="s"><v>3</v></c><c r="B2"><v>1820</v></c><c r="C2"><f>2+2</f><v>4</v></c></row>
                <row r="3"><c r="A3" t="inlineStr"><is><t>Orne</t></is></c><c r="C3"><v>6</v></c></row>
                """, false),
            ("Rents", """<row r="1"><c r="A1" t="s"><v>4</v></c></row><row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="s"><v>5</v></c></row><row r="4"><c r="A4" t="s"><v>3</v></c><c r="B4"><v>12.5</v></c></row>""", false),
            ("Secret", """<row r="1"><c r="A1" t="s"><v>0</v></c></row>""", true),
        ], ["Mill", "Built", "Stones", "Karrow", "Rents are paid at the end of the year.", "Rent"]);

    private static byte[] Dates() => Workbook(
        [("Floods", """
            <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>
            <row r="2"><c r="A2" s="1"><v>45000</v></c><c r="B2" s="2"><v>0.256</v></c><c r="C2" s="3"><v>1234.5</v></c></row>
            """, false)], ["Day", "Share of fields", "Litres"], "0", "14", "10", "#,##0.00");

    private static byte[] Report() => Zip(
        ("mimetype", Bytes("application/vnd.oasis.opendocument.text")),
        ("content.xml", Bytes("""
            <office:document-content xmlns:office="o" xmlns:style="s" xmlns:text="t" xmlns:table="a" xmlns:draw="d"><office:automatic-styles>
            <style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/></office:automatic-styles><office:body><office:text>
            <text:p text:style-name="P1">The Mills of Karrow</text:p><text:h text:outline-level="1">How they grind</text:h>
            <text:p>They stand by<text:s/>the river.<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>So the book.</text:p></text:note-body></text:note></text:p>
            <text:list><text:list-item><text:p>Open the sluice.</text:p></text:list-item><text:list-item><text:p>Wait.</text:p></text:list-item></text:list>
            <table:table><table:table-row><table:table-cell><text:p>Mill</text:p></table:table-cell><table:table-cell><text:p>Built</text:p></table:table-cell></table:table-row>
            <table:table-row><table:table-cell><text:p>Orne</text:p></table:table-cell><table:table-cell><text:p>1831</text:p></table:table-cell></table:table-row></table:table>
            </office:text></office:body></office:document-content>
            """)));

    private static byte[] Book() => Zip(
        ("mimetype", Bytes("application/epub+zip")),
        ("META-INF/container.xml", Bytes(
            """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>""")),
        ("book.opf", Bytes("""
            <package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Mills of Karrow</dc:title></metadata>
            <manifest><item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/><item id="a" href="one.xhtml" media-type="application/xhtml+xml"/>
            <item id="b" href="two.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>
            """)),
        ("nav.xhtml", Bytes("<html><body><h1>Contents</h1><p>How they grind 1</p></body></html>")),
        ("one.xhtml", Bytes("<html><body><h1>How they grind</h1><p>They stand by the river.</p><ol><li>Open</li><li>Wait</li></ol></body></html>")),
        ("two.xhtml", Bytes("<html><body><h1>Owners</h1><p>Ada Quist has owned the upper mill since 1831.</p></body></html>")));

    private static byte[] Folder() => Zip(
        ("mills/karrow.md", Bytes("# Karrow\n\nThe mill grinds rye.\n")), ("mills/orne.txt", Bytes("Orne\n\nThe mill stands still.\n")), ("mills/plan.dwg", Bytes("x")));
}
