using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.FineTuning;

/// <summary>The index of a training in which the embedder of blocks moves: all blocks are embedded again every so many steps. Paper §3.3, but while
/// training waits, so that the generation of a step is a function of the step and a resumed run sees what it would have seen.</summary>
/// <param name="folder">Where the generations are kept, a folder for each step that began one.</param>
/// <param name="every">Steps between builds.</param>
/// <param name="farthestBack">Steps that a run can be thrown back at most: those between the newest and the oldest checkpoint that is kept, and on.</param>
public sealed class StepwiseIndex(
    RealmModel model, IBlockStore blocks, string corpusVersion, string folder, int every, int farthestBack, TimeProvider time,
    IProgress<TrainingProgress>? progress, CancellationToken cancellationToken) : IDisposable
{
    private DenseBlockIndex? _index;
    private long _began = -1;

    /// <summary>The generation of a step. Embeds the corpus where the step is the first of one; where the generation of an earlier step is gone from
    /// the disk, it is built from the weights as they are now.</summary>
    public IBlockIndex At(long step)
    {
        var began = step / every * every;
        if (_index is null || began != _began)
        {
            _index?.Dispose();
            _index = Open(began);
            _began = began;
            Prune();
        }
        return _index;
    }

    public void Dispose() => _index?.Dispose();

    private DenseBlockIndex Open(long began)
    {
        var generations = Path.Combine(folder, $"step-{began:D9}");
        if (IndexFolder.OpenCurrent(generations) is { } built)
            return built;
        Directory.CreateDirectory(generations);
        // Embedding is without dropout, whatever the training of the moment does.
        var training = model.Embedder.training;
        model.Embedder.eval();
        model.WeightsChanged();
        try
        {
            IndexBuilder.Build(generations, blocks, corpusVersion, model, model.Name, time, progress, cancellationToken);
        }
        finally
        {
            model.Embedder.train(training);
        }
        return IndexFolder.OpenCurrent(generations)!;
    }

    // The step that a run is thrown back to may have begun in the middle of a generation.
    private void Prune()
    {
        foreach (var old in Directory.EnumerateDirectories(folder, "step-*"))
        {
            if (long.Parse(Path.GetFileName(old)["step-".Length..], System.Globalization.CultureInfo.InvariantCulture) <= _began - every - farthestBack)
                Directory.Delete(old, recursive: true);
        }
    }
}
