using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Evaluation;

public class AnswerMetricsTests
{
    [Theory]
    [InlineData("The  Eiffel-Tower!", "eiffeltower")]
    [InlineData("a cat and an owl", "cat and owl")]
    [InlineData("Athena", "athena")]
    [InlineData("ΟΔΟΣ", "οδος")]
    [InlineData("a\u00A0b\u001Fc", "b c")]
    public void Normalize_FollowsSquad(string text, string expected) => Assert.Equal(expected, AnswerNormalization.Normalize(text));

    [Fact]
    public void F1_IsHarmonicMeanOfSharedWords_WithTheBestGold()
    {
        // Shared: red, fox. Precision 2/3, recall 2/4: 2 * (2/3 * 1/2) / (2/3 + 1/2) = 4/7.
        var f1 = AnswerMetrics.F1("the red fox runs", ["nothing", "a red fox sleeps here"]);

        Assert.Equal(4.0 / 7, f1, 1e-12);
    }

    [Fact]
    public void F1_CountsRepeatedWords_AsOftenAsTheyStandInBoth() =>
        // Shared: one "new". Precision 1/2, recall 1/2.
        Assert.Equal(0.5, AnswerMetrics.F1("new new", ["new york"]), 1e-12);

    [Fact]
    public void Metrics_AreZero_WithoutGolds()
    {
        Assert.Equal(0, AnswerMetrics.ExactMatch("x", []));
        Assert.Equal(0, AnswerMetrics.F1("x", []));
        Assert.False(AnswerMetrics.MatchesAtStart("x", []));
    }

    [Fact]
    public void MatchesWhole_GivesUp_WhenPatternBacktracksWithoutEnd() =>
        Assert.False(AnswerMetrics.MatchesWhole(new string('a', 40) + "!", ["(a|a|aa)+$"]));

    [Theory]
    [InlineData(@"(?P<year>\d{4})\Z", "1984", true)]
    [InlineData(@"[\w]+", "e\u0301", false)]
    [InlineData(@"a)(b", "ab", false)]
    public void MatchesWhole_ReadsPythonPatterns(string pattern, string prediction, bool expected) =>
        Assert.Equal(expected, AnswerMetrics.MatchesWhole(prediction, [pattern]));
}
