using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Reading;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Text;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Answering;

public sealed class JointDistributionTests
{
    [Fact]
    public void Masses_LetBlocksAndNoAnswerCompete()
    {
        // given relevance 1 and 0, span sums 2 and 3, null odds 1 and 3
        BlockReading[] readings = [new(Math.Log(2), 0, []), new(Math.Log(3), MathF.Log(3), [])];

        var (blocks, none) = JointDistribution.Masses([1, 0], readings);

        // then the weights are 2e, 3 and 1 / (1/1 + 1/3) = 3/4
        var sum = 2 * Math.E + 3 + 0.75;
        Assert.Equal(2 * Math.E / sum, blocks[0], 1e-7);
        Assert.Equal(3 / sum, blocks[1], 1e-7);
        Assert.Equal(0.75 / sum, none, 1e-7);
    }

    [Fact]
    public void Bias_MultipliesTheOddsOfNoAnswer()
    {
        BlockReading[] readings = [new(Math.Log(2), 0, []), new(Math.Log(3), MathF.Log(3), [])];

        var (_, none) = JointDistribution.Masses([1, 0], readings, nullBias: Math.Log(8));

        // the 3/4 of above, eight times
        Assert.Equal(6 / (2 * Math.E + 3 + 6), none, 1e-7);
    }

    [Fact]
    public void Masses_GiveNoAnswerNothing_WhenTheModelHasNoNullLogit()
    {
        var (blocks, none) = JointDistribution.Masses([0, 0], [new(Math.Log(1), null, []), new(Math.Log(3), null, [])]);

        Assert.Equal(0, none);
        Assert.Equal(0.25, blocks[0], 1e-12);
        Assert.Equal(0.75, blocks[1], 1e-12);
    }

    [Fact]
    public void UnreadBlocks_CountAsIfTheyWereNotThere()
    {
        BlockReading[] read = [new(Math.Log(2), 0, []), new(Math.Log(3), MathF.Log(3), [])];
        BlockReading[] withOneUnread = [read[0], BlockReading.Unread(0), read[1]];

        var (blocks, none) = JointDistribution.Masses([1, -20, 0], withOneUnread);

        var (expected, expectedNone) = JointDistribution.Masses([1, 0], read);
        Assert.Equal([expected[0], 0, expected[1]], blocks);
        Assert.Equal(expectedNone, none);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Masses_SumToOne_WhenLogitsAreExtreme(int seed)
    {
        var random = new Random(seed);
        var relevance = Enumerable.Range(0, 20).Select(_ => random.NextDouble() * 2000 - 1000).ToArray();
        var readings = relevance.Select(_ => new BlockReading(random.NextDouble() * 20_000 - 10_000, random.Next(-1000, 1000), [])).ToArray();

        var (blocks, none) = JointDistribution.Masses(relevance, readings);

        Assert.Equal(1, blocks.Sum() + none, 1e-9);
        Assert.All(blocks, mass => Assert.InRange(mass, 0, 1));
    }

    [Fact]
    public void Softmax_IsItsFormula()
    {
        var sum = Math.E + 1 + 1 / Math.E;

        Assert.Equal([Math.E / sum, 1 / sum, 1 / Math.E / sum], JointDistribution.Softmax([1001, 1000, 999]).Select(value => Math.Round(value, 12)), Close);
        Assert.Empty(JointDistribution.Softmax([]));
    }

    [Fact]
    public void Merge_SumsWhatReadsTheSame()
    {
        // given "the Nile" and "nile!" in two blocks, and "Danube" in one of them
        StoredBlock[] blocks = [Stored(4, "By the Nile lies Cairo."), Stored(7, "Oh nile! Oh Danube!")];
        BlockReading[] readings =
        [
            new(Math.Log(2), 0, [Span(blocks[0], "the Nile", 0.5)]),
            new(Math.Log(4), 0, [Span(blocks[1], "nile!", 1), Span(blocks[1], "Danube", 2), Span(blocks[1], "!", 0.5)]),
        ];

        var answers = JointDistribution.Merge(blocks, readings, [0.5, 0.4], take: 5);

        // then: nile 0.5 * 0.5/2 + 0.4 * 1/4 = 0.225, Danube 0.4 * 2/4 = 0.2; a mark alone is no answer
        Assert.Equal(2, answers.Count);
        Assert.Equal(("the Nile", 2), (answers[0].Text, answers[0].Blocks));
        Assert.Equal(0.225, answers[0].Probability, 1e-6);
        Assert.Equal(("Danube", 1), (answers[1].Text, answers[1].Blocks));
        Assert.Equal(0.2, answers[1].Probability, 1e-6);
        Assert.Equal(answers[0], Assert.Single(JointDistribution.Merge(blocks, readings, [0.5, 0.4], take: 1)));
    }

    [Fact]
    public void Candidates_WeighRelevanceAsTheReaderLearned()
    {
        using var weights = new Parameter(tensor(new[] { 2f, 0.5f }));
        var blocks = new[] { Stored(1, "One."), Stored(2, "Two.") };

        var weighed = new Candidates(blocks, [1, -1], [4, 0], weights);
        var published = new Candidates(blocks, [1, -1], [4, 0], null);

        Assert.Equal([4, -2], weighed.Relevance);
        Assert.Equal([1, -1], published.Relevance);
        Assert.Equal(Math.Exp(6) / (Math.Exp(6) + 1), weighed.Unread()[0].RetrievalProbability, 1e-12);
        Assert.All(weighed.Unread(), evidence => Assert.Null(evidence.Span));
    }

    [Fact]
    public void Read_MultipliesBothProbabilities()
    {
        var block = Stored(1, "Cairo and Giza.");
        var candidates = new Candidates([block], [3], [0], null);

        var evidence = candidates.Read([0.6], [new BlockReading(Math.Log(4), null, [Span(block, "Cairo", 3), Span(block, "Giza", 1)])], null)[0];
        var without = candidates.Read([0.6], [new BlockReading(-10_000, null, [])], null)[0];

        Assert.Equal("Cairo", evidence.Span!.Value.Of(block.Block.Text));
        Assert.Equal(0.75, evidence.ReaderProbability!.Value, 1e-6);
        Assert.Equal(0.45, evidence.Share!.Value, 1e-6);
        Assert.Equal((3, 0.6), (evidence.RetrievalScore, evidence.RetrievalProbability));
        Assert.Null(without.Share);
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-9;

    private static StoredBlock Stored(long row, string text) => new(row, Block.Create("", text, 0), row);

    // A span whose exponential is given.
    private static ReadSpan Span(StoredBlock block, string words, double weight)
    {
        var start = block.Block.Text.IndexOf(words, StringComparison.Ordinal);
        return new ReadSpan(new TextSpan(start, start + words.Length), (float)Math.Log(weight));
    }
}
