using System.ComponentModel.DataAnnotations;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.PreTraining.Masking;

public sealed class RandomSpanMaskingTests
{
    private static readonly Vocabulary Vocabulary = MaskingVocabulary.Value;

    [Fact]
    public void Mask_UsesTheBudgetInWholeWords_AllHidden()
    {
        // given 100 pieces with many words of one piece, so that every rest fits
        var pieces = MaskingVocabulary.Words([.. Enumerable.Range(0, 50).Select(i => i % 2 == 0 ? 1 : 3)]);
        var masking = new RandomSpanMasking(Vocabulary);

        for (var seed = 0; seed < 200; seed++)
        {
            var masked = masking.Mask("", pieces, new Random(seed))!;

            Assert.Equal(15, masked.Targets.Count);
            AssertWholeWordsHidden(pieces, masked);
        }
    }

    [Fact]
    public void Mask_HidesExactlyOneRun_WhereASingleSpanIsAsked()
    {
        var pieces = MaskingVocabulary.Words([.. Enumerable.Repeat(1, 40)]);
        var masking = new RandomSpanMasking(Vocabulary, new RandomSpanOptions { SingleSpan = true });
        var lengths = new List<int>();
        for (var seed = 0; seed < 4000; seed++)
        {
            var masked = masking.Mask("", pieces, new Random(seed))!;

            var positions = masked.Targets.Select(target => target.Position).ToList();
            Assert.Equal(Enumerable.Range(positions[0], positions.Count), positions);
            AssertWholeWordsHidden(pieces, masked);
            if (positions[0] <= 30)
                lengths.Add(positions.Count);
        }
        // SpanBERT states 3.8 words on average; one in 0.2 / (1 - 0.8^10) has a single one.
        Assert.InRange(lengths.Average(), 3.65, 3.95);
        Assert.Equal(10, lengths.Max());
        Assert.InRange(lengths.Count(length => length == 1) / (double)lengths.Count, 0.20, 0.25);
    }

    [Fact]
    public void Mask_PredictsAtMostMaxMasks_ButHidesTheWholeSpan()
    {
        var pieces = MaskingVocabulary.Words(25);
        var masking = new RandomSpanMasking(Vocabulary, new RandomSpanOptions { SingleSpan = true, MaxMasks = 4 });

        var masked = masking.Mask("", pieces, new Random(1))!;

        Assert.Equal([0, 1, 2, 3], masked.Targets.Select(target => target.Position));
        Assert.All(masked.Ids, id => Assert.Equal(Vocabulary.MaskId, id));
    }

    [Fact]
    public void Mask_GoesAroundSpecialPieces()
    {
        List<Piece> pieces = [new(Vocabulary.UnknownId, 0, 1, 0), new(10, 1, 2, 1), new(Vocabulary.UnknownId, 2, 3, 2), new(11, 3, 4, 3), new(12, 4, 5, 3)];
        var masking = new RandomSpanMasking(Vocabulary, new RandomSpanOptions { Probability = 1, Geometric = 0.01 });

        var masked = masking.Mask("", pieces, new Random(1))!;

        Assert.Equal([1, 3, 4], masked.Targets.Select(target => target.Position));
        Assert.Null(masking.Mask("", [pieces[0]], new Random(1)));
    }

    [Fact]
    public void Mask_DependsOnTheSeedAlone()
    {
        var pieces = MaskingVocabulary.Words([.. Enumerable.Repeat(2, 40)]);
        var masking = new RandomSpanMasking(Vocabulary);

        Assert.Equal(masking.Mask("", pieces, new Random(5))!.Ids, masking.Mask("", pieces, new Random(5))!.Ids);
        Assert.NotEqual(masking.Mask("", pieces, new Random(5))!.Ids, masking.Mask("", pieces, new Random(6))!.Ids);
    }

    [Fact]
    public void Constructor_RefusesASpanOfNoWord() =>
        Assert.Contains("LongestSpan",
            Assert.Throws<ValidationException>(() => new RandomSpanMasking(Vocabulary, new RandomSpanOptions { LongestSpan = 0 })).Message,
            StringComparison.Ordinal);

    private static void AssertWholeWordsHidden(List<Piece> pieces, MaskedPieces masked)
    {
        var targets = masked.Targets.ToDictionary(target => target.Position, target => target.Piece);
        for (var i = 0; i < pieces.Count; i++)
        {
            Assert.Equal(targets.ContainsKey(i) ? Vocabulary.MaskId : pieces[i].Id, masked.Ids[i]);
            Assert.True(!targets.TryGetValue(i, out var piece) || piece == pieces[i].Id);
            Assert.True(i == 0 || pieces[i].Word != pieces[i - 1].Word || targets.ContainsKey(i) == targets.ContainsKey(i - 1),
                $"Word {pieces[i].Word} is split.");
        }
    }
}
