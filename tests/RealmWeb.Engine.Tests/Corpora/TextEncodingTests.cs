using System.Text;
using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Tests.Corpora;

public sealed class TextEncodingTests : IDisposable
{
    private readonly ImportFolder _folder = new();

    static TextEncodingTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("<meta charset=latin1>", "windows-1252", "Bäckerei „Zum Löwen“, 3 €")]
    [InlineData("<meta charset='us-ascii'>", "windows-1252", "Bäckerei, 3 €")]
    [InlineData("<META HTTP-EQUIV=Content-Type CONTENT=\"text/html; charset=ISO-8859-1\">", "windows-1252", "Bäckerei, 3 €")]
    [InlineData("<!-- <meta charset=koi8-r> --><meta charset=iso-8859-2>", "iso-8859-2", "Żółta łódź")]
    [InlineData("<script>'<meta charset=koi8-r>'</script><meta charset=windows-1251>", "windows-1251", "Жёлтая лодка")]
    [InlineData("<meta charset=Shift_JIS>", "shift_jis", "黄色い船は三隻")]
    [InlineData("<meta charset=x-sjis>", "shift_jis", "黄色い船は三隻")]
    [InlineData("<meta charset=iso-2022-jp>", "iso-2022-jp", "黄色い船は三隻")]
    [InlineData("<meta charset=gb2312>", "gb18030", "黄色的船")]
    [InlineData("<meta charset=big5>", "big5", "黃色的船")]
    [InlineData("<meta charset=euc-kr>", "euc-kr", "노란 배")]
    [InlineData("<meta charset=utf-16>", "utf-16", "Gelbes Öl")]
    [InlineData("<meta charset=utf-16>", "utf-16BE", "Gelbes Öl")]
    [InlineData("<meta charset=iso-8859-1>", "utf-8", "Gelbes Öl, 3 €")]
    [InlineData("<meta charset=utf-8>", "windows-1252", "Fähre um acht, Öl für drei Boote")]
    [InlineData("<meta charset=utf-7>", "windows-1252", "Fähre um acht, Öl für drei Boote")]
    [InlineData("<meta content='text/html; charset = iso-8859-15' http-equiv=content-type>", "iso-8859-15", "Bäckerei, Œuvre, 3 €")]
    [InlineData("<meta charset=no-such-thing>", "windows-1252", "Fähre um acht, Öl für drei Boote")]
    public void Html_IsDecodedAsBrowsersDo(string declaration, string encoding, string text)
    {
        var page = $"<html><head>{declaration}<title>{text}</title></head><body><p>{text}</p></body></html>";
        _folder.Add("a.html", Encoding.GetEncoding(encoding).GetBytes(page));

        Assert.Equal(new Document("a.html", text, text), Assert.Single(_folder.Read()).Document);
    }

    [Fact]
    public void Html_IsDecodedAsItsXmlDeclarationSays()
    {
        _folder.Add("a.xhtml", Encoding.GetEncoding("iso-8859-7").GetBytes(
            "<?xml version='1.0' encoding='ISO-8859-7'?>\n"
            + "<html xmlns='http://www.w3.org/1999/xhtml'><head><title>t</title></head><body>κίτρινο</body></html>"));

        Assert.Equal("κίτρινο", Assert.Single(_folder.Read()).Document!.Text);
    }

    [Fact]
    public void Html_FindsItsEncoding_BehindLongScripts()
    {
        _folder.Add("a.html", Encoding.GetEncoding(1251).GetBytes(
            $"<html><head><script>{new string('x', 100_000)}</script><meta charset=windows-1251></head><body>Жёлтая</body></html>"));

        Assert.Equal("Жёлтая", Assert.Single(_folder.Read()).Document!.Text);
    }

    [Theory]
    [InlineData("windows-1252", "Der Kapitän grüßt höflich und fährt über die Brücke.")]
    [InlineData("windows-1251", "Паром уходит в шесть часов утра, касса закрыта по понедельникам.")]
    [InlineData("shift_jis", "渡し船は午前六時に出ます。切符売り場は月曜日に休みます。")]
    [InlineData("windows-1250", "Żółta łódź płynie wzdłuż brzegów, kasa jest zamknięta w poniedziałki.")]
    [InlineData("windows-1253", "Ο φάρος χτίστηκε το 1884. Το εκδοτήριο είναι κλειστό τη Δευτέρα.")]
    [InlineData("koi8-r", "Паром уходит в шесть часов утра, касса закрыта по понедельникам.")]
    [InlineData("iso-2022-jp", "渡し船は午前六時に出ます。切符売り場は月曜日に休みます。")]
    [InlineData("euc-kr", "등대의 높이는 31미터입니다. 매표소는 월요일에 쉽니다.")]
    [InlineData("gb18030", "码头长90米。售票处星期一关门。渡轮每天早上六点开出。")]
    [InlineData("macintosh", "Der Gasthof Zur Mühle öffnet um acht für Gäste, schließt spät.")]
    [InlineData("macintosh", "Der Gasthof Zur Mühle öffnet um acht für Gäste.")]
    [InlineData("macintosh", "Café")]
    [InlineData("ibm850", "Der Gasthof Zur Mühle öffnet um acht für Gäste, schließt spät.")]
    [InlineData("windows-1252", "It’s the “Café” – naïve, 20 °C, 3 m² … Über ‚Straße‘, L’été à Élan.")]
    [InlineData("utf-16", "The ferry leaves at six.")]
    [InlineData("utf-16BE", "The ferry leaves at six.")]
    [InlineData("utf-16", "Паром уходит в шесть часов утра. Касса закрыта.")]
    [InlineData("utf-16BE", "渡轮每天早上六点开出。 一号码头 90 米。")]
    public void Text_IsDecodedByWhatItLooksLike_WhenNothingSaysItsEncoding(string encoding, string text)
    {
        _folder.Add("a.txt", Encoding.GetEncoding(encoding).GetBytes(text));
        _folder.Add("b.md", Encoding.GetEncoding(encoding).GetBytes(text));
        _folder.Add("c.html", Encoding.GetEncoding(encoding).GetBytes($"<p>{text}</p>"));
        _folder.Add("d.csv", Encoding.GetEncoding(encoding).GetBytes($"id,text\n1,\"{text}\"\n"));

        Assert.Equal([text, text, text, text], _folder.Read().Select(item => item.Document?.Text));
    }

    [Fact]
    public void Text_IsNotTakenForUtf16_WhereItIsBinary()
    {
        _folder.Add("a.txt", [.. Enumerable.Range(0, 200).SelectMany(i => new byte[] { (byte)i, 0 })]);

        Assert.Contains("binary", Assert.Single(_folder.Read()).Skipped!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_StaysUtf8_WhenSomeBytesAreNot()
    {
        _folder.Add("a.txt", [.. "Über die Brücke, na"u8, 0xEF, .. "ve "u8, 0x93, .. "x"u8, 0x94]);
        _folder.Add("b.txt", [.. "Öl, Öl, ab"u8, 0xE2, 0x82]);
        _folder.Add("c.txt", [.. "one caf"u8, 0xE9]);
        _folder.Add("d.html", [.. "<meta charset=utf-8><p>Öl für drei Fähren, na"u8, 0xEF, .. "ve</p>"u8]);

        Assert.Equal(["Über die Brücke, naïve “x”", "Öl, Öl, ab\uFFFD", "one café", "Öl für drei Fähren, naïve"], _folder.Read().Select(item => item.Document?.Text));
    }
}
