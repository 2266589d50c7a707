using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.Tests.Training;

public sealed class TrainingMeterTests
{
    [Fact]
    public void Average_IsThePlainMeanOfTheFirstFifty_AndThenForgetsSlowly()
    {
        var meter = new TrainingMeter(TimeProvider.System);
        for (var value = 1; value <= 50; value++)
            meter.Average("loss", value);
        Assert.Equal(25.5, meter.Metrics()["loss"], 1e-9);

        meter.Average("loss", 75.5);

        Assert.Equal(0.98 * 25.5 + 0.02 * 75.5, meter.Metrics()["loss"], 1e-9);
    }

    [Fact]
    public void Average_GoesOnWhereTheRunWasKilled()
    {
        var (whole, first) = (new TrainingMeter(TimeProvider.System), new TrainingMeter(TimeProvider.System));
        for (var value = 0; value < 70; value++)
        {
            whole.Average("loss", value * value);
            if (value < 20)
                first.Average("loss", value * value);
        }

        var resumed = new TrainingMeter(TimeProvider.System, first.State);
        for (var value = 20; value < 70; value++)
            resumed.Average("loss", value * value);

        Assert.Equal(whole.Metrics()["loss"], resumed.Metrics()["loss"]);
        // A checkpoint of a version that did not count goes on as that version did.
        var former = new TrainingMeter(TimeProvider.System, first.State with { Values = null });
        var before = former.Metrics()["loss"];
        former.Average("loss", 7);
        Assert.Equal(0.98 * before + 0.02 * 7, former.Metrics()["loss"], 1e-9);
    }
}
