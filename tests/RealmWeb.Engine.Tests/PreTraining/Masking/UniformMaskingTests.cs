using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.PreTraining.Masking;

public sealed class UniformMaskingTests
{
    private static readonly Vocabulary Vocabulary = MaskingVocabulary.Value;
    private static readonly List<Piece> Hundred = MaskingVocabulary.Words([.. Enumerable.Repeat(2, 50)]);

    [Fact]
    public void Mask_HidesEightReplacesOneAndKeepsOneOfTen()
    {
        var masking = new UniformMasking(Vocabulary);
        var random = new Random(1);
        int hidden = 0, replaced = 0, kept = 0;
        for (var round = 0; round < 300; round++)
        {
            var masked = masking.Mask("", Hundred, random)!;

            Assert.Equal(15, masked.Targets.Count);
            AssertTargetsAreWhatStoodThere(Hundred, masked);
            foreach (var (position, piece) in masked.Targets)
            {
                hidden += masked.Ids[position] == Vocabulary.MaskId ? 1 : 0;
                kept += masked.Ids[position] == piece ? 1 : 0;
                replaced += masked.Ids[position] != Vocabulary.MaskId && masked.Ids[position] != piece ? 1 : 0;
            }
            var targets = masked.Targets.Select(target => target.Position).ToHashSet();
            Assert.All(Enumerable.Range(0, 100).Where(i => !targets.Contains(i)), i => Assert.Equal(Hundred[i].Id, masked.Ids[i]));
        }
        Assert.InRange(hidden, 0.77 * 4500, 0.83 * 4500);
        Assert.InRange(replaced, 0.08 * 4500, 0.12 * 4500);
        Assert.InRange(kept, 0.08 * 4500, 0.12 * 4500);
    }

    [Theory]
    [InlineData(0.15, 1, 1)]
    [InlineData(0.15, 20, 3)]
    [InlineData(0.15, 21, 4)]
    [InlineData(0.1, 30, 3)]
    [InlineData(0.5, 7, 4)]
    [InlineData(1.0, 9, 9)]
    public void Mask_PredictsTheShareRoundedUp(double probability, int pieces, int expected)
    {
        var masking = new UniformMasking(Vocabulary, new MaskingOptions { Probability = probability });

        Assert.Equal(expected, masking.Mask("", MaskingVocabulary.Words(pieces), new Random(3))!.Targets.Count);
    }

    [Fact]
    public void Mask_LeavesAloneWhatIsNeverMasked_AndCountsWithoutIt()
    {
        // given 20 pieces of which ten are [SEP], [UNK] or an id that the settings name
        var never = MaskingVocabulary.Id("the");
        List<Piece> pieces =
            [.. Enumerable.Range(0, 20)
            .Select(i => new Piece(
            i % 2 == 0 ? MaskingVocabulary.Id("born") : i % 3 == 0 ? Vocabulary.SepId : i % 3 == 1 ? Vocabulary.UnknownId : never, i, i + 1, i))];
        var masking = new UniformMasking(Vocabulary, new MaskingOptions { Probability = 0.3, NeverMasked = [never] });

        for (var seed = 0; seed < 100; seed++)
        {
            var masked = masking.Mask("", pieces, new Random(seed))!;

            // then three of the other ten are predicted
            Assert.Equal(3, masked.Targets.Count);
            Assert.All(masked.Targets, target => Assert.Equal(MaskingVocabulary.Id("born"), target.Piece));
        }
        Assert.Null(masking.Mask("", [.. pieces.Where(piece => piece.Id != MaskingVocabulary.Id("born"))], new Random(1)));
        Assert.Null(masking.Mask("", [], new Random(1)));
    }

    [Fact]
    public void Mask_NeverDrawsIgnoredOrSpecialIds()
    {
        // given settings that leave three pieces to draw
        int[] left = [MaskingVocabulary.Id("was"), MaskingVocabulary.Id("born"), MaskingVocabulary.Id("in")];
        var masking = new UniformMasking(Vocabulary, new MaskingOptions
        {
            Probability = 1, ReplaceProbability = 0, RandomProbability = 1,
            NeverMasked = [MaskingVocabulary.Id("the")], NeverDrawn = [.. Enumerable.Range(0, Vocabulary.Count).Except(left)],
        });

        var masked = masking.Mask("", Hundred, new Random(1))!;

        var maskable = Hundred.Count(piece => piece.Id != MaskingVocabulary.Id("the"));
        Assert.Equal(maskable, masked.Targets.Count);
        Assert.All(masked.Targets, target => Assert.Contains(masked.Ids[target.Position], left));
        Assert.Equal(3, masked.Targets.Select(target => masked.Ids[target.Position]).Distinct().Count());
    }

    [Fact]
    public void Mask_PutsNoiseWhereNothingIsPredicted_WhereRandomEverywhereIsSet()
    {
        var masking = new UniformMasking(
            Vocabulary, new MaskingOptions { Probability = 0.1, ReplaceProbability = 0.5, RandomProbability = 0.5, RandomEverywhere = true });
        var noisy = 0;
        for (var seed = 0; seed < 50; seed++)
        {
            var masked = masking.Mask("", Hundred, new Random(seed))!;

            Assert.Equal(10, masked.Targets.Count);
            var targets = masked.Targets.Select(target => target.Position).ToHashSet();
            var elsewhere = Enumerable.Range(0, 100).Where(i => !targets.Contains(i)).ToList();
            Assert.All(elsewhere, i => Assert.NotEqual(Vocabulary.MaskId, masked.Ids[i]));
            noisy += elsewhere.Count(i => masked.Ids[i] != Hundred[i].Id);
        }
        // Half of 90, less the draws that hit the piece itself.
        Assert.InRange(noisy, 50 * 40, 50 * 50);
    }

    [Fact]
    public void Mask_NeverSplitsWords_WhereWholeWordsAreChosen()
    {
        // given 40 pieces in words of 1 to 4
        var pieces = MaskingVocabulary.Words(1, 4, 2, 3, 4, 1, 2, 3, 4, 1, 1, 4, 2, 3, 4, 1);
        var masking = new UniformMasking(Vocabulary, new MaskingOptions { WholeWords = true });

        for (var seed = 0; seed < 200; seed++)
        {
            var masked = masking.Mask("", pieces, new Random(seed))!;

            // then six are predicted: the ones leave room for every rest
            Assert.Equal(6, masked.Targets.Count);
            var targets = masked.Targets.Select(target => target.Position).ToHashSet();
            foreach (var word in Enumerable.Range(0, pieces.Count).GroupBy(i => pieces[i].Word))
                Assert.Single(word.Select(targets.Contains).Distinct());
        }
    }

    [Fact]
    public void Mask_TakesOneWord_WhereEachIsLongerThanTheBudget()
    {
        var masking = new UniformMasking(Vocabulary, new MaskingOptions { WholeWords = true });

        Assert.Equal(7, masking.Mask("", MaskingVocabulary.Words(7, 7), new Random(1))!.Targets.Count);
    }

    [Fact]
    public void Mask_DependsOnTheSeedAlone()
    {
        var masking = new UniformMasking(Vocabulary);

        Assert.Equal(masking.Mask("", Hundred, new Random(5))!.Ids, masking.Mask("", Hundred, new Random(5))!.Ids);
        Assert.NotEqual(masking.Mask("", Hundred, new Random(5))!.Ids, masking.Mask("", Hundred, new Random(6))!.Ids);
    }

    [Fact]
    public void Constructor_Refuses_WhatSettingsCannotMean()
    {
        Assert.Contains("Probability",
            Assert.Throws<ValidationException>(() => new UniformMasking(Vocabulary, new MaskingOptions { Probability = 1.5 })).Message,
            StringComparison.Ordinal);
        Assert.Throws<ValidationException>(() => new UniformMasking(Vocabulary, new MaskingOptions { Probability = double.NaN }));
        Assert.Contains("at most 1",
            Assert.Throws<ValidationException>(
            () => new UniformMasking(Vocabulary, new MaskingOptions { ReplaceProbability = 0.9, RandomProbability = 0.2 })).Message, StringComparison.Ordinal);
        Assert.Contains("-3",
            Assert.Throws<ArgumentOutOfRangeException>(() => new UniformMasking(Vocabulary, new MaskingOptions { NeverMasked = [-3] })).Message,
            StringComparison.Ordinal);
        Assert.Contains("neverDrawn",
            Assert.Throws<ArgumentException>(
            () => new UniformMasking(Vocabulary, new MaskingOptions { NeverDrawn = [.. Enumerable.Range(0, Vocabulary.Count)] })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Options_AreReadFromJson()
    {
        var options = JsonSerializer.Deserialize<MaskingOptions>("""{"probability":0.2,"wholeWords":true,"neverMasked":[7,9]}""", JsonSerializerOptions.Web)!;

        Assert.Equal((0.2, true, 0.8), (options.Probability, options.WholeWords, options.ReplaceProbability));
        Assert.Equal([7, 9], options.NeverMasked);
    }

    private static void AssertTargetsAreWhatStoodThere(IReadOnlyList<Piece> pieces, MaskedPieces masked)
    {
        Assert.Equal(masked.Targets.Select(target => target.Position).Distinct().Order(), masked.Targets.Select(target => target.Position));
        Assert.All(masked.Targets, target => Assert.Equal(pieces[target.Position].Id, target.Piece));
    }
}
