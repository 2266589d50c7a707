using RealmWeb.Engine.Corpora;
using static RealmWeb.Engine.Tests.Corpora.ImportFolder;
using static RealmWeb.Engine.Tests.Corpora.OfficeFiles;

namespace RealmWeb.Engine.Tests.Corpora;

/// <summary>EPUB books and OpenDocument texts, written here word by word.</summary>
public sealed class BooksAndOpenDocumentsTests : IDisposable
{
    private const string Container =
        """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>""";

    private const string List = """
        <package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Mills of Karrow</dc:title></metadata>
        <manifest><item id="b" href="second%20part.xhtml" media-type="application/xhtml+xml"/><item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/>
        <item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/><item id="c" href="cover.png" media-type="image/png"/></manifest>
        <spine><itemref idref="n"/><itemref idref="a"/><itemref idref="c"/><itemref idref="b"/><itemref idref="a"/></spine></package>
        """;

    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Books_AreReadAlongTheirSpine_AsPages()
    {
        _folder.Add("mills.epub", Book(
            ("OEBPS/text/one.xhtml", """
                <?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="x.js"/></head><body><h1>How they grind</h1>
                <p>They stand<a id="p1"/> by the river.<a epub:type="noteref" href="#n">1</a></p><ol><li>Open</li><li>Wait</li></ol>
                <table><tr><th>Mill</th><th>Built</th></tr><tr><td>Orne</td><td>1831</td></tr></table></body></html>
                """),
            ("OEBPS/second part.xhtml", "<html><body><h2>Owners</h2><p>Ada Quist.</p></body></html>"),
            ("OEBPS/nav.xhtml", "<html><body><h1>Contents</h1></body></html>")));

        var document = Assert.Single(_folder.Read()).Document!;

        Assert.Equal("The Mills of Karrow", document.Title);
        Assert.Equal(
            "How they grind\n\nThey stand by the river.\n\n1. Open\n2. Wait\n\nMill | Built\nOrne | 1831\n\nOwners\n\nAda Quist.", document.Text);
    }

    [Fact]
    public void BadBooks_AreNamed()
    {
        const string page = "<html><body><p>Text.</p></body></html>";
        _folder.Add("deep.epub", Book(("OEBPS/text/one.xhtml", string.Concat(Enumerable.Repeat("<div>", 5000))), ("OEBPS/second part.xhtml", page)));
        _folder.Add("locked.epub", With(Book(("OEBPS/text/one.xhtml", page)), "META-INF/encryption.xml", _ =>
            "<encryption><EncryptedData><CipherData><CipherReference URI=\"OEBPS/text/one.xhtml\"/></CipherData></EncryptedData></encryption>"));
        _folder.Add("none.epub", Zip(("mimetype", Bytes("application/epub+zip"))));
        _folder.Add("outside.epub", With(Book(("OEBPS/text/one.xhtml", page)), "META-INF/container.xml", _ => Container.Replace("OEBPS/book.opf", "../../etc/passwd", StringComparison.Ordinal)));
        _folder.Add("type.epub", With(Book(("OEBPS/text/one.xhtml", page)), "OEBPS/book.opf", list => $"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>{list}"));

        Assert.Equal(
            ["Text.", "deep.epub, OEBPS/text/one.xhtml: Its elements are nested more than 512 deep", "locked.epub: Its pages are encrypted", "none.epub: It is no EPUB book",
                "outside.epub: It is no EPUB book", "type.epub: Its part OEBPS/book.opf declares a document type"],
            _folder.Read().Select(item => item.Document?.Text ?? $"{item.Skipped!.Path}: {item.Skipped.Reason.Split(',')[0]}"));
    }

    [Fact]
    public void OpenDocuments_GiveWhatAReaderSees()
    {
        _folder.Add("mills.odt", Odt(
            """
            <style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>
            <style:style style:name="T1"><style:text-properties text:display="none"/></style:style>
            <style:style style:name="T2"><style:text-properties style:text-position="super 58%"/></style:style>
            <style:style style:name="T3" style:parent-style-name="T4"/><style:style style:name="T4" style:parent-style-name="T3"/>
            <text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
            <text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")" text:display-levels="2"/></text:list-style>
            """,
            """
            <text:tracked-changes><text:changed-region><text:deletion><text:p>taken out</text:p></text:deletion></text:changed-region></text:tracked-changes>
            <text:p text:style-name="P1">The Mills</text:p><text:table-of-content><text:index-body><text:p>The Mills 1</text:p></text:index-body></text:table-of-content>
            <text:h text:outline-level="1">How they<text:line-break/>grind</text:h>
            <text:p>They <text:span text:style-name="T3">stand</text:span><text:s text:c="2"/>by<text:span text:style-name="T1">hidden</text:span> it, 10<text:span
             text:style-name="T2">6</text:span> of them<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>So the parish book.</text:p></text:note-body></text:note>.<office:annotation><text:p>A comment.</text:p></office:annotation></text:p>
            <text:list text:style-name="L1"><text:list-item><text:p>Open</text:p><text:list><text:list-item><text:p>The upper</text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>Wait</text:p></text:list-item></text:list>
            <text:list><text:list-item><text:p>rye</text:p></text:list-item></text:list>
            <text:p>Beside<draw:frame><draw:text-box><text:p>In the box.</text:p></draw:text-box></draw:frame> it.</text:p>
            <table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Mill</text:p></table:table-cell><table:table-cell><text:p>Built</text:p></table:table-cell></table:table-row></table:table-header-rows>
            <table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>Orne</text:p></table:table-cell><table:table-cell><text:p>1831</text:p></table:table-cell></table:table-row>
            <table:table-row><table:covered-table-cell/><table:table-cell><text:p>1844</text:p></table:table-cell></table:table-row></table:table>
            """));

        var document = Assert.Single(_folder.Read()).Document!;

        Assert.Equal("The Mills", document.Title);
        Assert.Equal(
            """
            The Mills

            How they grind

            They stand by it, 10^6 of them.

            So the parish book.

            1. Open
            1.a) The upper
            2. Wait

            - rye

            Beside it.

            In the box.

            Mill | Built
            Orne | 1831
            Orne | 1844
            """, document.Text);
    }

    [Fact]
    public void BadOpenDocuments_AreNamed()
    {
        var plain = Odt("", "<text:p>Text.</text:p>");
        _folder.Add("cells.odt", Odt("", $"<table:table><table:table-row>{string.Concat(Enumerable.Repeat("<table:table-cell table:number-columns-repeated=\"9999\"><text:p>xxxx</text:p></table:table-cell>", 2000))}</table:table-row></table:table>"));
        _folder.Add("cut.odt", plain[..^40]);
        _folder.Add("deep.odt", Odt("", string.Concat(Enumerable.Repeat("<text:list><text:list-item>", 300)) + string.Concat(Enumerable.Repeat("</text:list-item></text:list>", 300))));
        _folder.Add("empty.odt", Odt("", "<text:p/>"));
        _folder.Add("locked.odt", With(plain, "META-INF/manifest.xml", _ => "<manifest><file-entry full-path=\"content.xml\"><encryption-data/></file-entry></manifest>"));
        _folder.Add("type.odt", With(plain, "content.xml", xml => $"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>{xml.Replace("Text.", "&e;", StringComparison.Ordinal)}"));

        var items = _folder.Read(new CorpusReadOptions { MaxDocumentBytes = 1_000_000 });

        string[] reasons =
        [
            "Its text is longer than 1,000,000 letters. Split it", "It is no OpenDocument text, or damaged or cut off", "its part content.xml are nested more than 512 deep",
            "It holds no text", "It is encrypted with a password", "Its part content.xml declares a document type",
        ];
        Assert.Equal(reasons.Length, items.Count);
        Assert.All(items.Zip(reasons), read => Assert.Contains(read.Second, read.First.Skipped!.Reason, StringComparison.Ordinal));
    }

    private static byte[] Book(params (string Name, string Page)[] pages) => Zip(
        [("mimetype", Bytes("application/epub+zip")), ("META-INF/container.xml", Bytes(Container)), ("OEBPS/book.opf", Bytes(List)),
            .. pages.Select(page => (page.Name, Bytes(page.Page.Trim())))]);

    private static byte[] Odt(string styles, string body) => Zip(
        ("mimetype", Bytes("application/vnd.oasis.opendocument.text")),
        ("content.xml", Bytes($"""
            <office:document-content xmlns:office="o" xmlns:style="s" xmlns:text="t" xmlns:table="a" xmlns:draw="d"><office:automatic-styles>{styles}</office:automatic-styles>
            <office:body><office:text>{body}</office:text></office:body></office:document-content>
            """)));
}
