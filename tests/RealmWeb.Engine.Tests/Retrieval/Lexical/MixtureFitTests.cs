using RealmWeb.Engine.Models;
using RealmWeb.Engine.Retrieval.Lexical;

namespace RealmWeb.Engine.Tests.Retrieval.Lexical;

public sealed class MixtureFitTests
{
    [Fact]
    public void Fit_FindsTheWeightsThatAnswersWereDrawnWith()
    {
        // given questions whose answering candidate was drawn from a known mixture
        var truth = new RetrievalMixture(0.8, 0.3, 0.5);
        var random = new Random(9);
        var questions = Enumerable.Range(0, 4_000).Select(_ =>
        {
            var nearness = 3 * random.NextDouble();
            var candidates = Enumerable.Range(0, 12).Select(_ => new MixtureFit.Candidate(
                nearness + 3 * random.NextDouble() - 3, random.Next(3) == 0 ? 0 : 10 * random.NextDouble(), false)).ToArray();
            var best = candidates.Max(candidate => candidate.Dense);
            var odds = candidates.Select(candidate => Math.Exp(truth.Score(candidate.Dense, candidate.Lexical, true, best))).ToArray();
            return WithAnswer(candidates, odds, random);
        }).ToList();

        var fitted = MixtureFit.Fit([questions]);

        Assert.Equal(truth.Dense, fitted.Dense, 0.1);
        Assert.Equal(truth.Fading, fitted.Fading, 0.1);
        // What BM25 weighs where the best inner product is 1, wherever the typical one is.
        Assert.Equal(truth.Score(0, 1, true, 1), fitted.Score(0, 1, true, 1), 0.03);
        Assert.Null(fitted.Unlisted);
    }

    [Fact]
    public void Fit_FindsWhatMatchingWordsCount()
    {
        // given candidates that differ in their words alone
        var truth = new TermWeights(3, 2);
        var random = new Random(4);
        var questions = Enumerable.Range(0, 1_500).Select(_ =>
        {
            var candidates = Enumerable.Range(0, 8).Select(_ => new MixtureFit.Candidate(
                1, 2, false, new(random.NextDouble(), random.NextDouble(), random.NextDouble()))).ToArray();
            var odds = candidates.Select(candidate => Math.Exp(truth.Score(candidate.Match))).ToArray();
            return WithAnswer(candidates, odds, random);
        }).ToList();

        var fitted = MixtureFit.Fit([questions]).Terms!;

        Assert.Equal((truth.Sentence, truth.Near), (Math.Round(fitted.Sentence), Math.Round(fitted.Near)));
    }

    [Fact]
    public void Fit_StaysFinite_WhenOneListAloneIsRight()
    {
        // given answers that BM25 tells apart perfectly and inner products not at all
        var random = new Random(1);
        var questions = Enumerable.Range(0, 50).Select(_ => (IReadOnlyList<MixtureFit.Candidate>)
            [new(random.NextDouble(), 9, true), new(random.NextDouble(), 3, false), new(random.NextDouble(), 0, false)]).ToList();

        var fitted = MixtureFit.Fit([questions]);

        fitted.Validate();
        Assert.All(questions, candidates => Assert.Equal(0, Enumerable.Range(0, 3).MaxBy(i => fitted.Score(candidates[i].Dense, candidates[i].Lexical, true, candidates.Max(c => c.Dense)))));
    }

    [Fact]
    public void Fit_CountsSetsTheSame_HoweverManyQuestionsTheyHave()
    {
        // given a set in which inner products are right and one in which BM25 is, now and then
        IReadOnlyList<MixtureFit.Candidate> dense = [new(1, 0, true), new(0, 1, false)], lexical = [new(1, 0, false), new(0, 1, true)];
        IReadOnlyList<IReadOnlyList<MixtureFit.Candidate>> Set(int ofDense, int ofLexical) =>
            [.. Enumerable.Repeat(dense, ofDense), .. Enumerable.Repeat(lexical, ofLexical)];

        var few = MixtureFit.Fit([Set(9, 1), Set(2, 8)]);
        var many = MixtureFit.Fit([Set(9, 1), Set(200, 800)]);

        Assert.Equal(few.Dense - few.Lexical, many.Dense - many.Lexical, 1e-3);
        // Pooled, the many would decide.
        var pooled = MixtureFit.Fit([Set(209, 801)]);
        Assert.True(few.Dense > few.Lexical && pooled.Dense < pooled.Lexical, $"{few} {pooled}");
    }

    [Fact]
    public void Fit_SaysWhatIsMissing_WhenNothingAnswers()
    {
        var failure = Assert.Throws<ArgumentException>(() => MixtureFit.Fit([[[new(1, 2, false), new(2, 1, false)], [new(1, 1, true)]]]));

        Assert.Contains("answering passage", failure.Message, StringComparison.Ordinal);
    }

    // One of them answers, drawn by its odds.
    private static IReadOnlyList<MixtureFit.Candidate> WithAnswer(MixtureFit.Candidate[] candidates, double[] odds, Random random)
    {
        var draw = random.NextDouble() * odds.Sum();
        var drawn = 0;
        while (drawn < odds.Length - 1 && (draw -= odds[drawn]) > 0)
            drawn++;
        candidates[drawn] = candidates[drawn] with { Answers = true };
        return candidates;
    }
}
