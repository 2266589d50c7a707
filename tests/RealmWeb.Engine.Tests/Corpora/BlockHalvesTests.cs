using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Tests.Corpora;

public sealed class BlockHalvesTests
{
    private static readonly string Sentence = $"{new string('a', 98)}.";

    [Theory]
    [InlineData(6, 3)]
    [InlineData(7, 3)]
    public void WithHalves_CutsAtTheBorderNearestTheMiddle(int sentences, int ofFirst)
    {
        var block = Block.Create("Title", string.Join("  ", Enumerable.Repeat($"B{Sentence}", sentences)), 40, "Head");

        var texts = BlockHalves.WithHalves(block);

        Assert.Equal(3, texts.Count);
        Assert.Same(block, texts[0]);
        var first = Math.Min(ofFirst, sentences - ofFirst);
        Assert.Contains(texts[1].Text.Split("  ").Length, new[] { first, sentences - first });
        Assert.Equal(block.Text, $"{texts[1].Text}  {texts[2].Text}");
        Assert.All(texts, text => Assert.Equal(("Title", "Head"), (text.Title, text.Context)));
        Assert.Equal((40, block.End), (texts[1].Start, texts[2].End));
        Assert.All(texts.Skip(1), text => Assert.Equal(text.Text, block.Text[(text.Start - 40)..(text.End - 40)]));
    }

    [Fact]
    public void WithHalves_LeavesAHeadingWithWhatItStandsAbove()
    {
        // given a heading right in the middle
        var block = Block.Create("Title", $"B{Sentence} C{Sentence}\n\nRivers\n\nD{Sentence} E{Sentence}", 0);

        var texts = BlockHalves.WithHalves(block);

        Assert.StartsWith("Rivers", texts[2].Text, StringComparison.Ordinal);
        Assert.EndsWith(".", texts[1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short", 3, "")]
    [InlineData("one sentence", 0, "a word and then another one ")]
    [InlineData("no border near the middle", 1, "a word and then another one ")]
    public void WithHalves_LeavesTheBlockWhole_WhenThereIsNothingToCut(string why, int sentences, string run)
    {
        var block = Block.Create("Title", string.Join(' ', Enumerable.Repeat($"B{Sentence}", sentences)) + string.Concat(Enumerable.Repeat(run, 40)).Trim(), 0);

        Assert.True(BlockHalves.WithHalves(block).Count == 1, why);
    }
}
