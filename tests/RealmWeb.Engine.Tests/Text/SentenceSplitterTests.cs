using System.Text;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Text;

public class SentenceSplitterTests
{
    // Borders are written as " | ".
    [Theory]
    [InlineData("It rained. | We left.")]
    [InlineData("Mr. Bell met Dr. Ames on St. John Street. | She smiled.")]
    [InlineData("The U.S. Navy sailed. | They came from the U.S. | It was late.")]
    [InlineData("Bolt Inc. makes bolts. | It was sold to Nut Inc. | The price was low.")]
    [InlineData("Fruit, e.g. apples or i.e. Pears, is good. | Eat it.")]
    [InlineData("J. R. R. Tolkien wrote it. | C. S. Lewis read it.")]
    [InlineData("He took vitamin C. | The cold went.")]
    [InlineData("Edited by J. A. Smith and A. Jones. | Good.")]
    [InlineData("It grew by 3.5 per cent. | In No. 7 the rate was .5 only.")]
    [InlineData("See Fig. 3 and pp. 12 of Vol. II there. | Then stop.")]
    [InlineData("On Jan. 5 it froze. | It thawed in Feb. | The lake rose.")]
    [InlineData("He said no. | She left.")]
    [InlineData("Wait... what? | Nothing!")]
    [InlineData("Well... | Then he sang.")]
    [InlineData("Why?! | Because.")]
    [InlineData("\"Stop!\" he cried. | \"I will not.\" | He ran.")]
    [InlineData("He called it “odd.” | Others agreed (loudly.) | So it went.")]
    [InlineData("This is known.[12] | That is not.[3][4] | End.")]
    [InlineData("Yahoo! was early. | 1984 was cold.")]
    [InlineData("We met at 5 p.m. | The train had left at 4 a.m. Monday.")]
    [InlineData("Salt, oil, etc. are sold. | Buy nails, screws, etc. | Go home.")]
    [InlineData("He holds a Ph.D. in botany. | His M.D. came later.")]
    [InlineData("Visit example.com today. | Use v2.0 now.")]
    [InlineData("Smith et al. showed it. | Jones vs. Brown was first.")]
    [InlineData("Henry V. | He won.")]
    [InlineData("これは本です。 | それはペンです。")]
    [InlineData("One. | 2. Two things follow.")]
    public void Split_FindsBorders(string marked)
    {
        var expected = marked.Split(" | ");
        var text = string.Join(' ', expected);

        // "One." is closed by a line end so that "2." opens a line.
        if (marked.StartsWith("One.", StringComparison.Ordinal))
            text = string.Join('\n', expected);

        Assert.Equal(expected, SentenceSplitter.Split(text).Select(span => span.Of(text)));
    }

    [Fact]
    public void Split_EndsSentence_AtBlankLineAlways()
    {
        const string text = "The parts are Mr.\n\nand a loose end\n \n\tthen more";

        Assert.Equal(["The parts are Mr.", "and a loose end", "then more"], SentenceSplitter.Split(text).Select(span => span.Of(text)));
    }

    [Fact]
    public void Split_KeepsWrappedLinesTogether_AndHeadingsAndListItemsApart()
    {
        const string text = """
            Early life
            Ada was born in a town by the sea and spent her first years there with
            Her aunt, who kept bees. She left early.
            Tools needed:
            - a hammer
            - two nails
            1. Hold the nail
            2. Strike it
            # Notes
            none
            """;

        var sentences = SentenceSplitter.Split(text.ReplaceLineEndings("\n")).Select(span => span.Of(text));

        Assert.Equal(
        [
            "Early life",
            "Ada was born in a town by the sea and spent her first years there with\nHer aunt, who kept bees.",
            "She left early.",
            "Tools needed:", "- a hammer", "- two nails", "1. Hold the nail", "2. Strike it", "# Notes", "none",
        ], sentences);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t ")]
    public void Split_GivesNothing_WhenThereIsNoText(string text) => Assert.Empty(SentenceSplitter.Split(text));

    [Fact]
    public void Split_LosesNothingButWhiteSpace_ForRandomText()
    {
        string[] alphabet = [
            "a", "B", "Mr", ".", ".", "!", "?", " ", " ", "\n", "\n\n", "\"", ")", "(", "[1]", "…", "。", "1", "- ", "U.S.", "😀", "é", "\u00A0", "#"];
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var text = new StringBuilder().AppendJoin("", Enumerable.Range(0, random.Next(60)).Select(_ => alphabet[random.Next(alphabet.Length)])).ToString();

            var spans = SentenceSplitter.Split(text);

            var end = 0;
            foreach (var span in spans)
            {
                Assert.True(span.Start >= end && span.Length > 0, $"seed {seed}: {span} overlaps or is empty");
                Assert.True(string.IsNullOrWhiteSpace(text[end..span.Start]), $"seed {seed}: '{text[end..span.Start]}' is lost");
                Assert.True(span.Of(text).Trim() == span.Of(text), $"seed {seed}: {span} has white space at its ends");
                end = span.End;
            }
            Assert.True(string.IsNullOrWhiteSpace(text[end..]), $"seed {seed}: the end is lost");
        }
    }
}
