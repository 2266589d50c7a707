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
        Assert.Equal(100 * (1 + 1.0 / 3 + 1.0 / 20) / 4, report.MeanReciprocalRank, 1e-9);
        // of two refusals one was right, of two unanswerable questions one was refused
        Assert.Equal(new NoAnswerQuality(50, 50, 50), report.NoAnswer);
    }

    [Fact]
    public void Of_KeepsTheKindsOfRecallApart()
    {
        // given an answer that occurs early in a foreign passage, and a question of which only the passage is known
        var elsewhere = Outcome(true, false, 1, 1, 30) with { AnswerRank = 2, PassageRank = 30, HasPassage = true, ReaderOracle = true };
        var passageOnly = Outcome(false, true, 0, 0, 4) with { PassageOnly = true, HasPassage = true, PassageRank = 4 };

        var report = EvaluationReport.Of([elsewhere, passageOnly]);

        Assert.Equal((0, 50, 50, 100), (report.RecallAt[1], report.RecallAt[5], report.RecallAt[20], report.RecallAt[100]));
        Assert.Equal((0, 100), (report.RecallByAnswerAt[1], report.RecallByAnswerAt[5]));
        Assert.Equal((50, 100), (report.RecallByPassageAt![20], report.RecallByPassageAt[100]));
        Assert.Equal((1, 100.0), (report.Answerable, report.ReaderOracle));
        // and a refusal there is neither right nor wrong
        Assert.Null(report.NoAnswer);
    }

    [Fact]
    public void Of_MeasuresByDocument_OverTheQuestionsThatJudgeSome()
    {
        var report = EvaluationReport.Of(
        [
            Outcome(false, true, 0, 0, 7) with { PassageOnly = true, DocumentRank = 5, Ndcg = 0.25 },
            Outcome(false, true, 0, 0, null) with { PassageOnly = true, Ndcg = 0 }, Outcome(true, true, 0, 0, 1),
        ]);

        Assert.Equal((0, 50, 12.5), (report.RecallByDocumentAt![1], report.RecallByDocumentAt[5], report.NdcgAt10));
        var without = EvaluationReport.Of([Outcome(true, true, 0, 0, 1)]);
        Assert.Equal((null, null), (without.RecallByDocumentAt, without.NdcgAt10));
    }

    [Fact]
    public void Of_CountsAPatternAsAnAnswer()
    {
        var report = EvaluationReport.Of([Outcome(false, false, 1, 1, 1) with { AnswerRegex = "Ad.", ExactMatchOrqa = 1 }]);

        Assert.Equal((1, 100.0, 100.0), (report.Answerable, report.ExactMatch, report.ExactMatchOrqa));
        Assert.Null(report.NoAnswer);
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
