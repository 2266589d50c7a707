using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.PreTraining.Adaptation;

namespace RealmWeb.Engine.Tests.PreTraining.Adaptation;

public sealed class ShareMeasurementTests
{
    private static readonly ShareMeasurement Start = new(0, 0.50, 0.6, 0, 0, 0);

    [Fact]
    public void Choose_TakesWhatRisesMostSurely_AmongThoseThatAreSure()
    {
        ShareMeasurement sure = new(0.5, 0.53, 0.6, 0.03, 0.01, 0.05) { RiseLow = 0.01 }, surer = new(0.25, 0.52, 0.6, 0.02, 0.015, 0.03) { RiseLow = 0.02 };
        ShareMeasurement lucky = new(1, 0.54, 0.6, 0.04, -0.01, 0.09) { RiseLow = -0.02 }, worse = new(0.75, 0.49, 0.6, -0.01, -0.03, 0.01) { RiseLow = 0.03 };

        Assert.Equal(surer, ShareMeasurement.Choose([Start, surer, sure, worse, lucky]));
    }

    [Fact]
    public void Choose_PassesOverWhatTheMixtureSurelyLosesBy()
    {
        ShareMeasurement most = new(0.5, 0.53, 0.6, 0.03, 0.01, 0.05) { Mixture = new(0.5, 0.58, 0.7, -0.02, -0.04, -0.001) };
        ShareMeasurement less = new(0.25, 0.52, 0.6, 0.02, 0.01, 0.04) { Mixture = new(0.25, 0.59, 0.7, -0.01, -0.02, 0.001) };

        Assert.Equal(less, ShareMeasurement.Choose([Start, less, most]));
    }

    [Fact]
    public void Choose_KeepsTheStart_WhereEveryIntervalHoldsZero() =>
        Assert.Equal(Start, ShareMeasurement.Choose([Start, new(0.25, 0.51, 0.6, 0.01, -0.002, 0.024), new(0.5, 0.48, 0.6, -0.02, -0.04, -0.01)]));

    [Fact]
    public void Choose_KeepsAGain_WhereRightPassagesSurelyRise()
    {
        // given questions whose passage rises a little everywhere, and into the first ten of a few alone
        int?[] before = [1, 12, 40, 30, 80, null, 22, 14, 60, 3], after = [1, 9, 31, 22, 55, 70, 15, 12, 41, 3];

        var risen = ShareMeasurement.Of(0.5, [.. before.Select(Outcome)], [.. after.Select(Outcome)], seed: 1);
        var fallen = ShareMeasurement.Of(1, [.. after.Select(Outcome)], [.. before.Select(Outcome)], seed: 1);

        Assert.True(risen is { Difference: > 0, Low: <= 0, RiseLow: > 0 }, risen.ToString());
        Assert.Equal(risen, ShareMeasurement.Choose([Start, risen, fallen]));
        Assert.Equal(Start, ShareMeasurement.Choose([Start, fallen, risen with { Difference = 0 }]));
    }

    private static QuestionOutcome Outcome(int? rank) => new("q", "Who?", ["Ada"], null, false, 0, 0, 0, 0, rank);

    [Fact]
    public void Mixture_IsTheBetterOfBothWeights()
    {
        ShareMeasurement balanced = new(0.5, 0.60, 0.7, 0.01, 0, 0.02), whole = balanced with { Gain = 0.61 };

        var measured = Start.WithBetter(balanced, MixtureCarry.Balanced);

        Assert.Equal((balanced, MixtureCarry.Balanced), (measured.Mixture, measured.Carry));
        Assert.Equal((whole, MixtureCarry.Whole), (measured.WithBetter(whole, MixtureCarry.Whole).Mixture, measured.WithBetter(whole, MixtureCarry.Whole).Carry));
        Assert.Same(measured, measured.WithBetter(balanced, MixtureCarry.Whole));
    }
}
