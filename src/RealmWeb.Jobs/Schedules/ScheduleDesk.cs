using System.Text.Json;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Data.Chains;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Schedules;
using RealmWeb.Data.Storage;
using RealmWeb.Jobs.Chains;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Schedules;

/// <summary>Where schedules are made and changed. Nothing is kept that could not be started now.</summary>
public sealed class ScheduleDesk(
    ScheduleStore schedules, RunStore runs, RunLauncher launcher, ChainStore chains, ChainDesk chainDesk, IChangePublisher changes, TimeProvider time)
{
    private const int LongestName = 60;
    private const int ShownOutcomes = 5;
    private const int ShownTimes = 5;

    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<ScheduleView>> ListAsync(CancellationToken cancellationToken = default)
    {
        var views = new List<ScheduleView>();
        foreach (var schedule in await schedules.ListAsync(cancellationToken))
            views.Add(await ViewAsync(schedule, cancellationToken));
        return views;
    }

    /// <summary>The next times of a schedule that is being written.</summary>
    /// <exception cref="ArgumentException">Expression or zone cannot be used, or no time ever comes.</exception>
    public NextTimes Preview(string cron, string timeZone) => new(FirstTimes(CronTimes.Of(cron, timeZone), cron));

    /// <exception cref="ArgumentException">It cannot be done; the message says why.</exception>
    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    /// <exception cref="ModelNotFoundException">The model does not exist.</exception>
    /// <exception cref="QuestionSetNotFoundException">A question set does not exist.</exception>
    public async Task<ScheduleView> CreateAsync(SaveScheduleRequest request, string madeBy, CancellationToken cancellationToken = default)
    {
        var schedule = new Schedule
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()), Name = "", RunJson = "", Cron = "", TimeZone = "", MadeBy = madeBy, MadeAt = time.GetUtcNow(),
        };
        await FillAsync(schedule, request, cancellationToken);
        await UnlessTakenAsync(() => schedules.AddAsync(schedule, cancellationToken));
        Tell(schedule.Id);
        return await ViewAsync(schedule, cancellationToken);
    }

    /// <summary>Changes a schedule; times before now that nothing was done about are forgotten.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="ArgumentException">It cannot be done; the message says why.</exception>
    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    /// <exception cref="ModelNotFoundException">The model does not exist.</exception>
    /// <exception cref="QuestionSetNotFoundException">A question set does not exist.</exception>
    public async Task<ScheduleView?> UpdateAsync(Guid id, SaveScheduleRequest request, CancellationToken cancellationToken = default)
    {
        if (await schedules.FindAsync(id, cancellationToken) is not { } schedule)
            return null;
        await FillAsync(schedule, request, cancellationToken);
        var there = false;
        await UnlessTakenAsync(async () => there = await schedules.UpdateAsync(schedule, cancellationToken));
        if (!there)
            return null;
        Tell(id);
        return await ViewAsync(schedule, cancellationToken);
    }

    /// <returns>Null when there is none.</returns>
    public async Task<ScheduleView?> SetEnabledAsync(Guid id, bool enabled, CancellationToken cancellationToken = default)
    {
        if (await schedules.FindAsync(id, cancellationToken) is not { } schedule)
            return null;
        if (schedule.Enabled != enabled)
        {
            schedule.Enabled = enabled;
            schedule.NextAt = NextOf(schedule);
            if (!await schedules.UpdateAsync(schedule, cancellationToken))
                return null;
            Tell(id);
        }
        return await ViewAsync(schedule, cancellationToken);
    }

    /// <summary>Deletes a schedule; its runs and chains stay.</summary>
    public async Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken = default)
    {
        var deleted = await schedules.DeleteAsync(id, cancellationToken);
        if (deleted)
            Tell(id);
        return deleted;
    }

    /// <summary>Starts what a schedule starts, whatever else is under way and however few labels came; its times stay as they are.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="ArgumentException">It cannot be done; the message says why.</exception>
    /// <exception cref="CorpusNotFoundException">The corpus does not exist.</exception>
    /// <exception cref="ModelNotFoundException">The model does not exist.</exception>
    /// <exception cref="QuestionSetNotFoundException">A question set does not exist.</exception>
    public async Task<ScheduleStarted?> RunNowAsync(Guid id, string startedBy, CancellationToken cancellationToken = default)
    {
        if (await schedules.FindAsync(id, cancellationToken) is not { } schedule)
            return null;
        var now = time.GetUtcNow();
        var started = ScheduledWork.ChainOf(schedule) is { } chain
            ? new ScheduleStarted(
                null, (await chainDesk.StartAsync(ScheduledWork.RequestOf(chain, now), startedBy, cancellationToken: cancellationToken)).Id)
            : new ScheduleStarted(
                (await launcher.LaunchAsync(
                    ScheduledWork.ParametersOf(ScheduledWork.RunOf(schedule), now), startedBy, cancellationToken: cancellationToken)).Id, null);
        await schedules.AddEntryAsync(
            new ScheduleEntry
            {
                ScheduleId = id, DueAt = now, Result = ScheduleResult.Started, Note = $"By {startedBy}.", RunId = started.RunId, ChainId = started.ChainId,
            }, cancellationToken);
        Tell(id);
        return started;
    }

    private void Tell(Guid id) => changes.Changed(EventTopics.Schedules, EventTypes.ScheduleChanged, $"{id}");

    private async Task FillAsync(Schedule schedule, SaveScheduleRequest request, CancellationToken cancellationToken)
    {
        var name = request.Name.Trim();
        if (name.Length is 0 or > LongestName)
            throw new ArgumentException($"The name has {name.Length} characters. Use 1 to {LongestName}.", nameof(request));
        FirstTimes(CronTimes.Of(request.Cron, request.TimeZone), request.Cron);
        await CheckAsync(request, cancellationToken);
        (schedule.Name, schedule.Cron) = (name, request.Cron.Trim());
        (schedule.RunJson, schedule.ChainJson) =
            (request.Run is { } run ? JsonSerializer.Serialize(run) : "", request.Chain is { } chain ? JsonSerializer.Serialize(chain) : null);
        (schedule.TimeZone, schedule.Enabled, schedule.Overlap, schedule.Missed) =
            (request.TimeZone.Trim(), request.Enabled, request.Overlap, request.Missed);
        schedule.NextAt = NextOf(schedule);
    }

    private Task CheckAsync(SaveScheduleRequest request, CancellationToken cancellationToken)
    {
        switch (request)
        {
            case { Run: { } run, Chain: null }:
                return launcher.CheckAsync(ScheduledWork.ParametersOf(run, time.GetUtcNow()), cancellationToken);
            case { Run: null, Chain: { } chain }:
                if (chain.MinNewLabels < 0 || (chain.MinNewLabels > 0 && !chain.Chain.Labels))
                {
                    throw new ArgumentException(
                        $"The chain waits for {chain.MinNewLabels} new labels. Use 0 for none, or let it learn from labels.", nameof(request));
                }
                return chainDesk.CheckAsync(ScheduledWork.RequestOf(chain, time.GetUtcNow()), cancellationToken);
            default:
                throw new ArgumentException("A schedule starts a run or a chain. Give one of the two.", nameof(request));
        }
    }

    private DateTimeOffset? NextOf(Schedule schedule) =>
        schedule.Enabled ? CronTimes.Of(schedule.Cron, schedule.TimeZone).After(time.GetUtcNow())?.ToUniversalTime() : null;

    private IReadOnlyList<DateTimeOffset> FirstTimes(CronTimes times, string cron) => times.After(time.GetUtcNow(), ShownTimes) is { Count: > 0 } next
        ? next
        : throw new ArgumentException($"The cron expression \"{cron}\" names a day that never comes. Choose another day or month.", nameof(cron));

    private static async Task UnlessTakenAsync(Func<Task> save)
    {
        try
        {
            await save();
        }
        catch (NameTakenException taken)
        {
            throw new ArgumentException($"There already is a schedule \"{taken.Name}\". Choose another name.", taken);
        }
    }

    private async Task<ScheduleView> ViewAsync(Schedule schedule, CancellationToken cancellationToken)
    {
        var outcomes = new List<ScheduleOutcome>();
        foreach (var entry in await schedules.EntriesAsync(schedule.Id, ShownOutcomes, cancellationToken))
        {
            var run = entry.RunId is { } id ? await runs.FindAsync(id, cancellationToken) : null;
            var chain = entry.ChainId is { } chainId ? await chains.FindAsync(chainId, cancellationToken) : null;
            outcomes.Add(new ScheduleOutcome(
                entry.DueAt, entry.Result, entry.Note, run?.Id, run?.State,
                chain is null ? null : new ScheduledChain(chain.Id, chain.State, chain.Green)));
        }
        var next = schedule.NextAt is { } at ? CronTimes.Of(schedule.Cron, schedule.TimeZone).Local(at) : (DateTimeOffset?)null;
        var order = ScheduledWork.ChainOf(schedule);
        return new ScheduleView(
            schedule.Id, schedule.Name, order is null ? ScheduledWork.RunOf(schedule) : null, schedule.Cron, schedule.TimeZone, schedule.Enabled,
            schedule.Overlap, schedule.Missed, schedule.MadeBy, schedule.MadeAt, next, outcomes, order);
    }
}
