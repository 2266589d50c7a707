using Bunit;
using RealmWeb.Client.Components.Runs;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Tests.Components.Runs;

public sealed class RunCurvesTests : ComponentTests
{
    [Theory]
    [InlineData("heldOutRecallAt5", 0.5, "50.0 %")]
    [InlineData("keptShare", 0.75, "75.0 %")]
    [InlineData("recall@5", 50, "50.0 %")]
    [InlineData("retrievalUtility", 1.25, "1.25")]
    [InlineData("stalenessSteps", 7, "7")]
    public void Value_IsInPercent_WhereTheMeasureIsAShare(string name, double value, string words) => Assert.Equal(words, RunWords.Value(name, value));

    [Fact]
    public void Adaptation_HasItsCurvesInWords_WithSharesInPercentAndWhatTheyMean()
    {
        var curves = Browser.Render<RunCurves>(shown => shown.Add(
            component => component.Points,
            [
                .. Curve("stalenessSteps", 0, 4), .. Curve("heldOutRecallAt5", 0.25, 0.5), .. Curve("retrievalUtility", 0.5, 2), .. Curve("loss", 8, 4),
            ]));

        Assert.Equal(
            ["Loss", "Retrieval utility", "Recall@5, held out", "Age of the index (steps)"],
            curves.FindAll("figcaption span").Select(name => name.TextContent));
        Assert.Equal(["4", "2", "50 %", "4"], curves.FindAll("figcaption strong").Select(value => value.TextContent));
        Assert.Equal("Recall@5, held out: 2 points from 25 % at 1 to 50 % at 2", curves.FindAll(".chart [role=img]")[2].GetAttribute("aria-label"));
        Assert.Equal(3, curves.FindAll(".chart p").Count);
    }

    private static IEnumerable<RunMetricPoint> Curve(string name, params double[] values) =>
        values.Select((value, i) => new RunMetricPoint(name, i + 1, value, "Adaptation"));
}
