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
    [InlineData("""{"Dense":2,"Lexical":3}""", 9, 10)]
    public void MixtureOfAModel_CountsWhatTheTermsDidNotBring_AsItWasFitted(string config, double listed, double unlisted)
    {
        // given dense 2 · 2, and BM25 of 5 / 3 for a block that the terms brought and of 2 for one that they did not
        var mixture = JsonSerializer.Deserialize<RetrievalMixture>(config)!;

        Assert.Equal(listed, mixture.Score(2, 5 / 3.0, isListed: true), 1e-9);
        Assert.Equal(unlisted, mixture.Score(2, 2, isListed: false), 1e-9);
        Assert.Equal(config, JsonSerializer.Serialize(mixture));
    }
}
