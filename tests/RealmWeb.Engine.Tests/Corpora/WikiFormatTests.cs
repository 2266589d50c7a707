using System.Security;
using System.Text;
using RealmWeb.Engine.Corpora;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.Corpora;

public sealed class WikiFormatTests : IDisposable
{
    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("'''Velm''' is a ''port'' on the [[North Sea|sea]], near [[Orland]]s coast.", "Velm is a port on the sea, near Orlands coast.")]
    [InlineData("Built in 1871.<ref name=\"a\">Merrin, p. 4.</ref> It stands.<ref name=\"a\" />", "Built in 1871. It stands.")]
    [InlineData("Seen<!-- not this --> here. __NOTOC__", "Seen here.")]
    [InlineData("It is [http://example.org its page] and [https://example.org/x].", "It is its page and .")]
    [InlineData("[[File:Velm.jpg|thumb|The [[port]] of Velm]]A port.[[Category:Ports]]", "A port.")]
    [InlineData("[[Datei:Velm.jpg|mini|Der Hafen]]See [[:Category:Ports]].", "See Category:Ports.")]
    [InlineData("Velm ({{IPA|vɛlm}}; {{lang|nl|Velmen}}) is {{convert|5|km|mi}} wide.", "Velm (Velmen) is 5 km wide.")]
    [InlineData("Velm ({{IPA|vɛlm}}) is here.", "Velm is here.")]
    [InlineData("{{Unknown thing|a|b={{nested|c}}}}Text.", "Text.")]
    [InlineData("Opened on {{start date|1871|5|3|df=y}}, {{circa|1902}} and {{as of|2010|3}}.", "Opened on 3 May 1871, c. 1902 and As of March 2010.")]
    [InlineData("10<sup>6</sup> m, the 2<sup>nd</sup> of H<sub>2</sub>O &ndash; &lt;b&gt;", "10^6 m, the 2nd of H2O – <b>")]
    [InlineData("<nowiki>'''not bold''' [[x]]</nowiki>", "'''not bold''' [[x]]")]
    [InlineData("One line\nand its next.\n\nAnother.", "One line and its next.\n\nAnother.")]
    [InlineData("First<br>second", "First\nsecond")]
    [InlineData("* one\n* two\n# a\n# b\n: set in", "- one\n- two\n1. a\n2. b\nset in")]
    [InlineData("Unclosed {{template and [[link", "Unclosed {{template and [[link")]
    [InlineData("Harbour {{lang|fr|port [[x}} here", "Harbour port [[x here")]
    public void Text_IsWhatThePageShows(string source, string shown) => Assert.Equal(shown, Assert.Single(Read(Page("Velm", source))).Text);

    [Fact]
    public void Headings_StandAboveWhatTheyHold_AndApparatusIsLeftOut()
    {
        const string Source = "Lead.\n== History ==\n=== Early ===\nIt began.\n== Empty ==\n== Sights ==\nA tower.\n== References ==\n{{reflist}}\n* Merrin\n"
            + "=== Notes ===\nNone.\n== Trade ==\nFish.";

        Assert.Equal("Lead.\n\nHistory\n\nEarly\n\nIt began.\n\nSights\n\nA tower.\n\nTrade\n\nFish.", Assert.Single(Read(Page("Velm", Source))).Text);
    }

    [Fact]
    public void Tables_AreRows_WithTheirHeadAndWhatSpansThem()
    {
        const string Source = """
            Ships:
            {| class="wikitable sortable" style="width: 50%"
            |+ Ships of Velm
            |-
            ! Year !! scope="col" | Name
            ! Port
            |- style="color: red"
            | rowspan="2" | 1871 || [[Ada (ship)|Ada]]
            | Velm
            |-
            | ''Halder''
            two lines
            | {{nowrap|Orland | x}}
            |}
            After.
            """;

        Assert.Equal(
            "Ships:\n\nShips of Velm\n\nYear | Name | Port\n1871 | Ada | Velm\n1871 | Halder two lines | Orland\n\nAfter.",
            Assert.Single(Read(Page("Velm", Source))).Text);
    }

    [Fact]
    public void Infobox_IsRowsOfItsFields_WithoutPictures()
    {
        const string Source = "{{Infobox settlement\n| name = Velm\n| image_skyline = Velm.jpg\n| population_total = {{formatnum:4512}}\n| mayor = "
            + "[[Ada Merrin]]\n| twin_towns = {{plainlist|\n* [[Orland]]\n* Ware}}\n| website = {{url|velm.example}}\n| area = \n}}\nVelm is a port.";

        Assert.Equal(
            "name | Velm\npopulation total | 4512\nmayor | Ada Merrin\ntwin towns | Orland, Ware\nwebsite | velm.example\n\nVelm is a port.",
            Assert.Single(Read(Page("Velm", Source))).Text);
    }

    [Theory]
    [InlineData("velm.xml")]
    [InlineData("velm.xml.gz")]
    [InlineData("velm.xml.bz2")]
    public void Articles_AreDocuments_AndOtherPagesArePassedOver(string name)
    {
        var pages = Page("Velm", "A port.", id: 7) + Page("Talk:Velm", "I disagree.", ns: 1, id: 8) + Page("Velmen", "#REDIRECT [[Velm]]", redirect: "Velm", id: 9)
            + Page("Orland & Ware", "Two towns.", id: 10) + Page("Old", "#redirect [[Velm]]", id: 11);
        _folder.Add(name, Packed(Export(pages), name));

        var items = _folder.Read();

        Assert.Equal(
            [("Velm", "A port.", $"{name}#7"), ("Orland & Ware", "Two towns.", $"{name}#10")],
            items.Select(item => item.Document).OfType<Document>().Select(document => (document.Title, document.Text, document.SourceId)));
        var remark = Assert.Single(items, item => item.Skipped is not null);
        Assert.True(remark.IsRemark);
        Assert.StartsWith("3 pages were passed over", remark.Skipped!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Dump_OfManyStreamsIsReadToItsEnd()
    {
        // As the multistream dumps of Wikipedia are packed: head, pages and end each for themselves.
        var (head, foot) = (Export("").Split("</siteinfo>")[0] + "</siteinfo>", "</mediawiki>");
        byte[] dump = [.. Bzip2Files.Pack(head), .. Bzip2Files.Pack(Page("Velm", "A port.", id: 1)), .. Bzip2Files.Pack(Page("Ware", "A town.", id: 2)), .. Bzip2Files.Pack(foot)];
        _folder.Add("dump.xml.bz2", dump);

        Assert.Equal(["Velm", "Ware"], _folder.Read().Select(item => item.Document!.Title));
    }

    [Fact]
    public void Damage_IsNamed_AndWhatStandsBeforeItIsRead()
    {
        var whole = Export(Page("Velm", "A port.", id: 1) + Page("Ware", "A town.", id: 2));
        _folder.Add("cut.xml", whole[..whole.IndexOf("A town", StringComparison.Ordinal)]);
        _folder.Add("other.xml", "<?xml version=\"1.0\"?><rss><channel/></rss>");
        _folder.Add("xxe.xml", "<!DOCTYPE mediawiki [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><mediawiki><page>&x;</page></mediawiki>");

        var items = _folder.Read();

        Assert.Equal(["Velm"], items.Select(item => item.Document).OfType<Document>().Select(document => document.Title));
        var reasons = items.Select(item => item.Skipped).OfType<Skipped>().ToDictionary(skip => skip.Path, skip => skip.Reason);
        Assert.StartsWith("It is damaged or cut off (line ", reasons["cut.xml"], StringComparison.Ordinal);
        Assert.Contains("whose root is \"rss\"", reasons["other.xml"], StringComparison.Ordinal);
        Assert.Contains("DTD is prohibited", reasons["xxe.xml"], StringComparison.Ordinal);
    }

    [Fact]
    public void Page_ThatIsTooLongIsNamed_AndTheNextIsRead()
    {
        _folder.Add("long.xml", Export(Page("Long", new string('x', 100_000), id: 1) + Page("Ware", "A town.", id: 2)));

        var items = _folder.Read(new CorpusReadOptions { MaxDocumentBytes = 50_000 });

        Assert.Equal("Ware", Assert.Single(items, item => item.Document is not null).Document!.Title);
        Assert.Contains("\"Long\" is longer than 50,000", Assert.Single(items, item => item.Skipped is not null).Skipped!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{")]
    [InlineData("[[")]
    [InlineData("{|\n")]
    [InlineData("<ref>")]
    [InlineData("<!-- ")]
    [InlineData("<")]
    [InlineData("[http://x ")]
    [InlineData("{{a|")]
    [InlineData("}}]]")]
    [InlineData("|\n|-\n! ")]
    [InlineData("''")]
    [InlineData("<pre>\n")]
    public void Source_ThatOpensAndNeverClosesIsReadInLinearTime(string opening)
    {
        var small = Allocated(opening, 1 << 14);
        var large = Allocated(opening, 1 << 18);

        // Sixteen times the length.
        Assert.InRange(large, 0, 40 * small + (8 << 20));
    }

    private long Allocated(string opening, int letters)
    {
        var page = Page("Velm", $"Begun. {string.Concat(Enumerable.Repeat(opening, letters / opening.Length))}");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Read(page);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private List<Document> Read(string pages)
    {
        _folder.Add("wiki.xml", Export(pages));
        return [.. _folder.Read().Select(item => item.Document).OfType<Document>()];
    }

    private static string Export(string pages) => "<mediawiki xmlns=\"http://www.mediawiki.org/xml/export-0.11/\" version=\"0.11\" xml:lang=\"de\">\n"
        + "<siteinfo><sitename>Velm</sitename><namespaces><namespace key=\"0\" /><namespace key=\"6\">Datei</namespace>"
        + $"<namespace key=\"14\">Kategorie</namespace></namespaces></siteinfo>\n{pages}</mediawiki>\n";

    private static string Page(string title, string text, int ns = 0, int id = 1, string? redirect = null) =>
        $"<page><title>{SecurityElement.Escape(title)}</title><ns>{ns}</ns><id>{id}</id>"
        + (redirect is null ? "" : $"<redirect title=\"{redirect}\" />")
        + $"<revision><id>99</id><contributor><username>Ada</username><id>5</id></contributor><text bytes=\"1\" xml:space=\"preserve\">"
        + $"{SecurityElement.Escape(text)}</text></revision></page>\n";

    private static byte[] Packed(string text, string name) => name switch
    {
        _ when name.EndsWith(".bz2", StringComparison.Ordinal) => Bzip2Files.Pack(text),
        _ when name.EndsWith(".gz", StringComparison.Ordinal) => ImportFolder.Gzip(text),
        _ => Encoding.UTF8.GetBytes(text),
    };
}
