using System.Text.Json;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Lexical;

namespace RealmWeb.Engine.Tests.Retrieval.Lexical;

public sealed class LexicalListTests
{
    private static readonly BlockHit[] Found = [new(7, 9), new(3, 5), new(8, 2)];

    [Fact]
    public void Score_IsKnownBehindTheCandidates_AndZeroWhereNoTermStands()
    {
        var list = new LexicalList(Found, candidates: 2, depth: 4);

        Assert.Equal([7, 3], list.Hits.Select(hit => hit.Row));
        Assert.Equal([(true, 9f), (true, 5f), (false, 2f), (false, 0f)], new long[] { 7, 3, 8, 1 }.Select(row => (list.Lists(row), list.Score(row))));
    }

    [Fact]
    public void Score_IsTheLastOne_WhenTheListWasCut() => Assert.Equal(2, new LexicalList(Found, candidates: 2, depth: 3).Score(1));

    [Theory]
    [InlineData("""{"Dense":2,"Lexical":3,"Unlisted":-1}""", 9, 3)]
    [InlineData("""{"Dense":2,"Lexical":3,"Fading":0.5,"Typical":5}""", 9, 10)]
    [InlineData("""{"Dense":2,"Lexical":3,"Fading":0.5,"Typical":5,"Rarity":0.5}""", 11.5, 12.5)]
    public void MixtureOfAModel_CountsWhatTheTermsDidNotBring_AsItWasFitted(string config, double listed, double unlisted)
    {
        // given dense 2 · 2, a greatest BM25 of 5, and BM25 of 5 / 3 for a block that the terms brought and of 2 for one that they did not
        var mixture = JsonSerializer.Deserialize<RetrievalMixture>(config)!;

        Assert.Equal(listed, mixture.Score(2, 5 / 3.0, isListed: true, best: 5, mostLexical: 5), 1e-9);
        Assert.Equal(unlisted, mixture.Score(2, 2, isListed: false, best: 5, mostLexical: 5), 1e-9);
        Assert.Equal(mixture, JsonSerializer.Deserialize<RetrievalMixture>(JsonSerializer.Serialize(mixture)));
    }

    [Fact]
    public void Mixture_CountsTermsLess_TheNearerTheBestPassageIs()
    {
        var mixture = new RetrievalMixture(2, 3, Math.Log(2), 5);

        Assert.Equal([2 * 4 + 6 * 10, 2 * 4 + 3 * 10, 2 * 4 + 1.5 * 10], new[] { 4.0, 5, 6 }.Select(best => mixture.Score(4, 10, true, best)));
    }
}
