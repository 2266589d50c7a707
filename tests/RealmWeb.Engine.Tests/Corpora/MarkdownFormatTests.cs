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
