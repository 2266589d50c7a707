using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Files;

namespace RealmWeb.Jobs.Runs;

/// <summary>The one place where long work is started, cancelled and resumed.</summary>
public sealed class RunLauncher
{
    private readonly RunStore _runs;
    private readonly RunReader _reader;
    private readonly RunStateChanger _states;
    private readonly RunDispatcher _dispatcher;
    private readonly RunningRuns _running;
    private readonly RunWorks _works;
    private readonly RunForecaster _forecaster;

    internal RunLauncher(
        RunStore runs, RunReader reader, RunStateChanger states, RunDispatcher dispatcher, RunningRuns running, RunWorks works, RunForecaster forecaster) =>
        (_runs, _reader, _states, _dispatcher, _running, _works, _forecaster) = (runs, reader, states, dispatcher, running, works, forecaster);

    /// <summary>Queues a run.</summary>
    /// <param name="startedBy">User name.</param>
    /// <param name="requestKey">What the requester calls the request: the same key again gives the first one's run. Null for none.</param>
    /// <exception cref="ArgumentException">It cannot be done; the message says why.</exception>
    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    /// <exception cref="ModelNotFoundException">The model does not exist.</exception>
    /// <exception cref="QuestionSetNotFoundException">A question set does not exist.</exception>
    /// <exception cref="DiskFullException">The disk has not as much room as the run will write.</exception>
    /// <exception cref="MemoryShortException">The machine has not as much memory as the run takes.</exception>
    public async Task<RunSnapshot> LaunchAsync(
        IRunParameters parameters, string startedBy, string? requestKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var plan = await _works.Of(parameters.Kind).PlanAsync(parameters, cancellationToken);
        await _forecaster.RequireRoomAsync(plan.Parameters, cancellationToken);
        var run = new Run
        {
            Kind = parameters.Kind,
            Target = plan.Target,
            ExclusiveKey = plan.ExclusiveKey,
            RequestKey = requestKey,
            ParametersJson = JsonSerializer.Serialize(plan.Parameters, plan.Parameters.GetType()),
            StartedBy = startedBy,
        };
        if (plan.JoinsWaiting && await FindWaitingAsync(run, cancellationToken) is { } waiting)
            return await _reader.SnapshotAsync(waiting, cancellationToken);
        try
        {
            await _runs.CreateAsync(run, cancellationToken);
        }
        catch (DbUpdateException) when (requestKey is not null)
        {
            // The key is taken: the same request came before, or at the same moment.
            if (await _runs.FindByRequestAsync(requestKey, cancellationToken) is { } first)
                return await _reader.SnapshotAsync(first, cancellationToken);
            throw;
        }
        await _states.PublishAsync(run.Id, cancellationToken);
        _dispatcher.Dispatch(run);
        return await _reader.SnapshotAsync(run, cancellationToken);
    }

    /// <summary>Throws as <see cref="LaunchAsync"/> would, and queues nothing.</summary>
    /// <exception cref="ArgumentException">It cannot be done; the message says why.</exception>
    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    /// <exception cref="ModelNotFoundException">The model does not exist.</exception>
    /// <exception cref="QuestionSetNotFoundException">A question set does not exist.</exception>
    public Task CheckAsync(IRunParameters parameters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return _works.Of(parameters.Kind).PlanAsync(parameters, cancellationToken);
    }

    /// <summary>Cancels a run: a waiting one at once, a working one is asked to stop. Nothing happens to one that is over.</summary>
    /// <returns>The run as it is then; null when there is none.</returns>
    public async Task<RunSnapshot?> CancelAsync(Guid id, CancellationToken cancellationToken = default)
    {
        RunState[] waiting = [RunState.Queued, RunState.Interrupted, RunState.Paused];
        if (!await _states.TryChangeAsync(id, waiting, RunState.Cancelled, cancellationToken: cancellationToken)
            && await _states.TryChangeAsync(id, [RunState.Running, RunState.Pausing], RunState.Stopping, cancellationToken: cancellationToken))
        {
            _running.Cancel(id);
        }
        return await _reader.FindAsync(id, cancellationToken);
    }

    /// <summary>Asks a working run to stop until it is resumed; others go on meanwhile. Nothing happens to a run in another state.</summary>
    /// <returns>The run as it is then; null when there is none.</returns>
    public async Task<RunSnapshot?> PauseAsync(Guid id, CancellationToken cancellationToken = default)
    {
        if (await _states.TryChangeAsync(id, [RunState.Running], RunState.Pausing, cancellationToken: cancellationToken))
            _running.Cancel(id);
        return await _reader.FindAsync(id, cancellationToken);
    }

    /// <summary>Queues an interrupted or a paused run again; it goes on from its last checkpoint. Nothing happens to a run in another state.</summary>
    /// <returns>The run as it is then; null when there is none.</returns>
    public async Task<RunSnapshot?> ResumeAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await _states.TryChangeAsync(id, [RunState.Interrupted, RunState.Paused], RunState.Queued, cancellationToken: cancellationToken);
        return await _reader.FindAsync(id, cancellationToken);
    }

    private async Task<Run?> FindWaitingAsync(Run wanted, CancellationToken cancellationToken) =>
        (await _runs.ListAsync(new RunFilter([RunState.Queued], [wanted.Kind], wanted.Target), cancellationToken))
            .FirstOrDefault(run => run.ParametersJson == wanted.ParametersJson);
}
