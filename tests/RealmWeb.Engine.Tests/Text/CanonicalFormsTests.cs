using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Text;

public class CanonicalFormsTests
{
    [Theory]
    [InlineData("plain", "plain", "plain")]
    [InlineData("é", "é", "e\u0301")]
    [InlineData("e\u0301", "é", "e\u0301")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307", "q\u0323\u0307")]
    [InlineData("\u1E0B\u0323", "\u1E0D\u0307", "d\u0323\u0307")]
    [InlineData("\u212B", "\u00C5", "A\u030A")]
    [InlineData("각", "각", "\u1100\u1161\u11A8")]
    [InlineData("\u1100\u1161\u11A8", "각", "\u1100\u1161\u11A8")]
    [InlineData("가\u11A8", "각", "\u1100\u1161\u11A8")]
    [InlineData("\u0958", "\u0915\u093C", "\u0915\u093C")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165", "\U0001D157\U0001D165")]
    [InlineData("\uF900", "\u8C48", "\u8C48")]
    [InlineData("ﬁ😀", "ﬁ😀", "ﬁ😀")]
    [InlineData("\u0344", "\u0308\u0301", "\u0308\u0301")]
    public void ComposeAndDecompose_GiveCanonicalForms(string text, string composed, string decomposed)
    {
        Assert.Equal(composed, CanonicalForms.Compose(text));
        Assert.Equal(decomposed, CanonicalForms.Decompose(text));
        Assert.Equal(composed, CanonicalForms.Compose(decomposed));
    }

    [Fact]
    public void Compose_GivesTheSameString_WhenTextIsComposed()
    {
        const string text = "Žilina, Çatalhöyük – 박주선 “quoted”";

        Assert.Same(text, CanonicalForms.Compose(text));
    }
}
