using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Evaluation;

/// <summary>Against figures that were published or worked by hand.</summary>
public sealed class AgreementTests
{
    [Fact]
    public void Kappa_IsThatOfTheTextbook()
    {
        // 50 cases: both yes 20, first alone 5, second alone 10, both no 15. Observed 0.7; chance 0.5 · 0.6 + 0.5 · 0.4 = 0.5; (0.7 − 0.5) / 0.5.
        (int, int)[] pairs = [.. Repeat(1, 1, 20), .. Repeat(1, 0, 5), .. Repeat(0, 1, 10), .. Repeat(0, 0, 15)];

        Assert.Equal(0.4, Agreement.Kappa(pairs)!.Value, 12);

        static IEnumerable<(int, int)> Repeat(int first, int second, int times) => Enumerable.Repeat((first, second), times);
    }

    [Fact]
    public void Kappa_IsNotDefined_WhenBothAlwaysSayTheSame() => Assert.Null(Agreement.Kappa([(2, 2), (2, 2)]));

    [Fact]
    public void Kappa_IsBelowZero_WhenTwoAlwaysDiffer() => Assert.Equal(-1, Agreement.Kappa([(0, 1), (1, 0)])!.Value, 12);

    [Fact]
    public void Alpha_IsThatOfKrippendorffsExample()
    {
        // Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section D: four observers, twelve units; ordinal alpha 0.815.
        int[][] observers =
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3], [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
        ];
        var units = Enumerable.Range(0, 12).Select(unit => (IReadOnlyList<int>)[.. observers.Select(observer => observer[unit]).Where(grade => grade > 0)]);

        Assert.Equal(0.815, Agreement.Alpha(units)!.Value, 3);
    }

    [Fact]
    public void Alpha_OfTwoGrades_IsWorkedByHand()
    {
        // Units (0,0), (0,1), (1,1): o(0,1) = o(1,0) = 1, three of each grade, so α = 1 − 5 · 2 / 18.
        Assert.Equal(1 - 10.0 / 18, Agreement.Alpha([[0, 0], [0, 1], [1, 1]])!.Value, 12);
    }

    [Fact]
    public void Alpha_IsNotDefined_WhenOneGradeIsAllThereIs() => Assert.Null(Agreement.Alpha([[3, 3], [3, 3, 3], [1]]));

    [Theory]
    [InlineData(0, 8, 0, 8, 1.0)]
    [InlineData(0, 8, 9, 12, 0.0)]
    [InlineData(0, 12, 0, 8, 16.0 / 19)]
    public void SpanF1_CountsCharactersWithoutWhiteSpace(int start, int end, int otherStart, int otherEnd, double expected) =>
        Assert.Equal(expected, Agreement.SpanF1("Orellana led them", [new TextSpan(start, end)], [new TextSpan(otherStart, otherEnd)]), 12);

    [Fact]
    public void SpanF1_IsOne_WhenNeitherMarked() => Assert.Equal(1, Agreement.SpanF1("text", [], []));

    [Fact]
    public void Figure_HoldsItsValue_AndNarrowsWithUnits()
    {
        var few = Agreement.Figure(Units(10), units => units.Average());
        var many = Agreement.Figure(Units(1000), units => units.Average());

        Assert.InRange(few.Value!.Value, few.Low!.Value, few.High!.Value);
        Assert.True(many.High - many.Low < few.High - few.Low, $"{many} is not narrower than {few}.");
        Assert.Equal((10, 1000), (few.N, many.N));
        // The standard error of a share of one half over 1000 units is 0.0158, so the interval has a width of about 0.062.
        Assert.InRange(many.High!.Value - many.Low!.Value, 0.05, 0.075);

        static List<double> Units(int count) => [.. Enumerable.Range(0, count).Select(i => (double)(i % 2))];
    }
}
