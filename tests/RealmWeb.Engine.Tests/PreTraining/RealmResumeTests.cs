using System.Runtime.InteropServices;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;
using RealmWeb.TestKit;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.PreTraining;

/// <summary>Pre-training that is killed anywhere, in a step or in a refresh, ends with the bits of one that was not.</summary>
[Collection(SeededTests.Name)]
public sealed class RealmResumeTests(ITestOutputHelper output)
{
    private const int Steps = 30;

    private static readonly MemoryBlockStore Corpus = new(TinyModel.Blocks);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Run_EndsWithTheSameBits_WhenItWasKilledAnywhere(int inputsPerChunk)
    {
        var options = new RealmPreTrainingOptions
        {
            Training = new TrainingOptions
            {
                Steps = Steps,
                LearningRate = 5e-3,
                WarmUpSteps = 4,
                BatchSize = 2,
                Seed = 11,
                CheckpointEvery = 7,
                Beta2 = 0.98,
                BiasCorrection = true,
            },
            Candidates = 3, QueryLength = 24, CandidateLength = 40, InputsPerChunk = inputsPerChunk,
            Refresh = new RefreshOptions { Mode = RefreshMode.Synchronous, EverySteps = 10 },
        };
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var steps = Enumerable.Range(1, Steps - 2).ToArray();
        new Random(seed).Shuffle(steps);

        var whole = Train(options, []);
        var parts = Train(options, [.. steps.Take(6).Order()]);

        Assert.Equal(whole.Keys.Order(), parts.Keys.Order());
        Assert.All(whole, entry => Assert.True(entry.Value.AsSpan().SequenceEqual(parts[entry.Key]), $"{entry.Key} differs"));
        using var untrained = TinyModel.Create().WithHead(options.Training.Seed);
        Assert.Contains(Weights(untrained), entry => entry.Key.StartsWith("embedder.", StringComparison.Ordinal)
            && !entry.Value.AsSpan().SequenceEqual(whole[entry.Key]));
    }

    private static Dictionary<string, byte[]> Train(RealmPreTrainingOptions options, IReadOnlyList<int> kills)
    {
        using var folder = new TemporaryFolder();
        foreach (var kill in kills)
        {
            using var killed = TinyModel.Create().WithHead(options.Training.Seed);
            Assert.Throws<OperationCanceledException>(() => Run(killed, options, folder, kill));
        }
        using var model = TinyModel.Create().WithHead(options.Training.Seed);
        Run(model, options, folder, long.MaxValue);
        return Weights(model);
    }

    private static void Run(RealmModel model, RealmPreTrainingOptions options, TemporaryFolder folder, long kill)
    {
        using var refresher = new IndexRefresher(
            model, Corpus, "1", options.Refresh, folder.At("refresh"), resume: true, options.Training.FarthestBack, [], TimeProvider.System, null,
                CancellationToken.None);
        var masking = new RandomSpanMasking(model.Vocabulary, new RandomSpanOptions { SingleSpan = true });
        using var objective = new RealmObjective(model, TinyModel.Blocks, Corpus, masking, options, refresher.At, TimeProvider.System);
        new TrainingLoop(new Killed(objective, kill), options.Training, folder.At("checkpoints"), TimeProvider.System)
            .Run(true, null, null, CancellationToken.None);
    }

    private static Dictionary<string, byte[]> Weights(RealmModel model)
    {
        using var scope = NewDisposeScope();
        return StateDict.Export(model.Embedder, "embedder.").Concat(StateDict.Export(model.Reader.Bert, "reader.realm."))
            .Concat(StateDict.Export(model.Head!, "reader.cls."))
            .ToDictionary(entry => entry.Name, entry => MemoryMarshal.AsBytes<float>(entry.Tensor.contiguous().data<float>().ToArray()).ToArray());
    }

    /// <summary>Ends after the gradient of a step, before the optimiser, as a kill may; nothing is saved there.</summary>
    private sealed class Killed(IObjective objective, long at) : IObjective
    {
        public string Stage => objective.Stage;

        public nn.Module Module => objective.Module;

        public StepLoss Loss(long step) => objective.Loss(step);

        public StepLoss Backward(long step, double scale = 1)
        {
            var computed = objective.Backward(step, scale);
            return step == at ? throw new OperationCanceledException("killed") : computed;
        }

        public bool IsFrozen(string name, Parameter parameter) => objective.IsFrozen(name, parameter);
    }
}
