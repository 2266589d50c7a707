using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Tests.Checkpoints;

namespace RealmWeb.Engine.Tests.Evaluation;

public sealed class ReportComparisonTests
{
    [Fact]
    public void Of_ListsWhatWasFixedAndWhatBroke()
    {
        // given one question fixed, one broken by a refusal, one the same, and one unanswerable that is answered no longer
        QuestionOutcome[] a = [Outcome("1", 0, rank: 7), Outcome("2", 1), Outcome("3", 1), Impossible("4", refused: false)];
        QuestionOutcome[] b = [Outcome("1", 1, rank: 1), Outcome("2", 1) with { NoAnswer = true }, Outcome("3", 1), Impossible("4", refused: true)];

        // when they are compared whatever the order
        var comparison = ReportComparison.Of(a, [.. b.Reverse()]);

        Assert.Equal(["1", "4"], comparison.Fixed.Select(change => change.Id));
        Assert.Equal("2", Assert.Single(comparison.Broke).Id);
        Assert.Equal(("Ada", (string?)null), (comparison.Broke[0].A, comparison.Broke[0].B));
        Assert.Equal((66.667, 66.667, 0.0), Of(comparison, "em"));
        Assert.Equal((66.667, 100.0, 33.333), Of(comparison, "recall@5"));
        Assert.Equal((0.0, 100.0, 100.0), Of(comparison, "unanswerableRecognised"));
        Assert.All(comparison.Measures, measure => Assert.InRange(measure.Difference, measure.Low - 1e-9, measure.High + 1e-9));
    }

    [Fact]
    public void Of_Refuses_WhenTheQuestionsDiffer()
    {
        QuestionOutcome[] a = [Outcome("1", 1), Outcome("2", 1)];

        Assert.Contains("in the first only", Assert.Throws<InvalidDataException>(() => ReportComparison.Of(a, [a[0]])).Message, StringComparison.Ordinal);
        Assert.Contains("in the second only", Assert.Throws<InvalidDataException>(() => ReportComparison.Of([a[0]], a)).Message, StringComparison.Ordinal);
        Assert.Contains("or its answers differ",
            Assert.Throws<InvalidDataException>(() => ReportComparison.Of(a, [a[0], a[1] with { Question = "Which?" }])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_PairsRepeatedIdsInOrder()
    {
        var comparison = ReportComparison.Of([Outcome("1", 0), Outcome("1", 1)], [Outcome("1", 1), Outcome("1", 0)]);

        Assert.Equal((2, 1, 1), (comparison.Questions, comparison.Fixed.Count, comparison.Broke.Count));
    }

    [Fact]
    public void Interval_CoversTheTruthAsOftenAsItSays()
    {
        // given many samples of differences of which a tenth are +1 and a twentieth -1: mean 0.05
        var covered = 0;
        const int Trials = 200;
        for (var trial = 0; trial < Trials; trial++)
        {
            var random = new Random(trial);
            double[] differences = [.. Enumerable.Range(0, 300).Select(_ => random.NextDouble() switch { < 0.10 => 1.0, < 0.15 => -1.0, _ => 0.0 })];

            var (low, high) = PairedBootstrap.Interval(differences, seed: 1, resamples: 400);

            covered += low <= 0.05 && 0.05 <= high ? 1 : 0;
        }

        // 95 % of 200 is 190; fewer than 180 or 200 of 200 would each happen less than once in a thousand times
        Assert.InRange(covered, 180, 199);
    }

    [Fact]
    public void Interval_IsTheSame_WhenTheSeedIs()
    {
        double[] differences = [1, 0, 0, -1, 1, 0, 1];

        Assert.Equal(PairedBootstrap.Interval(differences, 3), PairedBootstrap.Interval(differences, 3));
        Assert.Equal((0, 0), PairedBootstrap.Interval([], 3));
        Assert.Equal((1, 1), PairedBootstrap.Interval([1, 1], 3));
    }

    [Fact]
    public void OutcomeFile_GivesBackWhatItWasGiven()
    {
        using var folder = new TemporaryFolder();
        QuestionOutcome[] outcomes =
            [Outcome("\u00e91", 1, 3) with { AnswerRegex = "a|b", AnswerRank = 2, PassageRank = 3, HasPassage = true, ReaderOracle = true },
            Impossible("2", true)];

        OutcomeFile.Write(folder.At("a.jsonl"), outcomes);
        var read = OutcomeFile.Read(folder.At("a.jsonl"));

        Assert.Equivalent(outcomes, read, strict: true);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"id":"1","question":"Who?"}""")]
    [InlineData("""{"id":"1","question":"Who?","answers":["Ada"]}""")]
    [InlineData("""{"title":"Velm","text":"A town."}""")]
    [InlineData("null")]
    [InlineData("")]
    public void OutcomeFile_NamesTheLine_WhenItIsNoReport(string line)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("a.jsonl"), line + "\n");

        var message = Assert.Throws<InvalidDataException>(() => OutcomeFile.Read(folder.At("a.jsonl"))).Message;
        Assert.StartsWith($"{folder.At("a.jsonl")} is no report", message, StringComparison.Ordinal);
        Assert.EndsWith("`realm evaluate --per-question FILE` writes one.", message, StringComparison.Ordinal);
    }

    private static (double, double, double) Of(ReportComparison comparison, string measure) =>
        comparison.Measures.Where(item => item.Measure == measure)
            .Select(item => (Math.Round(item.A, 3), Math.Round(item.B, 3), Math.Round(item.Difference, 3))).Single();

    private static QuestionOutcome Outcome(string id, double exact, int? rank = 1) => new(id, "Who?", ["Ada"], "Ada", false, 0.1, 0.5, exact, exact, rank);

    private static QuestionOutcome Impossible(string id, bool refused) => new(id, "Who?", [], "Ada", refused, 0.9, 0.1, 0, 0, null);
}
