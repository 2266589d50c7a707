using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Tests.Corpora;

public sealed class MarkdownFormatTests : IDisposable
{
    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("---\r\ntitle: \"Tide: tables\"\r\n---\r\n\r\nHigh at nine.", "Tide: tables", "High at nine.")]
    [InlineData("---\ntitle: 'It''s open'\n...\nHigh at nine.", "It's open", "High at nine.")]
    [InlineData("---\ndescription: |\n  long\n  text\ntitle: >\n  Tables of\n  the tide\nmenu: {main: {title: no}}\n---\nHigh at nine.",
        "Tables of the tide", "High at nine.")]
    [InlineData("---\nbook:\n  title: no\nweight: 3\n---\nHigh at nine.", "page", "High at nine.")]
    [InlineData("---\ntitle: ~\n---\n# Tides\n\nHigh at nine.", "Tides", "Tides\n\nHigh at nine.")]
    [InlineData("---\nTitle: 1884\ntags: [a, b]\ntags: c\n---", "1884", null)]
    [InlineData("+++\nweight = 1\ntitle = \"Tides\"\n[params]\ntitle = \"no\"\n+++\nHigh at nine.", "Tides", "High at nine.")]
    [InlineData("+++\ndate = 2020-01-01\ntitle = \"\"\"\nTide\ntables\"\"\" # long\n+++\nHigh at nine.", "Tide tables", "High at nine.")]
    [InlineData("+++\n# of the port\ntitle = 'It is \"open\"' # now\n+++\nHigh at nine.", "It is \"open\"", "High at nine.")]
    [InlineData("+++\ntitle = \"The \\\"old\\\" port\"\n+++\nHigh at nine.", "The \"old\" port", "High at nine.")]
    [InlineData("+++\n\nBoats: two at nine.\n\n+++\n\nMore.", "page", "+++\n\nBoats: two at nine.\n\n+++\n\nMore.")]
    [InlineData("---\ntitle: {{ page.title }}\n---\nHigh at nine.", "page", "High at nine.")]
    [InlineData("# Tides {#high-tide .x}\n\nHigh at nine.", "Tides", "Tides\n\nHigh at nine.")]
    [InlineData("---\n\nBoats: two at nine.\n\n---\n\nMore.", "page", "Boats: two at nine.\n\nMore.")]
    [InlineData("---\nHigh at nine.\n\n---\nMore.", "page", "High at nine.\n\nMore.")]
    [InlineData("---\nHigh tide: at nine\n---\n\nMore.", "High tide: at nine", "High tide: at nine\n\nMore.")]
    [InlineData("---\n- one\n- two\n---\nMore.", "page", "- one\n- two\n\nMore.")]
    [InlineData("---\ntitle: a: b: c\n---\nMore.", "title: a: b: c", "title: a: b: c\n\nMore.")]
    public void Read_TakesFrontMatterAway_WhereItIsYaml(string markdown, string title, string? text)
    {
        _folder.Add("page.md", markdown);

        var item = Assert.Single(_folder.Read());

        Assert.Equal(text is null ? null : new Document("page.md", title, text), item.Document);
    }

    [Theory]
    [InlineData("<table>\n<tr><th>Ship</th><th>Toll</th></tr>\n\n<tr><td>Tug</td><td>9</td></tr>\n\n</table>\n\nAfter.", "Ship | Toll\nTug | 9\n\nAfter.")]
    [InlineData("<table>\n  <thead>\n\n  <tr><th>Ship</th><th>Toll</th></tr>\n\n  </thead>\n    <tr>\n      <td>Tug</td>\n\n      <td>9</td>\n    </tr>\n\n</table>\n\nAfter.",
        "Ship | Toll\nTug | 9\n\nAfter.")]
    [InlineData("Tolls:\n<table><tr><td>Tug</td><td>9</td></tr>\n\n    <tr><td>Barge</td><td>4</td></tr>\n\n</table>\nAfter.",
        "Tolls:\n\nTug | 9\nBarge | 4\n\nAfter.")]
    [InlineData("> <table>\n> <tr><td>Tug</td><td>9</td></tr>\n>\n> <tr><td>Barge</td><td>4</td></tr>\n> </table>", "Tug | 9\nBarge | 4")]
    [InlineData("<table><tr><td>\n\n**Tug** `x`\n\n</td><td>9</td></tr></table>", "Tug x | 9")]
    [InlineData("<div>\n<p>One</p><p>Two</p>\n\n- three\n\n</div>", "One\n\nTwo\n\n- three")]
    [InlineData("<div hidden>\n\nSecret.\n\n</div>\n\nSeen.", "Seen.")]
    [InlineData("<div hidden>\n\nNever closed.\n\nSeen.", "Never closed.\n\nSeen.")]
    [InlineData("Write <script> or <select> or <your-name> here.\n\nSeen.", "Write <script> or <select> or <your-name> here.\n\nSeen.")]
    [InlineData("Run `cp <the file> .` or cp <the file> <data folder>, 3 <b and c> 4.", "Run cp <the file> . or cp <the file> <data folder>, 3 <b and c> 4.")]
    [InlineData("<details open>\n<summary>More</summary>\n\nThe <span hidden>x</span><Tag name=\"y\">depth</Tag>.\n\n</details>", "More\n\nThe depth.")]
    [InlineData("Tolls:\n| Ship | Toll |\n|---|--:|\n| Tug | 9 |\n\nAfter.", "Tolls:\n\nShip | Toll\nTug | 9\n\nAfter.")]
    [InlineData("> Tolls:\n> Ship | Toll\n> ---|---\n> Tug | 9\n\n- of\n  | Ship | Toll |\n  |---|---|\n  | Tug | 4 |",
        "Tolls:\n\nShip | Toll\nTug | 9\n\n- of\n\nShip | Toll\nTug | 4")]
    [InlineData("| Ship | Toll |\n|---|---|\n| Tug | 9 |\nPaid at the quay.\n\nTolls\nA | B\n:-|-:\n1 | 2\nend", "Ship | Toll\nTug | 9\n\nPaid at the quay.\n\nTolls\n\nA | B\n1 | 2\n\nend")]
    [InlineData("Either a | b\n---\nNo | table\n- - -\nMore", "Either a | b\n\nNo | table\n\nMore")]
    [InlineData("Sluice\n======\n\n1. Open\n   - a\n     1. slowly\n2. Shut\n\n[manual][m] and [gone][x]\n\n[m]: https://e.example", "Sluice\n\n1. Open\n- a\n1. slowly\n2. Shut\n\nmanual and [gone][x]")]
    [InlineData("A `List<int>` is a List<int>.<br>Next", "A List<int> is a List<int>.\nNext")]
    [InlineData("| Ship | Size |\n|---|---|\n| Tug<br>boat | 4 m<sup>2</sup> |\n|  | 10<sup>3</sup> |", "Ship | Size\nTug boat | 4 m²\n| 10^3")]
    [InlineData("| Key | Means |\n|---|---|\n| `a\\|b` | a\\|b |\n\nOutside `a\\|b`.", "Key | Means\na|b | a|b\n\nOutside a\\|b.")]
    [InlineData("Lit in 1884[^a].\n\n[^a]: By hand.", "Lit in 1884.\n\n1. By hand.")]
    [InlineData("Depth\n: 14 m", "Depth: 14 m")]
    [InlineData("See [[Lock|the lock]], $E = mc^2$ and a\\_b.\n\n    if x:\n      y\n\n***\n\nLast &nbsp; line, AT&amp;T.",
        "See [[Lock|the lock]], $E = mc^2$ and a_b.\n\nif x:\n  y\n\nLast line, AT&T.")]
    [InlineData("~~old~~ new ![a lock](x.png), end", "old new a lock, end")]
    [InlineData("Base 10<sup>4</sup> and 6 m<sup>2</sup>, H<sub>2</sub>O", "Base 10^4 and 6 m², H2O")]
    [InlineData("- [ ] Buy rope\n- [x] Tar the hull\n\n1. Cut\n2. Run\n   ```sh\n   # no heading\n   make\n   ```", "- [ ] Buy rope\n- [x] Tar the hull\n\n1. Cut\n2. Run\n\n# no heading\nmake")]
    [InlineData("> [!CAUTION]\n> Do not tow at ebb.", "Caution\n\nDo not tow at ebb.")]
    [InlineData("One  \ntwo. 2 < 3, 4 * 5 * 6, a_b_c and tug\\_boat.", "One\ntwo. 2 < 3, 4 * 5 * 6, a_b_c and tug_boat.")]
    [InlineData("Seen.\n\n<!-- for editors -->\n\n<details>\n<summary>More</summary>\n\nThe depth.\n\n</details>", "Seen.\n\nMore\n\nThe depth.")]
    public void Read_GivesWhatTheRenderedPageShows(string markdown, string text)
    {
        _folder.Add("page.md", markdown);

        Assert.Equal(text, Assert.Single(_folder.Read()).Document!.Text);
    }

    [Fact]
    public void Read_CostsNoSquareOfALine_WhereATableMightBegin()
    {
        var gap = new string(' ', 400_000);
        _folder.Add("page.md", $"x|y\n{gap}|{gap}x\n|-{gap}-\n\n{string.Concat(Enumerable.Repeat("| a |\n", 20_000))}");

        Assert.StartsWith("x|y | x", Assert.Single(_folder.Read()).Document!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TakesItsTitle_FromAHeadingInHtml()
    {
        _folder.Add("page.md", "<h1 align=\"center\">Tug <b>boats</b></h1>\n\n## Use\n\nPull.");

        Assert.Equal("Tug boats", Assert.Single(_folder.Read()).Document!.Title);
    }
}
