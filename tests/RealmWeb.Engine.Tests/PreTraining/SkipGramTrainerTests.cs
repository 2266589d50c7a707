using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.PreTraining;

namespace RealmWeb.Engine.Tests.PreTraining;

public sealed class SkipGramTrainerTests
{
    private static readonly SkipGramOptions Options = new() { Dimension = 12, Epochs = 4, Subsampling = 0, Window = 2 };

    [Fact]
    public void Train_PutsPiecesOfOneContextTogether()
    {
        // given a text in which 1 and 2 stand among 10..14, 3 and 4 among 20..24
        var random = new Random(1);
        var text = new List<int>();
        for (var i = 0; i < 4000; i++)
        {
            var group = random.Next(2);
            text.AddRange([10 + 10 * group + random.Next(5), 1 + 2 * group + random.Next(2), 10 + 10 * group + random.Next(5), -1]);
        }

        var statistics = LexicalStatistics.Create(new float[25], SkipGramTrainer.Train([.. text], 25, Options, null, CancellationToken.None), 12);

        Assert.True(statistics.Similarity(1, 2) > 0.8, $"{statistics.Similarity(1, 2)}");
        Assert.True(statistics.Similarity(3, 4) > 0.8, $"{statistics.Similarity(3, 4)}");
        Assert.True(statistics.Similarity(1, 3) < statistics.Similarity(1, 2) - 0.3, $"{statistics.Similarity(1, 3)}");
    }

    [Fact]
    public void Train_RepeatsItself_OnOneThread()
    {
        int[] text = [.. Enumerable.Range(0, 500).Select(i => i % 7 == 6 ? -1 : i * i % 11)];

        var first = SkipGramTrainer.Train(text, 12, Options, null, CancellationToken.None);

        Assert.Equal(first, SkipGramTrainer.Train(text, 12, Options, null, CancellationToken.None));
        Assert.NotEqual(first, SkipGramTrainer.Train(text, 12, Options with { Seed = 2 }, null, CancellationToken.None));
        Assert.All(first, value => Assert.True(float.IsFinite(value)));
        // Piece 11 does not occur: it stays where it started.
        Assert.All(first[(11 * 12)..], value => Assert.InRange(value, -0.5f / 12, 0.5f / 12));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Train_Stops_WhenItIsCancelled(int threads) =>
        Assert.ThrowsAny<OperationCanceledException>(
            () => SkipGramTrainer.Train([1, 2, 3, -1], 5, Options with { Threads = threads }, null, new CancellationToken(canceled: true)));

    [Fact]
    public void Train_SaysSo_WhenThereIsNoText() =>
        Assert.Contains("no pieces", Assert.Throws<ArgumentException>(() => SkipGramTrainer.Train([-1, -1], 5, Options, null, CancellationToken.None)).Message,
            StringComparison.Ordinal);
}
