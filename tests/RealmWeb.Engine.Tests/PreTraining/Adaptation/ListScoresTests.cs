using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining.Adaptation;

namespace RealmWeb.Engine.Tests.PreTraining.Adaptation;

public sealed class ListScoresTests
{
    private static readonly ListScores Start = new(Level: 40, Spread: 1);
    private static readonly ListScores Apart = new(Level: 50, Spread: 2);
    private static readonly AnsweringDefaults Fitted = new() { NullBias = 29, Mixture = new RetrievalMixture(1.6, 0.3, 0.2, 15) };

    [Fact]
    public void Carry_GivesListsOfOtherScoresTheSpreadTheyHad_InTheirOrder()
    {
        var carried = Start.Carry(Fitted, Apart);

        // Every score is half of what it was, so that the best one comes to 25.
        foreach (var (dense, lexical, best) in new[] { (18.0, 20.0, 18.0), (15.0, 0.0, 18.0), (12.5, 31.0, 14.0) })
            Assert.Equal(Fitted.Mixture!.Score(dense, lexical, true, best) / 2, carried.Mixture!.Score(dense, lexical, true, best), 1e-12);
        Assert.Equal(40 - Fitted.NullBias, 25 - carried.NullBias, 1e-12);
    }

    [Fact]
    public void Carry_MovesNoAnswerAlone_WhereScoresHaveNoWeight()
    {
        var carried = Start.Carry(Fitted with { Mixture = null }, Apart);

        Assert.Null(carried.Mixture);
        Assert.Equal(39, carried.NullBias);
    }

    [Fact]
    public void Carry_ChangesNothing_WhereNothingWasKept()
    {
        Assert.Equal(Fitted, Start.Carry(Fitted, Start));
        Assert.Equal(Fitted.Mixture, Start.Carry(Fitted.Mixture!, Start));
    }

    [Fact]
    public void Mixture_PutsPassagesInTheSameOrder_WhereInnerProductsAreOnlyStretchedAndMoved()
    {
        var carried = Start.Carry(Fitted.Mixture!, Apart);

        // s becomes 2 s - 30. A question has one best product, and f(x, z) may move by the same for all of its passages.
        foreach (var best in new[] { 18.0, 14.5 })
        {
            var moves = new[] { (best, 0.0), (best - 1.5, 31.0), (best - 4, 7.0) }.Select(passage =>
                carried.Score(2 * passage.Item1 - 30, passage.Item2, true, 2 * best - 30) - Fitted.Mixture!.Score(passage.Item1, passage.Item2, true, best));
            Assert.All(moves, move => Assert.Equal(-15 * Fitted.Mixture!.Dense, move, 1e-9));
        }
    }
}
