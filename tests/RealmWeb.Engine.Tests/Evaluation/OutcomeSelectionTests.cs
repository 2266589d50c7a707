using RealmWeb.Engine.Evaluation;

namespace RealmWeb.Engine.Tests.Evaluation;

public sealed class OutcomeSelectionTests
{
    private static readonly ReadPassage Passage = new("b", 1, "Pioneers", "Ada was first.", 0, 0, 3, 1, 0.5);

    private static readonly QuestionOutcome Right = new("1", "Who was first?", ["Ada"], "Ada", false, 0.1, 0.9, 1, 1, 1) { Evidence = [Passage] };

    private static readonly Dictionary<string, QuestionOutcome> Outcomes = new()
    {
        ["right"] = Right,
        ["wrong"] = Right with { Prediction = "Grace", ExactMatch = 0, F1 = 0, Confidence = 0.2 },
        ["wrong, found too late"] = Right with { Prediction = "Grace", ExactMatch = 0, Confidence = 0.2, GoldRank = 2 },
        ["refused"] = Right with { NoAnswer = true, Confidence = 0.1 },
        ["rightly refused"] = Right with { Answers = [], NoAnswer = true, ExactMatch = 0, GoldRank = null, Confidence = 0 },
        ["passage known alone"] = Right with { Answers = [], ExactMatch = 0, PassageOnly = true, Confidence = 1 },
        ["never found, passages not kept"] = Right with { Prediction = "Mary", ExactMatch = 0, GoldRank = null, Evidence = null, Confidence = 0.3 },
    };

    [Theory]
    [InlineData(OutcomeKind.Right, "right; rightly refused")]
    [InlineData(OutcomeKind.Wrong, "wrong; wrong, found too late; never found, passages not kept")]
    [InlineData(OutcomeKind.Refused, "refused; rightly refused")]
    [InlineData(OutcomeKind.Missed, "wrong, found too late; never found, passages not kept")]
    public void Kinds_SayHowAQuestionWent(OutcomeKind kind, string expected) => Assert.Equal(expected, Taken(new OutcomeSelection(kind)));

    [Theory]
    [InlineData(0.1, 0.3, "wrong; wrong, found too late; refused")]
    [InlineData(0.9, 1, "right; passage known alone")]
    public void Range_HoldsItsStart_AndItsEndOnlyWhereItIsOne(double from, double to, string expected) =>
        Assert.Equal(expected, Taken(new OutcomeSelection(From: from, To: to)));

    [Theory]
    [InlineData("grace FIRST", "wrong; wrong, found too late")]
    [InlineData("mary", "never found, passages not kept")]
    [InlineData("nobody", "")]
    public void Words_StandInQuestionOrAnswers_AllOfThem(string words, string expected) => Assert.Equal(expected, Taken(new OutcomeSelection(Words: words)));

    [Fact]
    public void Words_OfAnAnswerThatWasNotGiven_AreNotSearched() =>
        Assert.False(new OutcomeSelection(Words: "Grace").Takes(Right with { Prediction = "Grace", NoAnswer = true }));

    private static string Taken(OutcomeSelection selection) =>
        string.Join("; ", Outcomes.Where(outcome => selection.Takes(outcome.Value)).Select(outcome => outcome.Key));
}
