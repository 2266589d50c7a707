using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Tests.Corpora;

public sealed class DocumentOutlineTests
{
    private const string Text = "Leave\n\nAll may leave. Ask the office.\n\nParents\n\nParents have six months.\n\nThe garden is open.";

    [Theory]
    [InlineData(Text, "Ask", true, "Leave")]
    [InlineData(Text, "six", true, "Parents")]
    [InlineData(Text, "garden", true, "Parents")]
    // A heading stands below itself.
    [InlineData(Text, "Parents", true, "Parents")]
    [InlineData("No heading.\n\nThe garden is open.", "garden", true, null)]
    // The end of a sentence that began above the part looks like a heading.
    [InlineData("of the office\n\nThe garden is open.", "garden", false, null)]
    [InlineData("\n\nThe office\n\nThe garden is open.", "garden", false, "The office")]
    [InlineData("Ends here.\n\nThe office\n\nThe garden is open.", "garden", false, "The office")]
    public void Above_IsTheNearestHeading(string part, string place, bool isBeginning, string? heading) =>
        Assert.Equal(heading, DocumentOutline.Above(part, part.IndexOf(place, StringComparison.Ordinal), isBeginning));
}
