using System.Runtime.InteropServices;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.FineTuning;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Training;

/// <summary>A run that stops and goes on must end with the bits of one that never stopped.</summary>
[Collection(SeededTests.Name)]
public sealed class ResumeTests(ITestOutputHelper output)
{
    private const int Steps = 24;

    private static readonly TrainingOptions Options = new()
    {
        Steps = Steps, LearningRate = 5e-3, WarmUpSteps = 4, BatchSize = 3, Seed = 11, CheckpointEvery = 7, Beta2 = 0.98, BiasCorrection = true,
    };

    public static TheoryData<string> Objectives => ["reader", "retriever", "masked", "openQa", "trainableDocuments"];

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Run_EndsWithTheSameBits_WhenItWasCancelledAndResumed(string kind)
    {
        var whole = Train(kind, [], cancel: true);
        var stops = RandomStops();

        var parts = Train(kind, stops, cancel: true);

        AssertSame(whole, parts);
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Run_EndsWithTheSameBits_WhenItWasKilledBetweenCheckpoints(string kind)
    {
        var whole = Train(kind, [], cancel: false);

        // The first kill comes before there is any checkpoint.
        var parts = Train(kind, [3, 9, 20], cancel: false);

        AssertSame(whole, parts);
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Run_GivesOtherWeights_WhenTheSeedIsAnother(string kind)
    {
        var one = Train(kind, [], cancel: true);

        var other = Train(kind, [], cancel: true, seed: 12);

        Assert.Contains(one, entry => !entry.Value.SequenceEqual(other[entry.Key]));
    }

    [Fact]
    public void TryLoad_ReadsTheOldCheckpoint_WhenAKillLeftAHalfWrittenOne()
    {
        // given a checkpoint and, beside it, what a kill in the middle of writing the next one leaves
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Create();
        var options = Options with { Steps = 5 };
        new TrainingLoop(Objective("reader", model, options), options, folder.At(""), TimeProvider.System).Run(false, null, null, CancellationToken.None);
        var trained = Weights(model);
        var file = Assert.Single(Directory.GetFiles(folder.At(""), "checkpoint-*"));
        File.WriteAllBytes($"{file}.4711.writing", File.ReadAllBytes(file).AsSpan(0, 1000));

        // when a fresh model resumes
        using var fresh = TinyModel.Create(seed: 5);
        var outcome = new TrainingLoop(Objective("reader", fresh, options), options, folder.At(""), TimeProvider.System)
            .Run(true, null, null, CancellationToken.None);

        // then nothing was lost and nothing was computed again
        Assert.Equal(0, outcome.TokensPerSecond);
        AssertSame(trained, Weights(fresh), name => name.StartsWith("reader.", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_NamesTheFile_WhenTheCheckpointIsCutOff()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Create();
        var options = Options with { Steps = 2 };
        var loop = new TrainingLoop(Objective("reader", model, options), options, folder.At(""), TimeProvider.System);
        loop.Run(false, null, null, CancellationToken.None);
        var file = Assert.Single(Directory.GetFiles(folder.At(""), "checkpoint-*"));
        using (var stream = File.OpenWrite(file))
            stream.SetLength(stream.Length / 2);

        var failure = Assert.Throws<CheckpointException>(() => loop.Run(true, null, null, CancellationToken.None));

        Assert.Equal(file, failure.Path);
    }

    [Fact]
    public void Run_LowersTheLoss_WhenTheReaderLearnsByHeart()
    {
        // given a reader without dropout and one answer to learn
        using var folder = new TemporaryFolder();
        using var model = TinyModel.Create(options: TinyModel.Steady);
        var options = Options with { Steps = 60, LearningRate = 1e-2 };
        var examples = new PassageExamples(model.Tokenizer, model.Features, new PassageOptions(), [([TinyModel.Questions[0]], 1)]);
        var objective = new SpanReadingObjective(model.Reader, model.Featurizer, 1, 2, examples.Draw, CPU);
        using var before = objective.Loss(0).Loss;

        // when it trains
        new TrainingLoop(objective, options, folder.At(""), TimeProvider.System).Run(false, null, null, CancellationToken.None);

        // then it has
        using var after = objective.Loss(0).Loss;
        Assert.True(after.item<float>() < 0.2 * before.item<float>(), $"{before.item<float>()} became {after.item<float>()}");
        var measured = GoldPassageReader.Measure(model, [TinyModel.Questions[0]]);
        Assert.Equal(100, measured[GoldPassageReader.ExactMatchName]);
        Assert.Equal(100, measured[GoldPassageReader.F1Name]);
    }

    private List<int> RandomStops()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var steps = Enumerable.Range(1, Steps - 2).ToArray();
        new Random(seed).Shuffle(steps);
        return [.. steps.Take(5).Order()];
    }

    private static Dictionary<string, byte[]> Train(string kind, IReadOnlyList<int> stops, bool cancel, int seed = 11)
    {
        using var folder = new TemporaryFolder();
        var options = Options with { Seed = seed };
        foreach (var stop in stops)
        {
            var stopped = TinyModel.Create();
            using var source = new CancellationTokenSource();
            using var world = new OpenQaWorld(stopped);
            var objective = new StoppedObjective(Objective(kind, stopped, options, world, folder), stop, () =>
            {
                if (!cancel)
                    throw new IOException("killed");
                source.Cancel();
            });
            var run = () => new TrainingLoop(objective, options, folder.At(""), TimeProvider.System).Run(true, null, null, source.Token);
            if (cancel)
                Assert.Throws<OperationCanceledException>(run);
            else
                Assert.Throws<IOException>(run);
        }
        using var whole = new OpenQaWorld();
        new TrainingLoop(Objective(kind, whole.Model, options, whole, folder), options, folder.At(""), TimeProvider.System)
            .Run(true, null, null, CancellationToken.None);
        return Weights(whole.Model);
    }

    private static IObjective Objective(string kind, RealmModel model, TrainingOptions options, OpenQaWorld? world = null, TemporaryFolder? folder = null)
    {
        // Whatever was drawn before must not matter.
        using var drawn = rand(3);
        switch (kind)
        {
            case "reader":
                var passages = new PassageExamples(
                    model.Tokenizer, model.Features, new PassageOptions { WindowPieces = 24, MaxLength = 64 }, [(TinyModel.Questions, 1)]);
                return new SpanReadingObjective(model.Reader, model.Featurizer, options.Seed, options.BatchSize, passages.Draw, CPU);
            case "retriever":
                var pairs = new QuestionBlockExamples(model.Inputs, TinyModel.Questions, 64);
                var cloze = new InverseClozeExamples(model.Inputs, TinyModel.Blocks, maxBlockLength: 64);
                return new ContrastiveRetrievalObjective(
                    model.Embedder, model.Featurizer, options.Seed, options.BatchSize, random =>
                        random.Next(2) == 0 ? pairs.Draw(random) : cloze.Draw(random), "Retriever", CPU);
            case "openQa":
                return world!.Objective(
                    OpenQaWorld.Options with
                    {
                        Training = options,
                        HardNegativeShare = 0.3,
                        WithoutAnswer = 0.2,
                        ContrastiveWeight = 0.5,
                    }, TinyModel.Questions);
            case "trainableDocuments":
                // Generations change between checkpoints, so that a killed run goes back past a change.
                return world!.Objective(
                    OpenQaWorld.Options with { Training = options, DocumentTower = DocumentTower.Trainable, EmbeddedBeamSize = 3,
                        Refresh = new() { Mode = RefreshMode.Synchronous, EverySteps = 4 } }, TinyModel.Questions, folder!.At("generations"));
            default:
                return new MaskedLanguageModelObjective(
                    model.WithHead(options.Seed), TinyModel.Blocks, options, maxLength: 24, new UniformMasking(model.Vocabulary));
        }
    }

    private static Dictionary<string, byte[]> Weights(RealmModel model)
    {
        using var scope = NewDisposeScope();
        return StateDict.Export(model.Embedder, "embedder.").Concat(StateDict.Export(model.Reader, "reader."))
            .Concat(StateDict.Export(model.QueryEmbedder, "query_embedder."))
            .ToDictionary(entry => entry.Name, entry => MemoryMarshal.AsBytes<float>(entry.Tensor.contiguous().data<float>().ToArray()).ToArray());
    }

    private static void AssertSame(Dictionary<string, byte[]> expected, Dictionary<string, byte[]> actual, Func<string, bool>? only = null)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        Assert.All(expected.Where(entry => only is null || only(entry.Key)),
            entry => Assert.True(entry.Value.AsSpan().SequenceEqual(actual[entry.Key]), $"{entry.Key} differs"));
    }
}
