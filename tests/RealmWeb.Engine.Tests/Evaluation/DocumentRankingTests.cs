using RealmWeb.Engine.Evaluation;

namespace RealmWeb.Engine.Tests.Evaluation;

public sealed class DocumentRankingTests
{
    private static readonly Dictionary<string, int> Grades = new() { ["a"] = 3, ["b"] = 2, ["c"] = 1, ["d"] = 0, ["e"] = -1 };

    [Fact]
    public void Ndcg_TakesTheGradeAsGain_DiscountedByTheLogarithmOfItsRank()
    {
        // 2 / log2(2) + 0 / log2(3) + 3 / log2(4) = 3.5 of 3 / log2(2) + 2 / log2(3) + 1 / log2(4) = 4.761860
        Assert.Equal(3.5 / 4.7618595071429155, DocumentRanking.Ndcg(["b", "x", "a"], Grades)!.Value, 1e-12);
        // An irrelevant document costs nothing but the place that it takes.
        Assert.Equal(DocumentRanking.Ndcg(["x", "a"], Grades), DocumentRanking.Ndcg(["e", "a", "d"], Grades));
        Assert.Equal(1, DocumentRanking.Ndcg(["a", "b", "c", "d"], Grades)!.Value, 1e-12);
    }

    [Fact]
    public void Ndcg_LooksAtTenDocuments_OfTheRankingAndOfTheIdeal()
    {
        var twelve = Enumerable.Range(0, 12).ToDictionary(i => $"{i}", _ => 1);

        Assert.Equal(1, DocumentRanking.Ndcg([.. twelve.Keys], twelve)!.Value, 1e-12);
        Assert.Equal(0, DocumentRanking.Ndcg([.. Enumerable.Range(20, 10).Select(i => $"{i}"), "0"], twelve));
    }

    [Fact]
    public void Ndcg_IsUndefined_WhenNoDocumentIsRelevant() => Assert.Null(DocumentRanking.Ndcg(["a"], new Dictionary<string, int> { ["a"] = 0 }));

    [Fact]
    public void Rank_CountsADocumentOnce_HoweverManyOfItsPassagesStandBefore()
    {
        var ranking = DocumentRanking.Of(["x", "x", "d", "x", "c", "a"]);

        Assert.Equal(3, DocumentRanking.Rank(ranking, Grades));
        Assert.Null(DocumentRanking.Rank(DocumentRanking.Of(["x", "d", "e"]), Grades));
    }
}
