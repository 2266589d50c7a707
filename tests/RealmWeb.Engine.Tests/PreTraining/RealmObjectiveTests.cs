using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;
using RealmWeb.TestKit;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.PreTraining;

[Collection(SeededTests.Name)]
public sealed class RealmObjectiveTests : IDisposable
{
    private static readonly RealmPreTrainingOptions Options = new()
    {
        Training = new TrainingOptions { BatchSize = 3, Seed = 5 }, Candidates = 4, QueryLength = 24, CandidateLength = 48,
        Refresh = new RefreshOptions { Mode = RefreshMode.Frozen },
    };

    private static readonly MemoryBlockStore Corpus = new(TinyModel.Blocks);

    private readonly TemporaryFolder _folder = new();
    private readonly Stack<IDisposable> _owned = [];

    [Theory]
    [InlineData(Marginal.Token, 1, 0, 3)]
    [InlineData(Marginal.Token, 5, 0, 3)]
    [InlineData(Marginal.Sequence, 3, 0, 3)]
    [InlineData(Marginal.Token, 11, 1e-3, 3)]
    // More rows than the direct way takes at once.
    [InlineData(Marginal.Token, 31, 0, 8)]
    public void Backward_GivesTheDirectGradient_WhenItHoldsOneChunkAtATime(Marginal marginal, int inputsPerChunk, double scaleLess, int sentences)
    {
        // given a model without dropout, whose masks would differ from chunk to chunk
        using var model = TinyModel.Create(options: TinyModel.Steady).WithHead(3);
        var scale = 1 - scaleLess;

        var options = Options with { Marginal = marginal, Training = Options.Training with { BatchSize = sentences } };
        var direct = Gradients(model, options, scale, out var directLoss);
        var chunked = Gradients(model, options with { InputsPerChunk = inputsPerChunk }, scale, out var chunkedLoss);

        Assert.Equal(directLoss, chunkedLoss, 1e-5);
        Assert.Equal(direct.Keys.Order(), chunked.Keys.Order());
        Assert.Contains(direct.Keys, name => name.StartsWith("embedder.realm.", StringComparison.Ordinal));
        Assert.Contains(direct.Keys, name => name.StartsWith("reader.cls.", StringComparison.Ordinal));
        foreach (var (name, expected) in direct)
        {
            var largest = expected.Zip(chunked[name], (a, b) => Math.Abs(a - b)).Max();
            Assert.True(largest < 1e-5, $"{name} differs by {largest}");
        }
        Assert.Contains(direct.Values, values => values.Any(value => Math.Abs(value) > 1e-3));
    }

    [Fact]
    public void Backward_RepeatsTheDropoutOfTheFirstPass_InTheSecond()
    {
        // given dropout: only if both passes draw the same masks are two runs of one chunking the same, and the gradient that of the loss
        using var model = TinyModel.Create().WithHead(3);
        var options = Options with { InputsPerChunk = 2 };

        var first = Gradients(model, options, 1, out var firstLoss);
        var second = Gradients(model, options, 1, out var secondLoss);

        Assert.Equal(firstLoss, secondLoss);
        Assert.All(first, entry => Assert.Equal(entry.Value, second[entry.Key]));
    }

    [Fact]
    public void Backward_ReachesBothTowers_WhenTheyAreSeparate()
    {
        using var model = TinyModel.Create().WithSeparateTowers();

        var gradients = Gradients(model, Options, 1, out _);

        foreach (var tower in new[] { "embedder.", "query_embedder." })
            Assert.Contains(gradients, entry => entry.Key.StartsWith(tower, StringComparison.Ordinal) && entry.Value.Any(value => Math.Abs(value) > 1e-4));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Backward_ReachesTheEncoderAlone_WhenTheRetrieversRateIsZero(bool separate)
    {
        using var started = TinyModel.Create(options: TinyModel.Steady).WithHead(3);
        var model = separate ? started.WithSeparateTowers() : started;
        var options = Options with { RetrieverRate = 0 };

        var alone = Gradients(model, options, 1, out var loss);
        var chunked = Gradients(model, options with { InputsPerChunk = 5 }, 1, out _);
        var both = Gradients(model, Options, 1, out var lossOfBoth);

        Assert.Equal(lossOfBoth, loss, 1e-6);
        Assert.Equal(both.Keys.Where(name => name.StartsWith("reader.", StringComparison.Ordinal)).Order(), alone.Keys.Order());
        Assert.Equal(alone.Keys.Order(), chunked.Keys.Order());
        Assert.All(alone, entry => Assert.All(entry.Value.Zip(both[entry.Key]), pair => Assert.Equal(pair.Second, pair.First, 1e-6)));
        IObjective objective = Objective(model, options);
        Assert.All(objective.Module.named_parameters(),
            entry => Assert.Equal(entry.name.Contains("embedder.", StringComparison.Ordinal), objective.IsFrozen(entry.name, entry.parameter)));
    }

    [Fact]
    public void Objective_Refuses_WhenTermSearchIsAskedForAndNotThere()
    {
        using var model = TinyModel.Create();

        var refused = Assert.Throws<ArgumentException>(() => Objective(model, Options with { LexicalCandidates = 2 }));

        Assert.Contains("lexicalCandidates", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Loss_ReportsWhatRetrievalIsWorth()
    {
        using var model = TinyModel.Create();

        using var scope = NewDisposeScope();
        var metrics = Objective(model, Options).Loss(0).Metrics;

        Assert.InRange(metrics["nullMass"], 1e-6, 1 - 1e-6);
        Assert.InRange(metrics["retrievalEntropy"], 0, Math.Log(4) + 1e-6);
        Assert.True(double.IsFinite(metrics["retrievalUtility"]));
        Assert.Equal(0, metrics["stalenessSteps"]);
        Assert.DoesNotContain("nullMass", Objective(model, Options with { NullDocument = false }).Loss(0).Metrics.Keys);
    }

    [Fact]
    public void Loss_CountsStalenessInOptimiserSteps_WhenBatchesAreAccumulated()
    {
        using var model = TinyModel.Create();
        var options = Options with { Training = Options.Training with { Accumulate = 4, Steps = 20 } };

        using var scope = NewDisposeScope();
        var objective = Objective(model, options);
        Assert.Equal(0, objective.Loss(0).Metrics["stalenessSteps"]);

        // Batch 27 belongs to step 6, and the index is of step 0.
        Assert.Equal(6, objective.Loss(27).Metrics["stalenessSteps"]);
    }

    [Fact]
    public void Steps_LeaveNoTensorBehind_WithAndWithoutChunks()
    {
        using var model = TinyModel.Create();
        foreach (var options in new[] { Options, Options with { InputsPerChunk = 5 }, Options with { RetrieverRate = 0, InputsPerChunk = 5 } })
        {
            IObjective objective = Objective(model, options);
            Step(0);
            Step(1);
            DisposeScopeManager.Statistics.Reset();
            Step(2);
            Step(3);
            Assert.Equal(0, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

            void Step(long step)
            {
                using var scope = NewDisposeScope();
                objective.Backward(step);
                objective.Module.zero_grad();
            }
        }
    }

    [Fact]
    public void Warning_SaysThatTheRetrieverCollapses_WhenCandidatesHaveEqualShares()
    {
        using var model = TinyModel.Create();
        IObjective objective = Objective(model, Options with { RetrieverRate = 0.5 });

        Assert.Null(objective.Warning(new Dictionary<string, double> { ["retrievalEntropy"] = 0.8 * Math.Log(Options.Candidates) }));
        Assert.Null(objective.Warning(new Dictionary<string, double>()));
        Assert.Null(((IObjective)Objective(model, Options with { RetrieverRate = 0 }))
            .Warning(new Dictionary<string, double> { ["retrievalEntropy"] = Math.Log(Options.Candidates) }));
        Assert.Contains("\"retrieverRate\" below 0.5",
            objective.Warning(new Dictionary<string, double> { ["retrievalEntropy"] = 0.99 * Math.Log(Options.Candidates) }), StringComparison.Ordinal);
    }

    [Fact]
    public void RateFactor_IsTheRetrievers_ForTheEmbedderAlone()
    {
        using var model = TinyModel.Create();
        IObjective objective = Objective(model, Options with { RetrieverRate = 0.25 });

        Assert.All(objective.Module.named_parameters(),
            entry => Assert.Equal(entry.name.StartsWith("embedder.", StringComparison.Ordinal) ? 0.25 : 1, objective.RateFactor(entry.name)));
        Assert.Contains(objective.Module.named_parameters(), entry => objective.RateFactor(entry.name) == 0.25);
    }

    public void Dispose()
    {
        while (_owned.TryPop(out var owned))
            owned.Dispose();
        _folder.Dispose();
    }

    private RealmObjective Objective(RealmModel model, RealmPreTrainingOptions options)
    {
        var refresher = new IndexRefresher(
            model, Corpus, "1", options.Refresh, _folder.At("refresh"), false, options.Training.FarthestBack, [], TimeProvider.System, null,
                CancellationToken.None);
        var masking = new RandomSpanMasking(model.Vocabulary, new RandomSpanOptions { SingleSpan = true });
        var objective = new RealmObjective(model.WithHead(options.Training.Seed), TinyModel.Blocks, Corpus, masking, options, refresher.At, TimeProvider.System);
        _owned.Push(refresher);
        _owned.Push(objective);
        return objective;
    }

    private Dictionary<string, float[]> Gradients(RealmModel model, RealmPreTrainingOptions options, double scale, out float loss)
    {
        IObjective objective = Objective(model, options);
        objective.Module.train();
        foreach (var (_, parameter) in objective.Module.named_parameters())
            parameter.grad = null;
        using var scope = NewDisposeScope();
        loss = objective.Backward(3, scale).Loss.item<float>();
        return objective.Module.named_parameters().Where(entry => entry.parameter.grad is not null)
            .ToDictionary(entry => entry.name, entry => entry.parameter.grad!.data<float>().ToArray());
    }
}
