using RealmWeb.Engine.Evaluation;

namespace RealmWeb.Engine.Tests.Evaluation;

public sealed class EvaluationReportTests
{
    [Fact]
    public void Of_SumsUp()
    {
        // given a right answer, a half right one, a right one that was refused, a miss; two unanswerable questions of which one was recognised
        var report = EvaluationReport.Of(
        [
            Outcome(true, false, 1, 1, 1), Outcome(true, false, 0, 0.5, 3), Outcome(true, true, 1, 1, 20), Outcome(true, false, 0, 0, null),
            Outcome(false, true, 0, 0, null), Outcome(false, false, 0, 0, null),
        ]);

        Assert.Equal((6, 4), (report.Questions, report.Answerable));
        Assert.Equal((25, 37.5), (report.ExactMatch, report.F1));
        Assert.Equal((50, 62.5), (report.ForcedExactMatch, report.ForcedF1));
        Assert.Equal((25, 50, 75), (report.RecallAt[1], report.RecallAt[5], report.RecallAt[20]));
        Assert.Equal((50, 25), (report.UnanswerableRecognised, report.FalseRefusals));
    }

    [Fact]
    public void Of_HasNoRateOfWhatThereIsNot()
    {
        Assert.Null(EvaluationReport.Of([Outcome(true, false, 1, 1, 1)]).UnanswerableRecognised);
        var empty = EvaluationReport.Of([]);
        Assert.Equal((0, 0.0, 0.0), (empty.Questions, empty.ExactMatch, empty.FalseRefusals));
    }

    private static QuestionOutcome Outcome(bool answerable, bool refused, double exact, double f1, int? rank) =>
        new("q", "Who?", answerable ? ["Ada"] : [], "Ada", refused, 0.5, 0.5, exact, f1, rank);
}
