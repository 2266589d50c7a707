using System.Diagnostics;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.FineTuning;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;
using RealmWeb.TestKit;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Training;

/// <summary>A run of two hundred steps holds no more at its end than after its first ones.</summary>
[Collection(SeededTests.Name)]
public sealed class MemoryTests(ITestOutputHelper output)
{
    private const int Steps = 200;
    private const int WarmSteps = 40;
    private const int RefreshEvery = 10;

    [Fact]
    public void Run_KeepsNothing_OverTwoHundredReaderSteps()
    {
        using var model = TinyModel.Create();
        var passages = new PassageExamples(
            model.Tokenizer, model.Features, new PassageOptions { WindowPieces = 24, MaxLength = 64 }, [(TinyModel.Questions, 1)]);

        AssertBounded(new SpanReadingObjective(model.Reader, model.Featurizer, 1, 3, passages.Draw, CPU), mostFaults: 400);
    }

    [Fact]
    public void Run_KeepsNothing_OverTwoHundredRetrieverSteps()
    {
        using var model = TinyModel.Create();
        var pairs = new QuestionBlockExamples(model.Inputs, TinyModel.Questions, 64);

        AssertBounded(new ContrastiveRetrievalObjective(model.Embedder, model.Featurizer, 1, 3, pairs.Draw, "Retriever", CPU), mostFaults: 400);
    }

    [Fact]
    public void Run_KeepsNothingAndTakesNoNewPages_OverTwoHundredMaskedSteps()
    {
        // Buffers of some megabytes, as real models have: those are what glibc would map and hand back at each step.
        var options = TinyModel.Options with { Encoder = TinyModel.Options.Encoder with { HiddenSize = 64, IntermediateSize = 256 } };
        using var model = TinyModel.Create(options: options).WithHead(5);
        var objective = new MaskedLanguageModelObjective(
            model, TinyModel.Blocks, new TrainingOptions { BatchSize = 32 }, maxLength: 24, new UniformMasking(model.Vocabulary));

        // 5,000 and more where it does hand them back.
        AssertBounded(objective, mostFaults: 400);
    }

    [Fact]
    public void Run_KeepsNothing_OverTwoHundredRealmStepsWithTwentyRefreshes()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Create().WithHead(5);
        var options = new RealmPreTrainingOptions
        {
            Training = new TrainingOptions { BatchSize = 3, Seed = 5, Steps = Steps }, Candidates = 4, QueryLength = 24, CandidateLength = 48,
            Refresh = new RefreshOptions { Mode = RefreshMode.Synchronous, EverySteps = RefreshEvery },
        };
        var corpus = new MemoryBlockStore(TinyModel.Blocks);
        using var refresher =
            new IndexRefresher(model, corpus, "1", options.Refresh, folder.At("refresh"), resume: false, options.Training.FarthestBack, [], TimeProvider.System,
            null, CancellationToken.None);
        using var objective =
            new RealmObjective(model, TinyModel.Blocks, corpus, new UniformMasking(model.Vocabulary), options, refresher.At, TimeProvider.System);

        AssertBounded(objective, mostFaults: 400, Snapshots(model));
    }

    [Theory]
    [InlineData(DocumentTower.Frozen)]
    [InlineData(DocumentTower.Trainable)]
    public void Run_KeepsNothing_OverTwoHundredOpenQaSteps(DocumentTower tower)
    {
        using var world = new OpenQaWorld();
        var options = OpenQaWorld.Options with
        {
            DocumentTower = tower,
            EmbeddedBeamSize = 3,
            Refresh = new() { Mode = RefreshMode.Synchronous, EverySteps = RefreshEvery },
        };

        AssertBounded(world.Objective(options, TinyModel.Questions), mostFaults: 400, tower == DocumentTower.Trainable ? Snapshots(world.Model) : 0);
    }

    // TorchSharp goes on counting the tensor that a new parameter took over, though nothing is left of it: one for each of a snapshot's.
    private static int Snapshots(RealmModel model) => (Steps - WarmSteps) / RefreshEvery * model.Embedder.parameters().Count();

    private void AssertBounded(IObjective objective, double mostFaults, int countedTwice = 0)
    {
        // given a run that counts before each step
        using var folder = new TemporaryFolder();
        var (tensors, faults, memory) = (new List<long>(), new List<long>(), new List<long>());
        var counted = new StoppedObjective(objective, -1, () => { }, _ =>
        {
            using var process = Process.GetCurrentProcess();
            tensors.Add(Tensor.TotalCount);
            faults.Add(Allocator.PageFaults() ?? 0);
            memory.Add(process.WorkingSet64 >> 20);
        });
        var options = new TrainingOptions { Steps = Steps, WarmUpSteps = 4, CheckpointEvery = 50, Seed = 5 };

        // when it takes two hundred steps, with checkpoints
        new TrainingLoop(counted, options, folder.At(""), TimeProvider.System).Run(false, null, null, CancellationToken.None);

        // then no tensor stays, memory does not grow, and the same pages are used again
        output.WriteLine($"tensors {tensors[WarmSteps]} to {tensors[^1]}, {memory[WarmSteps]} to {memory[^1]} MiB, "
            + $"{(faults[^1] - faults[WarmSteps]) / (double)(Steps - WarmSteps):F0} page faults a step");
        Assert.Equal(Steps, tensors.Count);
        // Fewer where the collector found some that others left.
        Assert.InRange(tensors[^1], 0, tensors[WarmSteps] + countedTwice);
        Assert.InRange(memory[^1] - memory[WarmSteps], long.MinValue, 64);
        if (Allocator.KeepFreedMemory())
            Assert.InRange((faults[^1] - faults[WarmSteps]) / (double)(Steps - WarmSteps), 0, mostFaults);
    }
}
