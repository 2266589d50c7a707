using RealmWeb.Engine.Answering;

namespace RealmWeb.Engine.Tests.Answering;

public sealed class ReadingPassesTests
{
    [Fact]
    public void Of_PutsRowsOfLikeLengthTogether()
    {
        var passes = ReadingPasses.Of([290, 100, 101, 285, 102], 10);

        Assert.Equal([[1, 2, 4], [0, 3]], passes.Select(pass => pass.Order().ToArray()).OrderByDescending(pass => pass.Length));
    }

    [Fact]
    public void Of_ReadsAllAtOnce_WhenLittleWouldBePadding() => Assert.Single(ReadingPasses.Of([200, 203, 198, 205, 201], 10));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public void Of_ReadsEachRowOnce_InPassesWithinTheBound(int count)
    {
        var random = new Random(count);
        int[] lengths = [.. Enumerable.Range(0, count).Select(_ => random.Next(3, 320))];

        var passes = ReadingPasses.Of(lengths, 10);

        Assert.Equal(Enumerable.Range(0, count), passes.SelectMany(pass => pass).Order());
        Assert.All(passes, pass => Assert.InRange(pass.Length, 1, 10));
    }
}
