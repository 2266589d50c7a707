using RealmWeb.Engine.Evaluation;

namespace RealmWeb.Engine.Tests.Evaluation;

public sealed class MeasuredValueTests
{
    // Worked from (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n) with z = 1.96; at the ends z²/(n + z²).
    [Theory]
    [InlineData(8, 10, 0.4902, 0.9433)]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(10, 10, 0.7225, 1)]
    [InlineData(1, 1, 0.2065, 1)]
    [InlineData(0, 0, 0, 1)]
    public void Wilson_HasAWidth_AlsoWhereAllOrNoneAreRight(int right, int count, double low, double high)
    {
        var interval = Wilson.Interval(right, count);

        Assert.Equal((low, high), (Math.Round(interval.Low, 4), Math.Round(interval.High, 4)));
    }

    [Fact]
    public void Interval_IsWilsonsForAShare_AndTheBootstrapsForWhatIsNone()
    {
        QuestionOutcome[] outcomes = [Outcome(1, 1, 30), Outcome(1, 1, 10), Outcome(1, 1, 20), Outcome(0, 0.5, 90)];

        var (exact, overlap, time) = (Of("em", outcomes), Of("f1", outcomes), Of("p50Milliseconds", outcomes));

        Assert.Equal((4, 75.0, 30.06, 95.44), (exact.Questions, exact.Value, Math.Round(exact.Low, 2), Math.Round(exact.High, 2)));
        Assert.Equal(87.5, overlap.Value);
        Assert.InRange(overlap.Low, 50, 75);
        Assert.Equal(100, overlap.High);
        Assert.Equal((25.0, true), (time.Value, time.Low is >= 10 and <= 25 && time.High is >= 25 and <= 90));
        Assert.Null(Measure.Find("unanswerableRecognised")!.Interval(outcomes));
    }

    private static MeasuredValue Of(string measure, QuestionOutcome[] outcomes) => Measure.Find(measure)!.Interval(outcomes)!;

    private static QuestionOutcome Outcome(double exact, double f1, double milliseconds) =>
        new("1", "Who?", ["Ada"], "Ada", false, 0.1, 0.5, exact, f1, 1) { Milliseconds = milliseconds };
}
