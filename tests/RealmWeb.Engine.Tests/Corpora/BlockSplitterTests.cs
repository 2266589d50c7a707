using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Corpora;

public class BlockSplitterTests
{
    // One piece a word.
    private static readonly string[] Words = ["one", "two", "three", "four", "five", "six", "title", "."];

    private static readonly WordPieceTokenizer Tokenizer = new(new Vocabulary(
        new[] { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]" }.Concat(Words)
            .Concat("abcdefghijklmnopqrstuvwxyz".SelectMany(c => new[] { $"{c}", $"##{c}" }))));

    [Fact]
    public void Split_PacksSentences_WhileTheyFit()
    {
        // Limit 16 less 3 special pieces less 1 of the title leaves 12: three sentences of 4 pieces.
        const string text = "One two three. One two four. One two five.\n\nOne two six.";

        var blocks = new BlockSplitter(Tokenizer, 16).Split(new Document("d", "Title", text)).ToList();

        Assert.Equal(["One two three. One two four. One two five.", "One two six."], blocks.Select(block => block.Text));
        Assert.All(blocks, block => Assert.Equal("Title", block.Title));
        Assert.Equal(44, blocks[1].Start);
        Assert.Equal(text.Length, blocks[1].End);
    }

    [Fact]
    public void Split_CutsSentenceAtWordBorders_WhenItIsTooLong()
    {
        var text = string.Join(' ', Enumerable.Repeat("one two", 10)) + ". Six.";

        var blocks = new BlockSplitter(Tokenizer, 16).Split(new Document("d", "", text)).ToList();

        // 13 pieces a block: 13 of the first sentence's 21, then the other 8 with the 2 of the next sentence.
        Assert.Equal([13, 10], blocks.Select(block => Tokenizer.CountPieces(block.Text)));
        Assert.Equal(text, blocks[0].Text + " " + blocks[1].Text);
    }

    [Fact]
    public void Split_GivesNoBlock_WhenThereIsNoText() =>
        Assert.Empty(new BlockSplitter(Tokenizer).Split(new Document("d", "title", " \n\n ")));

    [Fact]
    public void Split_LeavesRoomForText_WhenTitleIsVeryLong()
    {
        var title = string.Join(' ', Enumerable.Repeat("title", 1000));

        var blocks = new BlockSplitter(Tokenizer, 288).Split(new Document("d", title, string.Join(' ', Enumerable.Repeat("One two three.", 200)))).ToList();

        // 288 - 3 - 64 = 221: 55 sentences of 4 pieces.
        Assert.Equal(220, Tokenizer.CountPieces(blocks[0].Text));
        Assert.Equal(4, blocks.Count);
    }

    [Fact]
    public void Split_KeepsItsPromises_ForRandomDocuments()
    {
        string[] alphabet = [
            .. Words, "Abc", "xyz", "zebra", "U.S.", "!", "\n", "\n\n", "中文", "각", "\u200B", "e\u0301", "\"", "(", ")", "abcdefghijklmnopqrstuvwxyz"];
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var text = TextNormalization.Normalize(string.Concat(Enumerable.Range(0, random.Next(150))
                .Select(_ => alphabet[random.Next(alphabet.Length)] + (random.Next(4) > 0 ? " " : ""))));
            var limit = random.Next(16, 60);
            var title = random.Next(2) == 0 ? "" : "Title one";

            var blocks = new BlockSplitter(Tokenizer, limit).Split(new Document("d", title, text)).ToList();

            var end = 0;
            foreach (var block in blocks)
            {
                Assert.Equal(text[block.Start..block.End], block.Text);
                Assert.True(block.Start >= end && string.IsNullOrWhiteSpace(text[end..block.Start]),
                    $"seed {seed}: text before {block.Start} is lost or doubled");
                var pieces = 3 + Tokenizer.CountPieces(title) + Tokenizer.CountPieces(block.Text);
                // A word longer than a small limit is cut inside; no more than its first character may then count anew.
                Assert.True(pieces <= limit + 1, $"seed {seed}: {pieces} pieces, limit {limit}");
                end = block.End;
            }
            Assert.True(string.IsNullOrWhiteSpace(text[end..]), $"seed {seed}: the end of the text is lost");
        }
    }

    [Fact]
    public void Split_GivesTheSameBlocks_ForTheSameDocument()
    {
        var document = new Document("d", "Title", "One two three. Four five six.");

        var first = new BlockSplitter(Tokenizer, 16).Split(document);
        var second = new BlockSplitter(Tokenizer, 16).Split(document with { SourceId = "other" });

        Assert.Equal(first.Select(block => block.Id), second.Select(block => block.Id));
    }
}
