using RealmWeb.Engine.Models;
using RealmWeb.Engine.Retrieval.Lexical;

namespace RealmWeb.Engine.Tests.Retrieval.Lexical;

public sealed class MixtureFitTests
{
    [Fact]
    public void Fit_FindsTheWeightsThatAnswersWereDrawnWith()
    {
        // given questions whose answering candidate was drawn from a known mixture
        var truth = new RetrievalMixture(0.8, 0.3);
        var random = new Random(9);
        var questions = Enumerable.Range(0, 4_000).Select(_ =>
        {
            var candidates = Enumerable.Range(0, 12).Select(_ => new MixtureFit.Candidate(
                3 * random.NextDouble() - 1, random.Next(3) == 0 ? 0 : 10 * random.NextDouble(), false)).ToArray();
            var odds = candidates.Select(candidate => Math.Exp(truth.Score(candidate.Dense, candidate.Lexical, true))).ToArray();
            var draw = random.NextDouble() * odds.Sum();
            var drawn = 0;
            while (drawn < 11 && (draw -= odds[drawn]) > 0)
                drawn++;
            candidates[drawn] = candidates[drawn] with { Answers = true };
            return (IReadOnlyList<MixtureFit.Candidate>)candidates;
        }).ToList();

        var fitted = MixtureFit.Fit(questions);

        Assert.Equal(truth.Dense, fitted.Dense, 0.1);
        Assert.Equal(truth.Lexical, fitted.Lexical, 0.05);
        Assert.Null(fitted.Unlisted);
    }

    [Fact]
    public void Fit_StaysFinite_WhenOneListAloneIsRight()
    {
        // given answers that BM25 tells apart perfectly and inner products not at all
        var random = new Random(1);
        var questions = Enumerable.Range(0, 50).Select(_ => (IReadOnlyList<MixtureFit.Candidate>)
            [new(random.NextDouble(), 9, true), new(random.NextDouble(), 3, false), new(random.NextDouble(), 0, false)]).ToList();

        var fitted = MixtureFit.Fit(questions);

        fitted.Validate();
        Assert.All(questions, candidates => Assert.Equal(0, Enumerable.Range(0, 3).MaxBy(i => fitted.Score(candidates[i].Dense, candidates[i].Lexical, true))));
    }

    [Fact]
    public void Fit_SaysWhatIsMissing_WhenNothingAnswers()
    {
        var failure = Assert.Throws<ArgumentException>(() => MixtureFit.Fit([[new(1, 2, false), new(2, 1, false)], [new(1, 1, true)]]));

        Assert.Contains("answering passage", failure.Message, StringComparison.Ordinal);
    }
}
