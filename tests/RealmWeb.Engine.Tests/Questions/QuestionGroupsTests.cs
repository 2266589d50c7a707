using RealmWeb.Engine.Questions;

namespace RealmWeb.Engine.Tests.Questions;

public sealed class QuestionGroupsTests
{
    // Angles in degrees: 0 and 10 are near, 90 and 95 are, 300 is far from all.
    private static readonly float[][] Vectors = [At(90), At(0), At(300), At(10), At(95), At(88)];

    [Fact]
    public void Of_JoinsWhatPointsTheSameWay_TheLargestGroupFirst() =>
        Assert.Equal([[0, 4, 5], [1, 3], [2]], QuestionGroups.Of(Vectors, 0.9));

    [Fact]
    public void Of_MeasuresTheMeanOverAllPairs_SoThatAChainDoesNotJoinItsEnds()
    {
        // given 0, 30 and 61 degrees: neighbours have cosines 0.87 and 0.86; the mean of 0 and 30 to 61 is (0.48 + 0.86) / 2 = 0.67
        float[][] chain = [At(0), At(30), At(61)];

        Assert.Equal([[0, 1], [2]], QuestionGroups.Of(chain, 0.7));
        Assert.Equal([[0, 1, 2]], QuestionGroups.Of(chain, 0.67));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(1.1, 6)]
    public void Of_EndsWithAllTogetherOrEachAlone(double nearness, int groups) => Assert.Equal(groups, QuestionGroups.Of(Vectors, nearness).Count);

    [Fact]
    public void Of_TakesNothing_AndVectorsWithoutALength()
    {
        Assert.Empty(QuestionGroups.Of([], 0.5));
        Assert.Equal(2, QuestionGroups.Of([new float[2], At(0)], 0.5).Count);
    }

    // Of length 2: only the direction counts.
    private static float[] At(double degrees) => [(float)(2 * Math.Cos(degrees * Math.PI / 180)), (float)(2 * Math.Sin(degrees * Math.PI / 180))];
}
