using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Retrieval.Lexical;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.FineTuning;

/// <summary>A model, the eight articles as its corpus, and their index.</summary>
internal sealed class OpenQaWorld : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private IndexRefresher? _refresher;

    public OpenQaWorld(RealmModel? model = null, IBlockStore? blocks = null, IBlockEncoder? encoder = null)
    {
        Model = model ?? TinyModel.Create();
        Blocks = blocks ?? new MemoryBlockStore(TinyModel.Blocks);
        Lexical = new MemoryTermIndex(Blocks);
        Index = Build(_folder.At("index"), encoder ?? Model);
    }

    public static OpenQaOptions Options { get; } = new()
    {
        Training = new TrainingOptions
        {
            Steps = 24,
            LearningRate = 5e-3,
            WarmUpSteps = 4,
            BatchSize = 3,
            Seed = 11,
            CheckpointEvery = 7,
            Beta2 = 0.98,
            BiasCorrection = true,
        },
        ReaderBeamSize = 3, RetrieverBeamSize = 6,
    };

    public RealmModel Model { get; private set; }

    public IBlockStore Blocks { get; }

    public ILexicalIndex Lexical { get; }

    public DenseBlockIndex Index { get; }

    /// <summary>Gives questions a tower of their own.</summary>
    public void SeparateTowers() => Model = Model.WithSeparateTowers();

    /// <summary>The objective over some questions; towers are separated where block vectors are frozen.</summary>
    /// <param name="generations">Where generations of a trainable document tower are kept; null for a folder of this world.</param>
    public OpenQaObjective Objective(OpenQaOptions options, IReadOnlyList<QuestionExample> questions, string? generations = null)
    {
        if (options.DocumentTower == DocumentTower.Frozen)
            SeparateTowers();
        var examples = new OpenQaExamples(Model, Blocks, options.GoldPassages, [(questions, 1)], CancellationToken.None);
        generations ??= _folder.At("generations");
        _refresher?.Dispose();
        var refresher = _refresher = new IndexRefresher(
            Model, Blocks, "1", options.Refresh, generations, resume: true,
            options.Training.FarthestBack, [], TimeProvider.System, null, CancellationToken.None);
        return new OpenQaObjective(
            Model, options, examples, Blocks, options.DocumentTower == DocumentTower.Trainable ? step => refresher.At(step).Index : _ => Index, Lexical);
    }

    /// <summary>An index of the blocks as a model embeds them now.</summary>
    public DenseBlockIndex Build(string folder, IBlockEncoder encoder)
    {
        Directory.CreateDirectory(folder);
        IndexBuilder.Build(new IndexRequest(folder, Blocks, "1", encoder, "test"), TimeProvider.System, null, CancellationToken.None);
        return IndexFolder.OpenCurrent(folder)!;
    }

    public string At(string name) => _folder.At(name);

    public void Dispose()
    {
        _refresher?.Dispose();
        Index.Dispose();
        Model.Dispose();
        _folder.Dispose();
    }
}
