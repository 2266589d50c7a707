using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Lexical;

namespace RealmWeb.Engine.Tests.Retrieval.Lexical;

public sealed class RankFusionTests
{
    [Fact]
    public void Merge_AddsReciprocalRanks()
    {
        // 1: 1/61 + 1/63, 2: 1/62 + 1/61, 3: 1/63, 4: 1/62; the second list's scores are of another kind and do not matter
        Assert.Equal([2, 1, 4, 3], RankFusion.Merge(10, (Hits(1, 2, 3), 1), (Hits(2, 4, 1), 1)));
    }

    [Fact]
    public void Merge_FollowsTheWeights()
    {
        // 1: 1/61, 9: 3/61, 8: 3/62
        Assert.Equal([9, 8, 1], RankFusion.Merge(10, (Hits(1), 1), (Hits(9, 8), 3)));
        Assert.Equal([1, 8, 9], RankFusion.Merge(10, (Hits(1), 1), (Hits(9, 8), 0)));
    }

    [Fact]
    public void Merge_TakesTheLowerRow_WhenScoresAreEqual() => Assert.Equal([3, 5, 2], RankFusion.Merge(3, (Hits(5, 4), 1), (Hits(3, 2), 1)));

    [Fact]
    public void Merge_IsEmpty_WhenTheListsAre() => Assert.Empty(RankFusion.Merge(5, ([], 1), ([], 1)));

    private static BlockHit[] Hits(params long[] rows) => [.. rows.Select((row, i) => new BlockHit(row, 100 - i))];
}
