namespace RealmWeb.Engine.Tests.Corpora;

public sealed class HtmlFormatTests : IDisposable
{
    private readonly ImportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("about 3 &times; 10<sup>8</sup> m/s", "about 3 × 10^8 m/s")]
    [InlineData("10<sup>-12</sup> F, 2<sup>n+1</sup> states", "10^-12 F, 2^(n+1) states")]
    [InlineData("20 m<sup>2</sup>, 4 km<sup>3</sup>, 3 s<sup>-1</sup>", "20 m², 4 km³, 3 s^-1")]
    [InlineData("CO<sub>2</sub>, log<sub>10</sub> x, v<sub>max</sub>, 101<sub>2</sub>", "CO2, log10 x, v_max, 101_2")]
    [InlineData("the 3<sup>rd</sup> pier, M<sup>me</sup> Aune, Gull<sup>TM</sup>", "the 3rd pier, Mme Aune, Gull™")]
    [InlineData("in 1884<sup><a href='#n3'>3</a></sup> it burned.<sup>4</sup> Later", "in 1884 it burned. Later")]
    [InlineData("in 1884<a href='#n3'><sup>3</sup></a> and 1885<sup class='reference'>[12]</sup>", "in 1884 and 1885")]
    [InlineData("in 1884<a role='doc-noteref' href='n.html'>3</a>, 1885<sup>5</sup>", "in 1884, 1885^5")]
    [InlineData("the harbour<sup>7</sup> of Vik", "the harbour^7 of Vik")]
    [InlineData("<math><msup><mn>10</mn><mn>6</mn></msup></math>", "10^6")]
    [InlineData("<math><msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup><mo>+</mo><msqrt><mi>y</mi></msqrt></math>", "x_1^2+√y")]
    [InlineData("20<sup>o</sup>C on the 1<sup>a</sup> of 31<sup>a</sup>", "20ºC on the 1ª of 31ª")]
    [InlineData("<span class=katex><span class=katex-mathml><math><mi>E</mi></math></span><span class=katex-html aria-hidden=true>E</span></span>", "E")]
    [InlineData("<h2>Piers<a href='#piers'>¶</a></h2>", "Piers")]
    [InlineData("10<span style='font-size:70%; vertical-align: super'>6</span> and v<i style='vertical-align:sub'>max</i>", "10^6 and v_max")]
    [InlineData("3<sup>1</sup>/<sub>2</sub> cups, <sup>3</sup>⁄<sub>4</sub> of it", "3 1/2 cups, 3⁄4 of it")]
    [InlineData("E = mc<sup>2</sup>, SO<sub>4</sub><sup>2-</sup>, <sup>235</sup>U", "E = mc², SO4^(2-), 235U")]
    public void Read_KeepsRaisedAndLoweredTextApart(string html, string text) => Assert.Equal(text, TextOf(html));

    [Theory]
    [InlineData("<table><tr><th><div>Ship</div></th><th>Weekly<br>toll</th></tr><tr><td><p>Barge</p></td><td>4<br>5</td></tr></table>",
        "Ship | Weekly toll\nBarge | 4; 5")]
    [InlineData("<table><tr><td>Crew</td><td><ul><li>Anna Aune</li><li>Ben Lie</li></ul></td></tr></table>", "Crew | Anna Aune; Ben Lie")]
    [InlineData("<table><tr><td>Fee</td><td><p>20</p><p>crowns</p></td></tr></table>", "Fee | 20 crowns")]
    [InlineData("<table><tr><td></td><td>1884</td></tr><tr><td>Tower</td><td></td></tr></table>", "| 1884\nTower |")]
    [InlineData("<table><tr><td rowspan=2>Tug</td><td>mon</td></tr><tr><td>tue</td></tr><tr><td colspan=2>closed</td></tr></table>",
        "Tug | mon\nTug | tue\nclosed |")]
    [InlineData("<table><caption>Tolls</caption><tr><td>a</td><td>b</td></tr></table>after", "Tolls\n\na | b\n\nafter")]
    [InlineData("<table><tr><td><h1>Vik</h1><p>A port.</p></td><td><p>News.</p></td></tr></table>", "Vik\n\nA port.\n\nNews.")]
    [InlineData("<table><tr><td><table><tr><td>a</td><td>1</td></tr></table></td></tr></table>", "a | 1")]
    [InlineData("<table><tr><th>Item</th><th>Lifts</th></tr><tr><td><h4>Crane</h4></td><td>9 tons</td></tr></table>", "Item | Lifts\nCrane | 9 tons")]
    [InlineData("<table><tr><th>Item</th><th>Sizes</th></tr><tr><td>Hoist</td><td><table><tr><td>S</td></tr><tr><td>M</td></tr></table></td></tr></table>",
        "Item | Sizes\nHoist | S; M")]
    public void Read_GivesARowOfATableInALine(string html, string text) => Assert.Equal(text, TextOf(html));

    [Theory]
    [InlineData("<ol start=7><li>a<li>b</ol>", "7. a\n8. b")]
    [InlineData("<ol reversed><li>a<li>b<li>c</ol>", "3. a\n2. b\n1. c")]
    [InlineData("<ol><li>a<li value=9>b<li>c</ol>", "1. a\n9. b\n10. c")]
    [InlineData("<ol type=a><li>x<li>y</ol><ol type=I start=4><li>z</ol>", "a. x\nb. y\n\nIV. z")]
    [InlineData("<ol type=a start=26><li>x<li>y</ol><ol type=I start=49><li>z</ol>", "z. x\naa. y\n\nXLIX. z")]
    [InlineData("<ol reversed type=A start=3><li>a<li>b</ol><ol start=-1><li>c<li>d</ol>", "C. a\nB. b\n\n-1. c\n0. d")]
    [InlineData("<ul><li>a<ol><li>b<li>c</ol><li>d</ul>", "- a\n1. b\n2. c\n- d")]
    [InlineData("<ul><li>Word<p>more</p></li><li></li><li><div>x</div></li></ul>", "- Word\n\nmore\n\n- x")]
    [InlineData("<dl><dt>Depth<dd>14 m<dt>Width:<dd>6 m<dd>at low tide</dl>", "Depth: 14 m\nWidth: 6 m\nat low tide")]
    [InlineData("<dl><div><dt><p>Depth</p></dt><dd><p>14 m</p></dd></div></dl>", "Depth: 14 m")]
    public void Read_GivesItemsWithTheirNumbersAndTerms(string html, string text) => Assert.Equal(text, TextOf(html));

    [Theory]
    [InlineData("<p>a</p><p hidden>b</p><p hidden=until-found>c</p><p style='color:red; display : none'>d</p>", "a\n\nc")]
    [InlineData("<p>a</p><i style='visibility:hidden'>e</i><p aria-hidden=true>f</p>", "a\n\nf")]
    [InlineData("a<template>b</template><noscript>c</noscript><script>d</script><dialog>e</dialog><select><option>f</select>", "a")]
    [InlineData("<table><tr style='display:none'><td>x<td>y</tr><tr><td>a<td>b<td hidden>c</tr></table>", "a | b")]
    [InlineData("<details><summary>More</summary>14 metres</details>", "More\n\n14 metres")]
    [InlineData("<h3><button>When does it leave?</button></h3><div>At six.</div><button>Send</button>", "When does it leave?\n\nAt six.")]
    [InlineData("<center>Vik</center><center>Holm</center><fieldset><legend>Hours</legend>9 to 17</fieldset>", "Vik\n\nHolm\n\nHours\n\n9 to 17")]
    [InlineData("<p>&lt;b&gt; &amp;amp; &copy; &#8364; &#128; &frac12;</p><p>a<!-- c -->b</p>", "<b> &amp; © € € ½\n\nab")]
    [InlineData("<dl><dt>A<dt>B<dd>both</dl><base href=x><p>Left <cite>me</cite></p>", "A\nB: both\n\nLeft me")]
    [InlineData("<p>Plan: <img src='data:image/png;base64,iVBORw0KGgo=' alt='the lock'></p>", "Plan: the lock")]
    [InlineData("har<wbr>bour<br>master <img alt='a lock' src=x>, <img alt=''>end", "harbour\nmaster a lock, end")]
    [InlineData("<pre><code><span><b><i><u>  x</u></i></b></span>\n    y</code></pre>", "  x\n    y")]
    [InlineData("<p>the key&shy;board of the of&#xFB01;ce</p><p>a light&#8203;house, 12&nbsp;km</p>", "the keyboard of the office\n\na lighthouse, 12 km")]
    [InlineData("<p>toll <span>12</span><span>34</span></p><ruby>港<rp>(</rp><rt>minato</rt><rp>)</rp></ruby>", "toll 1234\n\n港(minato)")]
    public void Read_GivesWhatIsSeen(string html, string text) => Assert.Equal(text, TextOf(html));

    [Fact]
    public void Read_ReadsCellsOneByOne_WhereATableOfThePageHoldsMuch()
    {
        var paragraph = string.Concat(Enumerable.Repeat("The port is open. ", 60)).Trim();

        Assert.Equal($"Menu\n\nVik\n\n{paragraph}", TextOf($"<table><tr><th>Menu</th><td><h1>Vik</h1><p>{paragraph}</p></td></tr></table>"));
    }

    [Fact]
    public void Read_KeepsSectionsOfCharacters_InXml()
    {
        _folder.Add("page.xhtml", "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title/><script><![CDATA[a<b]]></script></head>"
            + "<body><h1>Depths</h1><p>Below <![CDATA[<14 & deep>]]> metres.</p></body></html>");

        Assert.Equal(new Engine.Corpora.Document("page.xhtml", "Depths", "Depths\n\nBelow <14 & deep> metres."), Assert.Single(_folder.Read()).Document);
    }

    [Fact]
    public void Read_StaysSmall_WhenCellsSpanWithoutBound()
    {
        var rows = string.Concat(Enumerable.Repeat($"<tr><td rowspan=60000 colspan=1000>{string.Concat(Enumerable.Repeat("x ", 100))}</td><td>y</td></tr>", 2000));

        Assert.InRange(TextOf($"<table>{rows}</table>").Length, 2000, 4 << 20);
    }

    private string TextOf(string html)
    {
        _folder.Add("page.html", $"<!doctype html><meta charset=utf-8><title>t</title><body>{html}</body>");
        return Assert.Single(_folder.Read()).Document!.Text;
    }
}
