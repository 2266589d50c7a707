using RealmWeb.Engine.PreTraining.Adaptation;
using RealmWeb.Jobs.Commands;

namespace RealmWeb.Jobs.Tests.Training;

public sealed class AdaptingResultTests
{
    [Fact]
    public void Figures_SayWhatWasKeptAndWhatItIsWorth_BesideTheLastStepsMetrics()
    {
        var result = Result(
            0.5, new ShareMeasurement(0, 0.1, 0.2, 0, 0, 0), new ShareMeasurement(0.5, 0.4, 0.6, 0.3, 0.1, 0.5), new ShareMeasurement(1, 0, 0, 0, 0, 0));

        var figures = result.Figures();

        Assert.Equal((1.5, 0.5), (figures["loss"], figures["keptShare"]));
        Assert.Equal((0.2, 0.6), (figures["labelledRecallAt5Before"], figures["labelledRecallAt5"]));
        Assert.Equal((30.0, 10.0, 50.0), (figures["labelledGain"], figures["labelledGainLow"], figures["labelledGainHigh"]));
    }

    [Fact]
    public void Figures_HaveNoGain_WhereNoQuestionsSaidIt() => Assert.Equal(["loss", "keptShare"], Result(0.5).Figures().Keys);

    [Fact]
    public void Figures_HaveTheRecallThatTheFirstRoundBeganWith()
    {
        var result = Result(0.5) with
        {
            Rounds = [new(10, 5, 0.1) { HeldOutRecallAt5Before = 0.2, HeldOutRecallAt5 = 0.3 }, new(10, 5, 0.1) { HeldOutRecallAt5Before = 0.3 }],
        };

        Assert.Equal(0.2, result.Figures()["heldOutRecallAt5Before"]);
    }

    private static AdaptingResult Result(double share, params ShareMeasurement[] measurements) =>
        new("adapted", 10, 1, 1, new Dictionary<string, double> { ["loss"] = 1.5 }, [], share, measurements.Length, measurements);
}
