using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.Runs;
using RunKind = RealmWeb.Data.Runs.RunKind;
using RunState = RealmWeb.Data.Runs.RunState;

namespace RealmWeb.Jobs.Runs;

/// <summary>The one place where long work is started, cancelled and resumed.</summary>
public sealed class RunLauncher
{
    private readonly RunStore _runs;
    private readonly RunReader _reader;
    private readonly RunStateChanger _states;
    private readonly RunDispatcher _dispatcher;
    private readonly RunningRuns _running;
    private readonly CorpusLibrary _corpora;
    private readonly ModelLibrary _models;

    internal RunLauncher(
        RunStore runs, RunReader reader, RunStateChanger states, RunDispatcher dispatcher, RunningRuns running, CorpusLibrary corpora, ModelLibrary models)
    {
        (_runs, _reader, _states, _dispatcher, _running, _corpora, _models) = (runs, reader, states, dispatcher, running, corpora, models);
    }

    /// <summary>Queues an import.</summary>
    /// <param name="startedBy">User name.</param>
    /// <param name="requestKey">What the requester calls the request: the same key again gives the first one's run. Null for none.</param>
    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    public Task<RunSnapshot> ImportAsync(ImportParameters parameters, string startedBy, string? requestKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _corpora.Open(parameters.Corpus);
        return LaunchAsync(RunKind.Import, parameters.Corpus, CorpusKey(parameters.Corpus), parameters, startedBy, requestKey, cancellationToken);
    }

    /// <summary>The run that a named request made; null when there is none.</summary>
    public async Task<RunSnapshot?> FindByRequestAsync(string requestKey, CancellationToken cancellationToken = default) =>
        await _runs.FindByRequestAsync(requestKey, cancellationToken) is { } run ? await _reader.SnapshotAsync(run, cancellationToken) : null;

    /// <summary>Queues an index build; one that waits already for the same corpus and model is taken instead of a second.</summary>
    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    /// <exception cref="ModelNotFoundException">The model does not exist.</exception>
    public async Task<RunSnapshot> BuildIndexAsync(IndexBuildParameters parameters, string startedBy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _corpora.Open(parameters.Corpus);
        RequireModel(parameters.Model);
        var json = JsonSerializer.Serialize(parameters);
        var queued = await _runs.ListAsync(new RunFilter([RunState.Queued], [RunKind.IndexBuild], parameters.Corpus), cancellationToken);
        return queued.FirstOrDefault(run => run.ParametersJson == json) is { } waiting
            ? await _reader.SnapshotAsync(waiting, cancellationToken)
            : await LaunchAsync(RunKind.IndexBuild, parameters.Corpus, CorpusKey(parameters.Corpus), parameters, startedBy, null, cancellationToken);
    }

    /// <summary>Queues pre-training or fine-tuning.</summary>
    /// <exception cref="ArgumentException">The new model's name is malformed or taken, or a number is out of range.</exception>
    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    /// <exception cref="ModelNotFoundException">The model does not exist.</exception>
    public Task<RunSnapshot> TrainAsync(
        Contracts.Runs.RunKind kind, TrainingParameters parameters, string startedBy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (kind is not (Contracts.Runs.RunKind.PreTrain or Contracts.Runs.RunKind.FineTune))
            throw new ArgumentException($"{kind} is no training. Use {Contracts.Runs.RunKind.PreTrain} or {Contracts.Runs.RunKind.FineTune}.", nameof(kind));
        ArgumentOutOfRangeException.ThrowIfLessThan(parameters.Steps, 1, nameof(parameters));
        _corpora.Open(parameters.Corpus);
        RequireModel(parameters.Model);
        _models.FolderForNew(parameters.NewModel);
        return LaunchAsync((RunKind)kind, parameters.NewModel, "train", parameters, startedBy, null, cancellationToken);
    }

    /// <summary>Queues an evaluation.</summary>
    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    /// <exception cref="ModelNotFoundException">The model does not exist.</exception>
    public Task<RunSnapshot> EvaluateAsync(EvaluationParameters parameters, string startedBy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _corpora.Open(parameters.Corpus);
        RequireModel(parameters.Model);
        return LaunchAsync(RunKind.Evaluate, parameters.Corpus, "train", parameters, startedBy, null, cancellationToken);
    }

    /// <summary>Cancels a run: a waiting one at once, a working one is asked to stop. Nothing happens to one that is over.</summary>
    /// <returns>The run as it is then; null when there is none.</returns>
    public async Task<RunSnapshot?> CancelAsync(Guid id, CancellationToken cancellationToken = default)
    {
        if (!await _states.TryChangeAsync(id, [RunState.Queued, RunState.Interrupted], RunState.Cancelled, cancellationToken: cancellationToken)
            && await _states.TryChangeAsync(id, [RunState.Running], RunState.Stopping, cancellationToken: cancellationToken))
        {
            _running.Cancel(id);
        }
        return await _reader.FindAsync(id, cancellationToken);
    }

    /// <summary>Queues an interrupted run again; it goes on from its last checkpoint. Nothing happens to a run in another state.</summary>
    /// <returns>The run as it is then; null when there is none.</returns>
    public async Task<RunSnapshot?> ResumeAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await _states.TryChangeAsync(id, [RunState.Interrupted], RunState.Queued, cancellationToken: cancellationToken);
        return await _reader.FindAsync(id, cancellationToken);
    }

    internal static string CorpusKey(string corpus) => "corpus:" + corpus;

    private void RequireModel(string name)
    {
        if (name.Length > 0)
            _models.Get(name);
    }

    private async Task<RunSnapshot> LaunchAsync<T>(
        RunKind kind, string target, string exclusiveKey, T parameters, string startedBy, string? requestKey, CancellationToken cancellationToken)
    {
        Run run;
        try
        {
            run = await _runs.CreateAsync(
                new Run
                {
                    Kind = kind,
                    Target = target,
                    ExclusiveKey = exclusiveKey,
                    RequestKey = requestKey,
                    ParametersJson = JsonSerializer.Serialize(parameters),
                    StartedBy = startedBy,
                }, cancellationToken);
        }
        catch (DbUpdateException) when (requestKey is not null)
        {
            // The key is taken: the same request came before, or at the same moment.
            if (await FindByRequestAsync(requestKey, cancellationToken) is { } first)
                return first;
            throw;
        }
        await _states.PublishAsync(run.Id, cancellationToken);
        _dispatcher.Dispatch(run);
        return await _reader.SnapshotAsync(run, cancellationToken);
    }
}
