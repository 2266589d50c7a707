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
    [InlineData("<table><tr><td>\n\n**Tug** `x`\n\n</td><td>9</td></tr></table>", "Tug x | 9")]
    [InlineData("<div>\n<p>One</p><p>Two</p>\n\n- three\n\n</div>", "One\n\nTwo\n\n- three")]
    [InlineData("<div hidden>\n\nSecret.\n\n</div>\n\nSeen.", "Seen.")]
    [InlineData("<div hidden>\n\nNever closed.\n\nSeen.", "Never closed.\n\nSeen.")]
    [InlineData("Write <script> or <select> or <your-name> here.\n\nSeen.", "Write <script> or <select> or <your-name> here.\n\nSeen.")]
    [InlineData("A `List<int>` is a List<int>.<br>Next", "A List<int> is a List<int>.\nNext")]
    [InlineData("| Ship | Size |\n|---|---|\n| Tug<br>boat | 4 m<sup>2</sup> |\n|  | 10<sup>3</sup> |", "Ship | Size\nTug boat | 4 m²\n| 10^3")]
    [InlineData("| Key | Means |\n|---|---|\n| `a\\|b` | a\\|b |\n\nOutside `a\\|b`.", "Key | Means\na|b | a|b\n\nOutside a\\|b.")]
    [InlineData("Lit in 1884[^a].\n\n[^a]: By hand.", "Lit in 1884.\n\n1. By hand.")]
    [InlineData("Depth\n: 14 m", "Depth: 14 m")]
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
    public void Read_TakesItsTitle_FromAHeadingInHtml()
    {
        _folder.Add("page.md", "<h1 align=\"center\">Tug <b>boats</b></h1>\n\n## Use\n\nPull.");

        Assert.Equal("Tug boats", Assert.Single(_folder.Read()).Document!.Title);
    }
}
