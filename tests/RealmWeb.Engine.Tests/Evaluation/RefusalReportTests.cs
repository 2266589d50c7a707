using RealmWeb.Engine.Evaluation;

namespace RealmWeb.Engine.Tests.Evaluation;

public sealed class RefusalReportTests
{
    // Twenty questions with an answer: 0.05, 0.10, … 1.00.
    private static readonly double[] Answerable = [.. Enumerable.Range(1, 20).Select(i => i / 20.0)];

    [Fact]
    public void Auc_CountsPairsInTheRightOrder_AndTiesHalf()
    {
        var report = RefusalReport.Of([0.1, 0.2, 0.3, 0.4], [0.5, 0.3])!;

        // 0.5 is above all four; 0.3 above two, level with one: 4 + 2.5 of 8 pairs.
        Assert.Equal(100 * 6.5 / 8, report.Auc, 9);
        Assert.Equal(2, report.Unanswerable);
    }

    [Fact]
    public void RecognisedAt_TakesTheLowestThresholdThatTheAnswerableAllow()
    {
        var report = RefusalReport.Of(Answerable, [0.84, 0.86, 0.92, 0.97])!;

        // 5 % of 20 is one question: what is above 0.95 is refused; 15 % are three: above 0.85.
        Assert.Equal(25, report.RecognisedAt[5], 9);
        Assert.Equal(75, report.RecognisedAt[15], 9);
    }

    [Fact]
    public void Of_HasNothingToReport_WhereOneKindIsMissing()
    {
        Assert.Null(RefusalReport.Of(Answerable, []));
        Assert.Null(RefusalReport.Of([], Answerable));
    }
}
