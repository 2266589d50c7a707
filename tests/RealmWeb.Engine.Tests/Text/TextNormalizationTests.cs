using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Text;

public class TextNormalizationTests
{
    [Theory]
    [InlineData("a\r\nb\rc", "a\nb\nc")]
    [InlineData("\uFEFFa\0b", "ab")]
    [InlineData("Cafe\u0301", "Café")]
    [InlineData("page one\fpage two\u2028line\u0085end", "page one\npage two\nline\nend")]
    public void Normalize_BringsTextIntoStoredForm(string text, string expected) =>
        Assert.Equal(expected, TextNormalization.Normalize(text));

    [Theory]
    [InlineData("The sta\uFB00 \uFB01les the \uFB02our o\uFB03ce's ba\uFB04e, be\uFB06 \uFB05reet.", "The staff files the flour office's baffle, best street.")]
    [InlineData("\u0132sselmeer, b\u0133na", "IJsselmeer, bijna")]
    [InlineData("light\u00ADhouse key\u200Bboard word\u2060joiner", "lighthouse keyboard wordjoiner")]
    [InlineData("har\u200Dbour quay\u200Cside left\u200Eright", "harbour quayside leftright")]
    [InlineData("12\u00A0km, 3\u202F500, 7\u2007m,\u2009thin\u3000wide", "12 km, 3 500, 7 m, thin wide")]
    [InlineData("non\u2011breaking x\u2010ray", "non-breaking x-ray")]
    [InlineData("ＡＢＣ\u3000ｘｙｚ１２３（！）￥５", "ABC xyz123(!)¥5")]
    [InlineData("ｶﾞｲﾄﾞ｡", "ガイド。")]
    [InlineData("10⁶ m² H₂O ½ ① Æ œ", "10⁶ m² H₂O ½ ① Æ œ")]
    public void Normalize_GivesLettersAsTheyAreTyped(string text, string expected) =>
        Assert.Equal(expected, TextNormalization.Normalize(text));

    [Theory]
    [InlineData("می\u200Cخواهم")]
    [InlineData("क्\u200Dष")]
    [InlineData("ශ්\u200Dරී ന്\u200D")]
    [InlineData("👩\u200D🚒 👨\u200D👩\u200D👧 🏳\uFE0F\u200D🌈 1\uFE0F\u20E3 🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F")]
    [InlineData("(שלום\u200F) و\u200E12")]
    public void Normalize_KeepsJoiners_WhereLettersNeedThem(string text) =>
        Assert.Equal(text, TextNormalization.Normalize(text));

    // Offsets in texts as they were given are carried over by the length of what stands before them.
    [Fact]
    public void Normalize_GivesABeginning_TheSameFormAloneAsInTheWhole()
    {
        const string text = "O\uFB03ce\u00AD of \u200B１２\u00A0m, \uFB01le \u200Dx";
        var whole = TextNormalization.Normalize(text);

        for (var length = 0; length <= text.Length; length++)
            Assert.StartsWith(TextNormalization.Normalize(text[..length]), whole, StringComparison.Ordinal);
    }

    // Attribute arguments cannot hold an unpaired surrogate.
    [Fact]
    public void Normalize_ReplacesUnpairedSurrogates() =>
        Assert.Equal("\uFFFDx\uFFFD😀", TextNormalization.Normalize("\uD800x\uDC00😀"));
}
