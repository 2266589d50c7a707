using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
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
    private readonly QuestionSetLibrary _questionSets;

    internal RunLauncher(
        RunStore runs, RunReader reader, RunStateChanger states, RunDispatcher dispatcher, RunningRuns running, CorpusLibrary corpora, ModelLibrary models,
        QuestionSetLibrary questionSets)
    {
        (_runs, _reader, _states, _dispatcher, _running) = (runs, reader, states, dispatcher, running);
        (_corpora, _models, _questionSets) = (corpora, models, questionSets);
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

    /// <summary>Queues a training of one of the kinds in <see cref="RunKinds.Training"/>.</summary>
    /// <exception cref="ArgumentException">The new model's name is malformed or taken, a number is out of range, the settings cannot be used, or there is nothing to learn from.</exception>
    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    /// <exception cref="ModelNotFoundException">The model does not exist.</exception>
    /// <exception cref="QuestionSetNotFoundException">A question set does not exist.</exception>
    public async Task<RunSnapshot> TrainAsync(
        Contracts.Runs.RunKind kind, TrainingParameters parameters, string startedBy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!RunKinds.Training.Contains((RunKind)kind))
            throw new ArgumentException($"{kind} is no training. Use one of {string.Join(", ", RunKinds.Training)}.", nameof(kind));
        ArgumentOutOfRangeException.ThrowIfLessThan(parameters.Steps, parameters.Settings.Length > 0 ? 0 : 1, nameof(parameters));
        TrainingSettings.Require((RunKind)kind, parameters.Settings);
        _models.FolderForNew(parameters.NewModel);
        RequirePassages(parameters.Corpus);
        RequireLessons(kind, parameters);
        // Of two runs for one name the second would fail after hours: at saving.
        if ((await _runs.ListAsync(new RunFilter(RunTransitions.Open, RunKinds.Training, parameters.NewModel), cancellationToken)).Count > 0)
            throw new ArgumentException($"A run that makes a model \"{parameters.NewModel}\" is under way. Choose another name, or cancel that run.", nameof(parameters));
        parameters = parameters with { Model = ModelNamed(parameters.Model) };
        return await LaunchAsync((RunKind)kind, parameters.NewModel, "train", parameters, startedBy, null, cancellationToken);
    }

    /// <summary>Queues an evaluation.</summary>
    /// <exception cref="ArgumentException">A number is out of range, the corpus is empty, or there is no model.</exception>
    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    /// <exception cref="ModelNotFoundException">The model does not exist.</exception>
    /// <exception cref="QuestionSetNotFoundException">The question set does not exist.</exception>
    public Task<RunSnapshot> EvaluateAsync(EvaluationParameters parameters, string startedBy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfNegative(parameters.Limit, nameof(parameters));
        _questionSets.Get(parameters.QuestionSet);
        RequirePassages(parameters.Corpus);
        parameters = parameters with { Model = ModelNamed(parameters.Model) };
        return LaunchAsync(RunKind.Evaluate, parameters.Model, "train", parameters, startedBy, null, cancellationToken);
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

    private void RequirePassages(string corpus)
    {
        if (_corpora.Open(corpus).Info().Blocks == 0)
            throw new ArgumentException($"The corpus \"{corpus}\" has no passages. Put documents into it first.", nameof(corpus));
    }

    private void RequireLessons(Contracts.Runs.RunKind kind, TrainingParameters parameters)
    {
        var sets = (parameters.QuestionSets ?? []).Select(_questionSets.Get).ToList();
        if (kind != Contracts.Runs.RunKind.FineTune)
        {
            if (sets.Count > 0)
                throw new ArgumentException($"{kind} learns from the corpus alone. Leave the question sets out.", nameof(parameters));
        }
        else if (parameters.Config.Length == 0 && sets.Sum(set => set.Readable) == 0)
        {
            throw new ArgumentException(
                sets.Count == 0
                    ? "Fine-tuning learns from questions. Name at least one question set."
                    : $"No question of {string.Join(", ", sets.Select(set => set.Name))} has its passage with the answer's place in it, from which the reader learns. Add \"context\" and \"answer_starts\" to the lines.",
                nameof(parameters));
        }
    }

    // Pinned when the run is launched: while it waits another model may come into production.
    private string ModelNamed(string name) => name.Length > 0
        ? _models.Get(name).Name
        : _models.Production()?.Name ?? throw new ArgumentException("No model is installed. Import one with `realm model import`.", nameof(name));

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
