using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.PreTraining.Adaptation;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.PreTraining.Adaptation;

public sealed class RetrievableSpansTests
{
    private static readonly IReadOnlyList<StoredBlock> Corpus =
    [
        Stored(1, 1, "The dam at Orne Falls was built by Ada Quist in the year of the flood."),
        Stored(2, 1, "Ada Quist took grain."),
        Stored(3, 2, "ADA\nQUIST drew every sluice of the valley with her own hand."),
        Stored(4, 3, "Nobody knows who drew the mill of Adalbert Quist."),
        Stored(5, 4, "The grain of that year was sold abroad."),
    ];

    [Fact]
    public void Holders_AreFoundByWholeWords_WhateverTheirCase()
    {
        var holders = new SpanHolders(["Ada Quist", "grain", "Quist", "of"], Corpus, mostDocuments: 2, CancellationToken.None);

        Assert.Equal([0, 1, 2], holders.Of("ada quist"));
        Assert.Equal([1, 4], holders.Of("grain"));
        // In three documents each, which is too many.
        Assert.Empty(holders.Of("Quist"));
        Assert.Empty(holders.Of("of"));
    }

    [Fact]
    public void Find_HidesOnlyWhatOtherDocumentsHold()
    {
        var options = new AdaptationOptions { Sentences = 50, MostDocuments = 3 };

        var found = RetrievableSpans.Find(Corpus, new Names(), options, round: 0, CancellationToken.None);

        Assert.NotEmpty(found);
        Assert.All(found, span => Assert.All(span.Holders, holder => Assert.NotEqual(Corpus[span.Source].DocumentId, Corpus[holder].DocumentId)));
        var dam = found.Single(span => span.Sentence.StartsWith("The dam", StringComparison.Ordinal));
        Assert.Contains(dam.Answer, new[] { "Ada Quist", "year" });
        // The second sentence has four words, which ask for nothing.
        Assert.DoesNotContain(found, span => span.Source == 1);
    }

    [Fact]
    public void Find_IsTheSameForOneSeed_AndAnotherForEachRound()
    {
        var options = new AdaptationOptions { Sentences = 2 };

        var first = RetrievableSpans.Find(Corpus, new Names(), options, 0, CancellationToken.None);
        var again = RetrievableSpans.Find(Corpus, new Names(), options, 0, CancellationToken.None);
        var rounds = Enumerable.Range(0, 8).Select(round => string.Join('|', Sentences(RetrievableSpans.Find(Corpus, new Names(), options, round, default))));

        Assert.Equal(Sentences(first), Sentences(again));
        Assert.True(rounds.Distinct().Count() > 1);
    }

    [Fact]
    public void TimesPerDocument_TellsWhatDocumentsAreAbout()
    {
        StoredBlock[] corpus =
        [
            Stored(1, 1, "The sluice was repaired. The sluice held, and the next sluice too."), Stored(2, 1, "A sluice is a gate."),
            Stored(3, 2, "Every sluice of the valley was repaired."),
        ];

        var holders = new SpanHolders(["sluice", "repaired", "the sluice", "weir"], corpus, mostDocuments: 5, CancellationToken.None);

        Assert.Equal(2.5, holders.TimesPerDocument("Sluice"));
        Assert.Equal(1, holders.TimesPerDocument("repaired"));
        Assert.Equal(2, holders.TimesPerDocument("the sluice"));
        Assert.Equal(0, holders.TimesPerDocument("weir"));
        Assert.Equal([0, 1, 2], holders.Of("sluice"));
    }

    [Fact]
    public void Find_PrefersWhatRecurs()
    {
        StoredBlock[] corpus =
        [
            Stored(1, 1, "Before winter the keeper repaired another sluice with timber."), Stored(2, 2, "A sluice needs care. No sluice lasts. The sluice is old."),
            Stored(3, 3, "Before winter the keeper repaired another roof with timber."),
        ];
        var options = new AdaptationOptions { Sentences = 1 };

        double HidesSluice(bool recurring) => Enumerable.Range(0, 40)
            .SelectMany(round => RetrievableSpans.Find([.. corpus], new Names(), options with { Recurring = recurring }, round, default))
            .Where(span => span.Source == 0).Average(span => span.Answer == "sluice" ? 1.0 : 0);

        // Other words of the sentence, and runs of them, stand in the third document too.
        Assert.InRange(HidesSluice(recurring: false), 0, 0.5);
        Assert.InRange(HidesSluice(recurring: true), 0.9, 1);
    }

    [Fact]
    public void Question_PutsWhatInThePlaceOfTheSpan()
    {
        var span = new RetrievableSpan(0, "The dam was built by Ada Quist in 1820.", new TextSpan(21, 30), []);

        Assert.Equal("Ada Quist", span.Answer);
        Assert.Equal("The dam was built by what in 1820?", span.Question);
    }

    private static IEnumerable<string> Sentences(IReadOnlyList<RetrievableSpan> spans) => spans.Select(span => $"{span.Sentence}: {span.Answer}");

    private static StoredBlock Stored(long row, long document, string text) => new(row, Block.Create($"Document {document}", text, 0), document);

    private sealed class Names : ISalientSpanTagger
    {
        public IReadOnlyList<TextSpan> Tag(string sentence) =>
            sentence.IndexOf("Ada Quist", StringComparison.Ordinal) is >= 0 and var at ? [new TextSpan(at, at + "Ada Quist".Length)] : [];
    }
}
