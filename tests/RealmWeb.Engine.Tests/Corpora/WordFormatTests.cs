using System.Text;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;
using static RealmWeb.Engine.Tests.Corpora.OfficeFiles;

namespace RealmWeb.Engine.Tests.Corpora;

public sealed class WordFormatTests : IDisposable
{
    private const string Styles = """
        <w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
        <w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="berschrift1"/></w:style>
        <w:style w:type="paragraph" w:styleId="Around"><w:name w:val="Around"/><w:basedOn w:val="Again"/></w:style>
        <w:style w:type="paragraph" w:styleId="Again"><w:name w:val="Again"/><w:basedOn w:val="Around"/></w:style>
        <w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>
        <w:style w:type="paragraph" w:styleId="V1"><w:name w:val="toc 1"/></w:style>
        <w:style w:type="character" w:styleId="Secret"><w:name w:val="Secret"/><w:rPr><w:vanish/></w:rPr></w:style>
        """;

    private const string Lists = """
        <w:abstractNum w:abstractNumId="0">
          <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
          <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl>
        </w:abstractNum>
        <w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="·"/></w:lvl></w:abstractNum>
        <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
        <w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
        <w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>
        """;

    private static readonly WordPieceTokenizer Tokenizer = new(new Vocabulary(new[] { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "|", "." }
        .Concat("abcdefghijklmnopqrstuvwxyz0123456789".SelectMany(c => new[] { $"{c}", $"##{c}" }))));

    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Headings_Paragraphs_AndLists_AreWhatAReaderSees()
    {
        var document = Read(Word(
            Paragraph("The Mills", "berschrift1") + Paragraph("They stand by ", "Around").Replace("</w:p>", $"{Run("the river.")}</w:p>", StringComparison.Ordinal)
                + Paragraph("How they grind", "Mine") + Item(1, 0, "Open the sluice.") + Item(1, 1, "The upper one") + Item(1, 1, "The lower one")
                + Item(1, 0, "Wait.") + Paragraph("Then:") + Item(2, 0, "rye") + Item(2, 0, "oats") + Item(3, 0, "Seventh") + Item(1, 0, "Eighth")
                + "<w:p><w:pPr><w:outlineLvl w:val=\"2\"/><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr>" + Run("Owners") + "</w:p>"
                + "<w:p>" + Run("Line one") + "<w:r><w:br/></w:r>" + Run("and two, 10") + Run("6", "<w:vertAlign w:val=\"superscript\"/>") + Run(" of H")
                + Run("2", "<w:vertAlign w:val=\"subscript\"/>") + Run("O, or 10") + Run("9", "<w:position w:val=\"8\"/><w:sz w:val=\"16\"/>") + Run(" drops, ")
                + Run("10", "<w:position w:val=\"2\"/>") + Run(" each.") + "</w:p>",
            Styles, Lists));

        Assert.Equal(
            """
            The Mills

            They stand by the river.

            How they grind

            1. Open the sluice.
            1.a) The upper one
            1.b) The lower one
            2. Wait.

            Then:

            - rye
            - oats
            7. Seventh
            8. Eighth

            9. Owners

            Line one
            and two, 10^6 of H2O, or 10^9 drops, 10 each.
            """, document.Text);
        Assert.Equal("The Mills", document.Title);
    }

    [Fact]
    public void Comments_DeletedText_FieldCodes_HiddenText_AndContents_AreLeftOut()
    {
        var document = Read(Word(
            Paragraph("The Mills\t3", "V1")
                + "<w:p><w:commentRangeStart w:id=\"0\"/>" + Run("Kept") + "<w:commentRangeEnd w:id=\"0\"/><w:r><w:commentReference w:id=\"0\"/></w:r>"
                + "<w:del w:id=\"1\" w:author=\"Ada\"><w:r><w:delText>taken out</w:delText></w:r></w:del>"
                + "<w:ins w:id=\"2\" w:author=\"Ada\">" + Run(" and put in") + "</w:ins>"
                + Run("hidden", "<w:vanish/>") + Run("secret", "<w:rStyle w:val=\"Secret\"/>") + Run(" not hidden", "<w:vanish w:val=\"0\"/>")
                + "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>HYPERLINK \"http://x\"</w:instrText></w:r>" + Run("code")
                + "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>" + Run(" shown") + "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>"
                + "<w:p><w:pPr><w:rPr><w:del w:id=\"3\" w:author=\"Ada\"/></w:rPr></w:pPr>" + Run("The end of this is ") + "</w:p>" + Paragraph("deleted."),
            Styles));

        Assert.Equal("Kept and put in not hidden shown\n\nThe end of this is deleted.", document.Text);
    }

    [Fact]
    public void Notes_AndTextBoxes_StandBelowTheirParagraph_Once()
    {
        var box = $"<w:txbxContent>{Paragraph("In the box.")}</w:txbxContent>";
        var document = Read(Word(
            "<w:p>" + Run("The dam held") + "<w:r><w:footnoteReference w:id=\"2\"/></w:r>" + Run(" in 1831.") + "</w:p>" + Paragraph("Next.")
                + "<w:p><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wps:txbx>" + box + "</wps:txbx></w:drawing></mc:Choice>"
                + "<mc:Fallback><w:pict><v:textbox>" + box + "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>" + Run("Beside it.") + "</w:p>"
                + "<w:tbl>" + Row("Year", "Flood") + "<w:tr><w:tc>" + Paragraph("1831") + "</w:tc><w:tc><w:p>" + Run("high")
                + "<w:r><w:footnoteReference w:id=\"3\"/></w:r></w:p></w:tc></w:tr></w:tbl>",
            footnotes: $"""
                <w:footnote w:type="separator" w:id="-1">{Paragraph("____")}</w:footnote>
                <w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r>{Run("So the parish book.")}</w:p></w:footnote>
                <w:footnote w:id="3">{Paragraph("Over the wall.")}</w:footnote>
                """));

        Assert.Equal(
            "The dam held in 1831.\n\nSo the parish book.\n\nNext.\n\nBeside it.\n\nIn the box.\n\nYear | Flood\n1831 | high\n\nOver the wall.", document.Text);
    }

    [Fact]
    public void Tables_GiveARowALine_AndRepeatWhatSpansRows()
    {
        const string restart = "<w:tcPr><w:vMerge w:val=\"restart\"/></w:tcPr>", goesOn = "<w:tcPr><w:vMerge/></w:tcPr>", wide = "<w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr>";
        var document = Read(Word(
            "<w:tbl>" + Row("Mill", "Built", "Stones")
                + $"<w:tr><w:tc>{restart}{Paragraph("Karrow")}</w:tc><w:tc>{Paragraph("1820")}{Paragraph("and 1822")}</w:tc><w:tc>{Paragraph("4")}</w:tc></w:tr>"
                + $"<w:tr><w:tc>{goesOn}<w:p/></w:tc><w:tc>{wide}{Paragraph("burnt down")}</w:tc></w:tr>"
                + $"<w:tr><w:trPr><w:del w:id=\"1\" w:author=\"Ada\"/></w:trPr><w:tc>{Paragraph("gone")}</w:tc></w:tr></w:tbl>"
                + $"<w:tbl><w:tr><w:tc>{Paragraph("A frame of one cell.")}{Paragraph("With two paragraphs.")}</w:tc></w:tr></w:tbl>"));

        Assert.Equal(
            "Mill | Built | Stones\nKarrow | 1820 and 1822 | 4\nKarrow | burnt down |\n\nA frame of one cell.\n\nWith two paragraphs.", document.Text);
    }

    [Fact]
    public void Passages_RepeatTheHeadOfATable_AndKeepHeadingsWithTheirText()
    {
        var rows = string.Concat(Enumerable.Range(0, 40).Select(i => Row($"mill {i}", $"{1800 + i}")));
        var document = Read(Word(
            Paragraph("First", "berschrift1") + Paragraph("abc abc abc abc abc abc abc.") + Paragraph("Second", "berschrift1") + Paragraph("abcd abcd abcd.")
                + "<w:tbl>" + Row("mill", "built") + rows + "</w:tbl>", Styles));

        var blocks = new BlockSplitter(Tokenizer, 48).Split(document).ToList();

        Assert.Contains(blocks, block => block.Text.StartsWith("Second\n\nabcd", StringComparison.Ordinal));
        Assert.DoesNotContain(blocks, block => block.Text.EndsWith("Second", StringComparison.Ordinal));
        var cut = blocks.Where(block => block.Text.StartsWith("mill 1", StringComparison.Ordinal) || block.Text.StartsWith("mill 2", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(cut);
        Assert.All(cut, block => Assert.Equal("mill | built", block.Context));
    }

    [Theory]
    [InlineData("The parish book", true, true, "The parish book")]
    [InlineData("Microsoft Word - mills.doc", true, true, "As set")]
    [InlineData(null, true, true, "As set")]
    [InlineData(null, false, true, "As headed")]
    [InlineData(null, false, false, "the mills")]
    public void Title_IsWhatTheDocumentSays_ElseWhatItShows(string? given, bool isSet, bool isHeaded, string expected)
    {
        _folder.Add("the_mills.docx", Word(
            (isHeaded ? Paragraph("As headed", "berschrift1") : "") + (isSet ? Paragraph("As set", "T") : "") + Paragraph("Text."), Styles, title: given));

        Assert.Equal(expected, Assert.Single(_folder.Read()).Document!.Title);
    }

    [Fact]
    public void StrictFiles_AndThoseInArchives_AreReadTheSame()
    {
        var file = Word(Paragraph("The Mills", "berschrift1") + Paragraph("Text."), Styles);
        var strict = file;
        foreach (var part in new[] { "word/document.xml", "word/styles.xml", "word/_rels/document.xml.rels", "_rels/.rels" })
        {
            strict = With(strict, part, xml => xml
                .Replace("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main", StringComparison.Ordinal)
                .Replace("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships", StringComparison.Ordinal));
        }
        _folder.Add("a.zip", ImportFolder.Zip(("b.docx", file)));
        _folder.Add("c.docx.gz", ImportFolder.Gzip(file));
        _folder.Add("strict.docx", strict);

        Assert.Equal(
            [("a.zip/b.docx", "The Mills\n\nText."), ("c.docx.gz", "The Mills\n\nText."), ("strict.docx", "The Mills\n\nText.")],
            _folder.Read().Select(item => (item.Document!.SourceId, item.Document.Text)));
    }

    [Fact]
    public void EncryptedFiles_AndThoseOfOldOffices_AreSaidToBe()
    {
        byte[] compound = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[70_000]];
        _folder.Add("a.docx", [.. compound, .. Encoding.Unicode.GetBytes("EncryptedPackage"), .. new byte[500]]);
        _folder.Add("b.docx", compound);
        _folder.Add("c.doc", compound);

        Assert.Collection(_folder.Read(),
            item => Assert.Contains("encrypted with a password. Open it in its program, save it without one", item.Skipped!.Reason, StringComparison.Ordinal),
            item => Assert.Contains("old office (before 2007), not a Word document", item.Skipped!.Reason, StringComparison.Ordinal),
            item => Assert.Contains("save it as .docx or PDF", item.Skipped!.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void EmptyFiles_AreSaidToHoldNoText() => Assert.Contains("holds no text", Skip(Word("<w:p/>")).Reason, StringComparison.Ordinal);

    private static string Item(int list, int level, string text) =>
        $"<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr></w:pPr>{Run(text)}</w:p>";

    private Document Read(byte[] file)
    {
        _folder.Add("paper.docx", file);
        return Assert.Single(_folder.Read()).Document!;
    }

    private Skipped Skip(byte[] file)
    {
        _folder.Add("paper.docx", file);
        return Assert.Single(_folder.Read()).Skipped!;
    }
}
