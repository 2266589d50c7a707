using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Retrieval.Index;

namespace RealmWeb.Engine.Training.Refresh;

/// <summary>Keeps the index of a training run near its retriever: embeds the corpus with a snapshot, publishes the generation as a whole, and lets the
/// trainer change over between two steps. Serves pre-training, and fine-tuning where the embedder of blocks trains. Paper §3.3.</summary>
/// <remarks>Shards are written by <see cref="IndexBuilder"/>, so that a refresh that dies, alone or with the process, goes on after its last whole
/// shard and never leaves half an index. Not safe for concurrent callers: the trainer's thread is the only one.</remarks>
public sealed class IndexRefresher : IDisposable
{
    private readonly RealmModel _model;
    private readonly IBlockStore _blocks;
    private readonly string _corpusVersion;
    private readonly RefreshOptions _options;
    private readonly RefreshLog _log;
    private readonly TimeProvider _time;
    private readonly IProgress<OperationProgress>? _progress;
    private readonly CancellationTokenSource _stop;
    private readonly IReadOnlyList<string> _known;
    private RefreshedIndex? _current;
    private Task<RefreshedIndex>? _pending;

    /// <param name="folder">Belongs to the refresher alone.</param>
    /// <param name="resume">False: what stands in the folder is of another run and goes.</param>
    /// <param name="farthestBack">Steps that a run can be thrown back at most: those between the newest and the oldest checkpoint that is kept, and on.</param>
    /// <param name="known">Index folders in which a generation of the same corpus and weights may stand already, as before the first step; it is copied
    /// instead of built again.</param>
    /// <param name="progress">Hears of refreshes that the trainer waits for; one beside it would only jumble the trainer's own.</param>
    public IndexRefresher(
        RealmModel model, IBlockStore blocks, string corpusVersion, RefreshOptions options, string folder, bool resume, long farthestBack,
            IReadOnlyList<string> known,
        TimeProvider time, IProgress<OperationProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(known);
        if (options is { Mode: RefreshMode.Synchronous, EverySteps: 0 })
            throw new ArgumentException("A synchronous refresh needs \"everySteps\" of at least 1.", nameof(options));
        (_model, _blocks, _corpusVersion, _options, _known, _time, _progress) = (model, blocks, corpusVersion, options, known, time, progress);
        _log = new RefreshLog(folder, farthestBack);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (!resume)
            _log.Clear();
        Directory.CreateDirectory(folder);
    }

    /// <summary>The index that was given last; null before the first. Belongs to the refresher.</summary>
    public RefreshedIndex? Current => _current;

    /// <summary>The index to retrieve from at a step; waits only where there is none yet or the mode says so.</summary>
    /// <param name="step">Steps that the retriever has been trained for; never smaller than before.</param>
    /// <exception cref="IndexException">A refresh failed more often than it may.</exception>
    public RefreshedIndex At(long step)
    {
        _current ??= Restore(step) ?? Wait(BuildAsync(Snapshot(), step, _progress));
        if (_pending is { IsCompleted: true } finished)
        {
            _pending = null;
            Switch(Wait(finished));
        }
        switch (_options.Mode)
        {
            case RefreshMode.Synchronous when step % _options.EverySteps == 0 && _current.Step != step:
                Switch(Wait(BuildAsync(Snapshot(), step, _progress)));
                break;
            case RefreshMode.Asynchronous when _pending is null && step > _current.Step && step - _current.Step >= _options.EverySteps:
                var snapshot = Snapshot();
                _pending = Task.Run(() => BuildAsync(snapshot, step, null));
                break;
        }
        return _current;
    }

    /// <summary>Ends a refresh that is under way; the next run with the same folder goes on with it.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        try
        {
            _pending?.GetAwaiter().GetResult().Dispose();
        }
        catch (Exception ended) when (ended is OperationCanceledException or IndexException or IOException)
        {
            // Nobody waits for it any more.
        }
        _current?.Dispose();
        _stop.Dispose();
    }

    private static RefreshedIndex Wait(Task<RefreshedIndex> refresh) => refresh.GetAwaiter().GetResult();

    private void Switch(RefreshedIndex next)
    {
        _current!.Dispose();
        _current = next;
    }

    private EmbedderSnapshot Snapshot()
    {
        var snapshot = new EmbedderSnapshot(_model);
        snapshot.CopyFrom(_model);
        return snapshot;
    }

    // What a killed run used at this step. Older than that would be another run than the one that was killed.
    private RefreshedIndex? Restore(long step)
    {
        foreach (var entry in _log.Read().Where(entry => entry.Step <= step))
        {
            if (_options.Mode == RefreshMode.Synchronous && entry.Step != step - step % _options.EverySteps)
                continue;
            var snapshot = new EmbedderSnapshot(_model);
            try
            {
                snapshot.Load(_log.SnapshotFile(entry.Step));
                return new RefreshedIndex(
                    entry.Step, entry.TakenAt, Open(Path.Combine(_log.IndexFolder(entry.Step), entry.Generation), verify: true), snapshot);
            }
            catch (Exception damaged) when (damaged is IndexException or CheckpointException or IOException)
            {
                // Built anew from the weights of the checkpoint.
                snapshot.Dispose();
            }
        }
        return null;
    }

    private async Task<RefreshedIndex> BuildAsync(EmbedderSnapshot snapshot, long step, IProgress<OperationProgress>? progress)
    {
        var (takenAt, folder) = (_time.GetUtcNow(), _log.IndexFolder(step));
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                snapshot.Save(_log.SnapshotFile(step));
                Directory.CreateDirectory(folder);
                var generation = IndexBuilder.Build(
                    new IndexRequest(folder, _blocks, _corpusVersion, snapshot, $"step {step}") { KnownFolders = _known }, _time, progress, _stop.Token);
                var index = Open(Path.Combine(folder, generation), verify: false);
                _log.Add(new RefreshLog.Entry(step, takenAt, generation));
                return new RefreshedIndex(step, takenAt, index, snapshot);
            }
            // Whatever it died of: the shards that are whole stay, and the next attempt goes on after them.
            catch (Exception failure) when (failure is not OperationCanceledException && attempt < _options.Restarts)
            {
                await Task.Delay(TimeSpan.FromSeconds(Math.Min(30, 1 << attempt)), _time, _stop.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                snapshot.Dispose();
                throw new IndexException(
                    folder, $"The index could not be refreshed at step {step}, after {attempt + 1} attempts: {failure.Message} Mend the cause and resume.",
                        failure);
            }
            catch
            {
                snapshot.Dispose();
                throw;
            }
        }
    }

    // Training searches for hundreds of sentences at once: where there is a GPU it multiplies them.
    private DenseBlockIndex Open(string generation, bool verify) =>
        DenseBlockIndex.Open(generation, verify, products: _model.Device.type == TorchSharp.DeviceType.CUDA ? _model.Device : null);
}
