using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.FineTuning;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.FineTuning;

public sealed class PassageLocatorTests
{
    private static readonly string[] Sentences =
        [.. Enumerable.Range(0, 40).Select(i => $"Sentence {i} says that item {i * 7} of the list weighs {i * 13} grams and nothing else.")];

    [Fact]
    public void Blocks_FindsThePassage_WhicheverWayTheArticleWasCut()
    {
        // given an article cut after every eight sentences, and a passage of sentences 6 to 11 with other line breaks
        var blocks = Sentences.Chunk(8).Select((part, i) => Block.Create($"T{i}", string.Join(" ", part), 0)).ToList();
        var passage = string.Join("\n", Sentences[6..12]);

        var found = new PassageLocator(new MemoryBlockStore(blocks), [passage], [], CancellationToken.None).Blocks(passage);

        Assert.Equal([1, 2], found.Where(block => block.Share > 0.2).Select(block => block.Row));
        Assert.Equal([2], found.Where(block => block.HoldsMost).Select(block => block.Row));
    }

    [Fact]
    public void Row_IsThatOfTheBlockWithTheId()
    {
        var blocks = Sentences.Select(sentence => Block.Create("", sentence, 0)).ToList();

        var locator = new PassageLocator(new MemoryBlockStore(blocks), [], [blocks[4].Id, "unknown"], CancellationToken.None);

        Assert.Equal(5, locator.Row(blocks[4].Id));
        Assert.Null(locator.Row("unknown"));
    }

    [Fact]
    public void Blocks_AreNone_WhenThePassageIsNotInTheCorpus()
    {
        var blocks = Sentences.Select(sentence => Block.Create("", sentence, 0)).ToList();
        const string Passage = "Somebody else wrote these words about a harbour.";

        Assert.Empty(new PassageLocator(new MemoryBlockStore(blocks), [Passage], [], CancellationToken.None).Blocks(Passage));
    }
}
