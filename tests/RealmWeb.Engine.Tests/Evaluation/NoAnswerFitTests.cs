using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Models;

namespace RealmWeb.Engine.Tests.Evaluation;

public sealed class NoAnswerFitTests
{
    [Theory]
    [InlineData(0, 0.9)]
    [InlineData(0.1, 0.9)]
    [InlineData(0.25, 0.7)]
    [InlineData(0.5, 0.4)]
    [InlineData(0.75, 0.2)]
    [InlineData(1, 0)]
    public void Threshold_RefusesAtMostTheShareGiven(double share, double expected)
    {
        // given four questions whose passage is read; unanswerable ones and one whose passage ranks too low do not count
        var outcomes = new[]
        {
            Outcome(0.4, true),
            Outcome(0.99, false),
            Outcome(0.9, true),
            Outcome(0.2, true),
            Outcome(0.7, true),
            Outcome(0.01, false),
            Outcome(0.99, true, 6),
            Outcome(0.99, true, null),
        };

        var threshold = NoAnswerFit.Threshold(outcomes, 5, share);

        Assert.Equal(expected, threshold);
        Assert.True(outcomes.Count(outcome => outcome.Answers.Count > 0 && outcome.GoldRank <= 5 && outcome.NullMass > threshold) <= share * 4);
    }

    [Fact]
    public void Threshold_SaysSo_WhenNoQuestionFindsItsPassage() =>
        Assert.Throws<ArgumentException>(() => NoAnswerFit.Threshold([Outcome(0.5, false), Outcome(0.5, true, 6)], 5, 0.1));

    [Fact]
    public void Bias_PutsTheMiddleOfTheGapAtOneHalf()
    {
        // given null masses that relevance made tiny; one of four may be refused
        double[] masses = [1e-9, 3e-9, 2e-7, 5e-6];
        var fitted = NoAnswerFit.Bias(new() { NullBias = 1 }, [.. masses.Select(mass => Outcome(mass, true))], 5, 0.25);

        // then 1e-6, as far from the 5e-6 that is refused as from the 2e-7 that is not, stands at one half: its odds times e^(bias - 1) are 1
        Assert.Equal(1, 1e-6 * Math.Exp(fitted.NullBias - 1), 1e-5);
        Assert.Equal(0.5, fitted.NoAnswerThreshold);
    }

    [Fact]
    public void AtMost_LowersTheBias_OnlyWhereMoreWouldBeRefused()
    {
        AnsweringDefaults answering = new() { NullBias = 2 };
        QuestionOutcome[] refused = [Outcome(0.9, true), Outcome(0.8, true), Outcome(0.1, true), Outcome(0.99, false)];

        var lowered = NoAnswerFit.AtMost(answering, refused, 5, 0.4);

        // Of three questions one may be refused: the line goes between odds of 9 and 4.
        Assert.Equal(2 - Math.Log(6), lowered.NullBias, 1e-9);
        Assert.Same(answering, NoAnswerFit.AtMost(answering, refused, 5, 0.7));
        Assert.Same(answering, NoAnswerFit.AtMost(answering, [Outcome(0.99, true, 6), Outcome(0.99, false)], 5, 0));
    }

    private static QuestionOutcome Outcome(double nullMass, bool answerable, int? rank = 5) =>
        new("q", "Who?", answerable ? ["Ada"] : [], null, false, nullMass, 0, 0, 0, answerable ? rank : null);
}
