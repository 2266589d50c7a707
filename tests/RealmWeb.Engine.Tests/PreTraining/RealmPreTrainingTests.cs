using RealmWeb.Engine.Models;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.PreTraining;

/// <summary>Trainings on text alone, as the command and the site start them: one after the other from one model.</summary>
[Collection(SeededTests.Name)]
public sealed class RealmPreTrainingTests : IDisposable
{
    private static readonly MemoryBlockStore Blocks = new(TinyModel.Blocks);
    private static readonly SearchableCorpus Corpus = new(Blocks, new MemoryTermIndex(Blocks), "1", []);
    private static readonly TrainingOptions Training = new() { Steps = 3, BatchSize = 2, WarmUpSteps = 1, LearningRate = 1e-2, Seed = 5 };

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Trainings_ChangeWhatTheyAreFor_AndMeasureWhatTheyHeldOut()
    {
        using var model = TinyModel.Create().WithAnswering(new AnsweringDefaults { Temperature = 2 });
        var run = new TrainingRun(model, "warm", _folder.At("work"), false, TimeProvider.System, new Listener(_warnings), CancellationToken.None);
        var untrained = model.ModelVersion;

        var cloze = InverseClozeTraining.Run(run, new InverseClozeOptions { Training = Training, MaxBlockLength = 48, HeldOutShare = 0.4 }, Corpus.AllBlocks());
        var warm = run.Model.ModelVersion;
        var encoder = MaskedLanguageModelTraining.Run(
            run, new PreTrainingOptions { MaskedLanguageModel = Training, MaxLength = 32, HeldOutShare = 0.4, Embedder = false }, Corpus.AllBlocks());
        var encoded = run.Model.ModelVersion;
        var realm = RealmPreTraining.Run(run, Realm, Corpus, Corpus.AllBlocks());
        var saved = run.Save(_folder.At("model"));

        Assert.Null(run.Model.Answering.Temperature);
        Assert.NotEqual(untrained, warm);
        Assert.Equal(warm, encoded);
        Assert.NotEqual(encoded, run.Model.ModelVersion);
        Assert.All([cloze, encoder, realm], outcome => Assert.True(outcome.Metrics["heldOutLoss"] > 0));
        Assert.Contains("heldOutRetrievalUtility", realm.Metrics.Keys);
        Assert.Equal((9, realm.Metrics), (saved.Steps, saved.Metrics));
        Assert.Equal(["ict", "pretrain", "realm"], Directory.GetDirectories(_folder.At("work")).Select(Path.GetFileName).Order());
        Assert.DoesNotContain(_warnings, warning => warning.Contains("starts at random", StringComparison.Ordinal));
    }

    [Fact]
    public void RealmPreTraining_WarnsOfAHeadThatStartsAtRandom_AndSeparatesTheTowers()
    {
        using var model = TinyModel.Create();
        var run = new TrainingRun(model, "new", _folder.At("work"), false, TimeProvider.System, new Listener(_warnings), CancellationToken.None);

        RealmPreTraining.Run(run, Realm with { SeparateTowers = true, HeldOutShare = 0 }, Corpus, Corpus.AllBlocks());

        Assert.Contains("`realm pretrain --objective mlm`", _warnings[0], StringComparison.Ordinal);
        Assert.NotSame(run.Model.Embedder, run.Model.QueryEmbedder);
    }

    private static RealmPreTrainingOptions Realm => new()
    {
        Training = Training, Candidates = 3, QueryLength = 24, CandidateLength = 40, Masking = MaskingKind.Span, HeldOutShare = 0.4,
        Refresh = new RefreshOptions { Mode = RefreshMode.Frozen },
    };

    private sealed class Listener(List<string> warnings) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value)
        {
            if (value.Warning is { } warning)
                warnings.Add(warning);
        }
    }
}
