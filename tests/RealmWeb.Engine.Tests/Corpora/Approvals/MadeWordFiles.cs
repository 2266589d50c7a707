using static RealmWeb.Engine.Tests.Corpora.OfficeFiles;

namespace RealmWeb.Engine.Tests.Corpora.Approvals;

/// <summary>Word documents.</summary>
internal static class MadeWordFiles
{
    private const string Styles = """
        <w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>
        <w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
        <w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
        <w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>
        """;

    private const string Lists = """
        <w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
          <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl></w:abstractNum>
        <w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="·"/></w:lvl></w:abstractNum>
        <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
        """;

    internal static IEnumerable<(string Name, Func<byte[]> Make)> All =>
        [("headings.docx", Headings), ("lists.docx", ListsOf), ("tables.docx", Tables), ("notes-and-boxes.docx", NotesAndBoxes), ("changes.docx", Changes)];

    private static byte[] Headings() => Word(
        Paragraph("The Mills of Karrow", "Title") + Paragraph("How they grind\t2", "TOC1") + Paragraph("Owners\t3", "TOC1")
            + Paragraph("How they grind", "Heading1") + Paragraph("They stand by the river.") + Paragraph("In spring", "Heading2") + Paragraph("The water is high.")
            + Paragraph("In summer", "Heading2") + Paragraph("It is not.") + Paragraph("Owners", "Heading1") + Paragraph("Ada Quist."), Styles);

    private static byte[] ListsOf() => Word(
        Paragraph("A miller does this:") + Item(1, 0, "Open the sluice:") + Item(1, 1, "the upper one") + Item(1, 1, "the lower one") + Item(1, 0, "Wait.")
            + Paragraph("He grinds") + Item(2, 0, "rye") + Item(2, 0, "oats") + Paragraph("and nothing else."), Styles, Lists);

    private static byte[] Tables() => Word(
        Paragraph("The mills", "Heading1")
            + "<w:tbl>" + Row("Mill", "Built", "Stones")
            + $"<w:tr><w:tc><w:tcPr><w:vMerge w:val=\"restart\"/></w:tcPr>{Paragraph("Karrow")}</w:tc><w:tc>{Paragraph("1820")}</w:tc><w:tc>{Paragraph("4")}</w:tc></w:tr>"
            + $"<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc>{Paragraph("1851, after the fire")}</w:tc><w:tc>{Paragraph("6")}</w:tc></w:tr>"
            + $"<w:tr><w:tc>{Paragraph("Orne")}</w:tc><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr>{Paragraph("not known")}</w:tc></w:tr></w:tbl>"
            + Paragraph("So it stands in the book.")
            + "<w:tbl><w:tr><w:tc>" + Paragraph("A table of one column only frames what stands in it.") + "</w:tc></w:tr></w:tbl>", Styles);

    private static byte[] NotesAndBoxes()
    {
        var box = $"<w:txbxContent>{Paragraph("In a box beside it: the wheel is of oak.")}</w:txbxContent>";
        return Word(
            "<w:p>" + Run("The dam held") + "<w:r><w:footnoteReference w:id=\"2\"/></w:r>" + Run(" in 1831.") + "</w:p>"
                + "<w:p><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wps:txbx>" + box + "</wps:txbx></w:drawing></mc:Choice>"
                + "<mc:Fallback><w:pict><v:textbox>" + box + "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>" + Run("The mill is old.") + "</w:p>"
                + Paragraph("It still grinds."),
            footnotes: $"<w:footnote w:type=\"separator\" w:id=\"-1\">{Paragraph("____")}</w:footnote>"
                + $"<w:footnote w:id=\"2\"><w:p><w:r><w:footnoteRef/></w:r>{Run("So the parish book.")}</w:p></w:footnote>");
    }

    private static byte[] Changes() => Word(
        "<w:p>" + Run("The mill was built in ") + $"<w:del w:id=\"1\" w:author=\"Ada\"><w:r><w:delText>1819</w:delText></w:r></w:del><w:ins w:id=\"2\" w:author=\"Ada\">{Run("1820")}</w:ins>"
            + Run(" by the parish.") + Run(" Nobody may read this.", "<w:vanish/>") + "</w:p>"
            + "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>HYPERLINK \"https://example.org\"</w:instrText></w:r>"
            + "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>" + Run("Its book") + "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>" + Run(" is kept in the church.") + "</w:p>");

    private static string Item(int list, int level, string text) =>
        $"<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr></w:pPr>{Run(text)}</w:p>";
}
