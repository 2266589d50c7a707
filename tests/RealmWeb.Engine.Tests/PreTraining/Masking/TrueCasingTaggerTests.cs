using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.PreTraining.Masking;

public sealed class TrueCasingTaggerTests
{
    // What a corpus would say about these words: which are written small where they may be.
    private static readonly string[] Texts =
    [
        "People often went there with new friends, old and new. The old bank of the river was high, and however high it was, the river rose. A university in "
            + "the north was large.",
        "She lived in New York, and he liked New York. They saw Velm and Velm again. It was the battle of the king. The food and the drug were new. Most met "
            + "Anna Kroll there.",
        "They were in Velm with Anna and with Kroll. It rained on most days, with rivers and cheese for all. It is a section of the republic, in the history "
            + "of the church and so on.",
    ];

    private static readonly TrueCasingTagger Tagger = TrueCasingTagger.Train([.. Texts, .. Texts]);

    [Theory]
    [InlineData("It was built by [Anna Kroll] in [Velm].")]
    [InlineData("However, [Velm] is old. However old it is.")]
    [InlineData("[Velm] is old.")]
    [InlineData("[New York] is large, and New friends came.")]
    [InlineData("New friends came to [New York].")]
    [InlineData("He left the [Bank of Velm] for the [Republic of the Congo].")]
    [InlineData("He met [Anna] of [Velm].")]
    [InlineData("The [Food and Drug Administration] met [Anna] and [Velm].")]
    [InlineData("She read [Ludwig van der Rohe] and [Simone de Beauvoir].")]
    [InlineData("[Velm]'s bank and [Anna]’s [Kroll].")]
    [InlineData("He met [J. R. R. Tolkien], Dr. [Kroll] and [George W. Bush] in [St. Louis].")]
    [InlineData("The [U.S. Navy] and [NASA] met [AT&T], [O'Brien] and [Jean-Claude].")]
    [InlineData("A [Velm]-based bank of [Brandt & Sons].")]
    [InlineData("I think that I'm in [Velm], and I've plan B.")]
    [InlineData("It was the Section there; it rained.")]
    [InlineData("They call it \"[Golden Bell]\".")]
    [InlineData("The history of the [Church of Velm]: However it rained.")]
    [InlineData("[Ål] and [Čapljina Šuk] rose.")]
    public void Tag_FindsNames(string marked) => SpanMarks.AssertTags(Tagger, marked);

    [Fact]
    public void Tag_JudgesEachWordOfAHeadingAlone()
    {
        SpanMarks.AssertTags(Tagger, "The History of [Velm]");
        SpanMarks.AssertTags(Tagger, "HISTORY OF [VELM]");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("1234 ... !!! ’s 's")]
    [InlineData("\ud83d\ude00 \u0301")]
    public void Tag_FindsNothing_WhereThereAreNoWords(string text) => Assert.Empty(Tagger.Tag(text));

    [Fact]
    public void Learn_CountsFreeCapitalsOnly()
    {
        // given a word that is large at heads of sentences and in a heading only, and one that is large inside
        var statistics = CasingStatistics.Learn(["Rain fell. Rain fell on Velm. It was rain, rain and snow in Velm.", "The Rain of Velm"]);

        Assert.Equal(0, statistics.NameShare("RAIN"));
        Assert.Equal(1, statistics.NameShare("velm"));
        Assert.Equal(-1, statistics.NameShare("unheard"));
        Assert.Equal([("Velm", 2, 0)], statistics.Commonest(5));
    }

    [Fact]
    public void Save_GivesBackTheSameTagger()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("casing.txt");

        Tagger.Save(path);
        var loaded = TrueCasingTagger.Load(path);

        Assert.Equal((Tagger.Statistics.Words, Tagger.Statistics.Pairs), (loaded.Statistics.Words, loaded.Statistics.Pairs));
        SpanMarks.AssertTags(loaded, "[New York] is larger than [Velm]. However, it rained.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("something else\nvelm\t1\t2\n")]
    [InlineData("realm-casing-1\nvelm\n")]
    [InlineData("realm-casing-1\nvelm\t1\tmany\n")]
    [InlineData("realm-casing-1\nvelm\t-1\t2\n")]
    [InlineData("realm-casing-1\nvelm\t99999999999\t2\n")]
    public void Load_Refuses_WhatIsNoTable(string content)
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("casing.txt");
        File.WriteAllText(path, content);

        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => TrueCasingTagger.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CombinedTag_KeepsTheLongestOfWhatOverlaps()
    {
        var combined = new CombinedTagger(new DateAndNumberTagger(), Tagger);

        SpanMarks.AssertTags(combined, "In [September 1642] the [Second Velm War] cost [two million] in [Velm].");
        Assert.Empty(combined.Tag("It rained."));
    }

    [Fact]
    public void CombinedTag_GivesSpansInOrderWithoutOverlap()
    {
        var combined = new CombinedTagger(Tagger, new Every(3), new Every(5), new DateAndNumberTagger());

        var spans = combined.Tag("It was built by Anna Kroll in Velm in 1837 and 1838, of New York.");

        for (var i = 1; i < spans.Count; i++)
            Assert.True(spans[i - 1].End <= spans[i].Start);
        Assert.Contains(new TextSpan(16, 26), spans);
        Assert.Contains(new TextSpan(56, 64), spans);
    }

    private sealed class Every(int width) : ISalientSpanTagger
    {
        public IReadOnlyList<TextSpan> Tag(string sentence) =>
            [.. Enumerable.Range(0, sentence.Length / width).Select(i => new TextSpan(i * width, (i + 1) * width))];
    }
}
