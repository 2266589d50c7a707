using RealmWeb.Engine.Evaluation;

namespace RealmWeb.Engine.Tests.Evaluation;

/// <summary>Ten questions each, so that the resamples' quantiles are those of a binomial distribution and can be worked out by hand.</summary>
public sealed class GateTests
{
    private const string Set = "exam";

    // One of ten differs: the count of it in ten draws is binomial(10, 0.1), whose 2.5 % quantile is 0 (P(0) = 0.349) and whose 97.5 % quantile is
    // 3 (P(<= 2) = 0.930, P(<= 3) = 0.987).
    [Theory]
    [InlineData("em", 90.0, null, true)]
    [InlineData("em", 90.1, null, false)]
    [InlineData("em", null, 0.0, true)]
    [InlineData("f1", 80.0, 0.0, true)]
    public void Judge_MeasuresTheCandidate_WhenItFixesOneOfTen(string measure, double? bound, double? margin, bool holds)
    {
        var verdict = Judge(new GateRule(Set, measure, bound, margin), Answered(8), Answered(9)).Rules.Single();

        Assert.Equal((80, 90, 10, 0, 30), Rounded(verdict.Measured!));
        Assert.Equal(holds, verdict.Holds);
    }

    [Theory]
    [InlineData(30.0, true)]
    [InlineData(29.9, false)]
    public void Judge_AsksForTheWholeInterval_WhenTheCandidateBreaksOneOfTen(double margin, bool holds)
    {
        var report = Judge(new GateRule(Set, "em", null, margin), Answered(9), Answered(8));

        Assert.Equal((90, 80, -10, -30, 0), Rounded(report.Rules[0].Measured!));
        Assert.Equal((holds, holds), (report.Rules[0].Holds, report.IsGreen));
        Assert.Equal("8", Assert.Single(report.Sets.Single().Broke).Id);
    }

    // binomial(10, 0.2): the 2.5 % quantile is 0 (P(0) = 0.107), the 97.5 % quantile 5 (P(<= 4) = 0.967, P(<= 5) = 0.994).
    [Theory]
    [InlineData(20.0, null, true)]
    [InlineData(19.9, null, false)]
    [InlineData(null, 50.0, true)]
    [InlineData(null, 49.9, false)]
    public void Judge_TakesLessForBetter_WhenRefusalsAreCounted(double? bound, double? margin, bool holds)
    {
        IReadOnlyList<QuestionOutcome> candidate = [.. Answered(10).Select((outcome, i) => outcome with { NoAnswer = i < 2 })];

        var verdict = Judge(new GateRule(Set, "falseRefusals", bound, margin), Answered(10), candidate).Rules.Single();

        Assert.Equal((0, 20, 20, 0, 50), Rounded(verdict.Measured!));
        Assert.Equal(holds, verdict.Holds);
    }

    // Each answer takes 20 ms longer, so the median of whatever is drawn does.
    [Theory]
    [InlineData(120.0, null, true)]
    [InlineData(119.0, null, false)]
    [InlineData(null, 20.0, true)]
    [InlineData(null, 19.0, false)]
    public void Judge_ComparesMedians_WhenLatencyIsAsked(double? bound, double? margin, bool holds)
    {
        var verdict = Judge(new GateRule(Set, Measure.MedianLatency, bound, margin), Timed(100), Timed(120)).Rules.Single();

        Assert.Equal((100, 120, 20, 20, 20), Rounded(verdict.Measured!));
        Assert.Equal(holds, verdict.Holds);

        IReadOnlyList<QuestionOutcome> Timed(double milliseconds) => [.. Answered(10).Select(outcome => outcome with { Milliseconds = milliseconds })];
    }

    [Fact]
    public void Judge_TakesTheMiddleOfTwoAsTheMedian_WhenTheirNumberIsEven()
    {
        double[] times = [10, 20, 40, 1000];
        IReadOnlyList<QuestionOutcome> answered = [.. Answered(10).Take(4).Select((outcome, i) => outcome with { Milliseconds = times[i] })];

        Assert.Equal(30, Judge(new GateRule(Set, Measure.MedianLatency, 30, null), answered, answered).Rules.Single().Measured!.B);
    }

    [Theory]
    [InlineData(Set, "unanswerableRecognised", "No question of \"exam\" is measured by it.")]
    [InlineData(Set, "beauty", "There is no measure \"beauty\".")]
    [InlineData("other", "em", "\"other\" was not asked.")]
    public void Judge_IsRedAndSaysWhy_WhenNothingCanBeMeasured(string set, string measure, string reason)
    {
        var report = Judge(new GateRule(set, measure, 0, 0), Answered(10), Answered(10));

        Assert.Equal((false, reason), (report.IsGreen, report.Rules[0].Reason));
    }

    [Fact]
    public void Judge_IsNotGreen_WhenThereAreNoRules()
    {
        var report = Gate.Judge([], Evidence(Answered(8), Answered(10)));

        Assert.False(report.IsGreen);
        Assert.Equal(["8", "9"], report.Sets.Single().Fixed.Select(change => change.Id));
    }

    [Fact]
    public void Judge_NamesNumbersInTheReason()
    {
        var reasons = Judge(new GateRule(Set, "em", 95, null), Answered(8), Answered(9)).Rules
            .Concat(Judge(new GateRule(Set, "em", null, 5), Answered(9), Answered(8)).Rules).Select(rule => rule.Reason);

        Assert.Equal(
            [
                "The candidate has 90.0; at least 95.0 is wanted.",
                "It may be worse by 30.0 (95 % interval of the difference: -30.0 to 0.0); at most 5.0 is allowed.",
            ], reasons);
    }

    private static GateVerdict Judge(GateRule rule, IReadOnlyList<QuestionOutcome> production, IReadOnlyList<QuestionOutcome> candidate) =>
        Gate.Judge([rule], Evidence(production, candidate));

    private static Dictionary<string, GateEvidence> Evidence(IReadOnlyList<QuestionOutcome> production, IReadOnlyList<QuestionOutcome> candidate) =>
        new() { [Set] = new GateEvidence(production, candidate) };

    // The first so many of ten are right.
    private static IReadOnlyList<QuestionOutcome> Answered(int right) =>
    [
        .. Enumerable.Range(0, 10).Select(i =>
            new QuestionOutcome($"{i}", "Who?", ["Ada"], i < right ? "Ada" : "Grace", false, 0.1, 0.5, i < right ? 1 : 0, i < right ? 1 : 0, 1)),
    ];

    private static (double, double, double, double, double) Rounded(MeasureDifference measured) =>
        (Math.Round(measured.A, 6), Math.Round(measured.B, 6), Math.Round(measured.Difference, 6), Math.Round(measured.Low, 6), Math.Round(measured.High, 6));
}
