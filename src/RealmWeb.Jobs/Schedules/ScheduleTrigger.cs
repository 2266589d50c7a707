using Hangfire;
using Microsoft.Extensions.Logging;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Data.Chains;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Models;
using RealmWeb.Data.QuestionSets;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Schedules;
using RealmWeb.Files;
using RealmWeb.Jobs.Chains;
using RealmWeb.Jobs.Runs;

namespace RealmWeb.Jobs.Schedules;

/// <summary>What Hangfire calls every minute: starts what is due. What is due stands in our table, so a ring that is lost costs a minute, and one too
/// many nothing.</summary>
/// <remarks>A time is started under a key of its own before the table goes on to the next: killed in between, the same time is looked at again and
/// finds the run, or the chain, that it started.</remarks>
[Queue(JobQueues.Schedules), AutomaticRetry(Attempts = 0)]
public sealed partial class ScheduleTrigger
{
    /// <summary>Id of the recurring job.</summary>
    public const string JobId = "realm-schedules";

    /// <summary>Rings come up to a minute late. What is later than this was missed.</summary>
    internal static readonly TimeSpan OnTime = TimeSpan.FromMinutes(5);

    private readonly ScheduleStore _schedules;
    private readonly RunStore _runs;
    private readonly RunLauncher _launcher;
    private readonly ChainStore _chains;
    private readonly ChainDesk _chainDesk;
    private readonly IChangePublisher _changes;
    private readonly TimeProvider _time;
    private readonly ILogger<ScheduleTrigger> _logger;

    internal ScheduleTrigger(
        ScheduleStore schedules, RunStore runs, RunLauncher launcher, ChainStore chains, ChainDesk chainDesk, IChangePublisher changes,
        TimeProvider time, ILogger<ScheduleTrigger> logger)
    {
        (_schedules, _runs, _launcher, _chains, _chainDesk) = (schedules, runs, launcher, chains, chainDesk);
        (_changes, _time, _logger) = (changes, time, logger);
    }

    [JobDisplayName("RealmWeb: what is due")]
    public async Task FireDueAsync(CancellationToken cancellationToken)
    {
        foreach (var schedule in await _schedules.DueAsync(_time.GetUtcNow(), cancellationToken))
        {
            try
            {
                await FireAsync(schedule, cancellationToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // A full disk, or a zone that this machine no longer knows: the others are due all the same, and this one again in a minute.
                LogFailed(schedule.Name, failure);
            }
        }
    }

    private async Task FireAsync(Schedule schedule, CancellationToken cancellationToken)
    {
        var times = CronTimes.Of(schedule.Cron, schedule.TimeZone);
        var (now, from) = (_time.GetUtcNow(), schedule.NextAt!.Value);
        var (due, count) = times.LastOf(from, now);
        var late = now - due > OnTime;
        var missed = late ? count : count - 1;
        var note = missed == 0 ? null : $"The site was down at {(missed == 1 ? "a time" : $"{missed} times")}{(late ? "" : " before")}.";
        var entry = late && schedule.Missed == MissedPolicy.Skip
            ? Entry(schedule, due, ScheduleResult.Missed, note)
            : await StartAsync(schedule, due, note, cancellationToken);
        LogFired(schedule.Name, due, entry.Result, entry.RunId ?? entry.ChainId);
        await _schedules.SettleAsync(entry, (schedule.Id, from, times.After(now)?.ToUniversalTime()), cancellationToken);
        _changes.Changed(EventTopics.Schedules, EventTypes.ScheduleChanged, $"{schedule.Id}");
        if (entry.Result is ScheduleResult.Refused or ScheduleResult.Missed)
            _changes.Changed(EventTopics.Notices, EventTypes.NoticesChanged, $"{schedule.Id}");
    }

    private async Task<ScheduleEntry> StartAsync(Schedule schedule, DateTimeOffset due, string? note, CancellationToken cancellationToken)
    {
        var key = $"schedule:{schedule.Id:N}:{due.UtcTicks}";
        try
        {
            return ScheduledWork.ChainOf(schedule) is { } chain
                ? await StartChainAsync(schedule, chain, key, due, note, cancellationToken)
                : await StartRunAsync(schedule, key, due, note, cancellationToken);
        }
        catch (Exception refusal) when (refusal
            is ArgumentException or CorpusNotFoundException or ModelNotFoundException or QuestionSetNotFoundException or DiskFullException
                or MemoryShortException)
        {
            return Entry(schedule, due, ScheduleResult.Refused, refusal.Message);
        }
    }

    private async Task<ScheduleEntry> StartRunAsync(
        Schedule schedule, string key, DateTimeOffset due, string? note, CancellationToken cancellationToken)
    {
        if (await _runs.FindByRequestAsync(key, cancellationToken) is { } started)
            return Entry(schedule, due, ScheduleResult.Started, note, started.Id);
        foreach (var old in await OpenRunsAsync(schedule.Id, cancellationToken))
        {
            if (schedule.Overlap == OverlapPolicy.Skip)
            {
                var state = old.State switch
                {
                    RunState.Interrupted => "was interrupted and waits to be resumed",
                    RunState.Paused => "is paused",
                    _ => "was not over",
                };
                return Entry(schedule, due, ScheduleResult.Skipped, $"{RunKinds.Of(old.Kind).Name} of {old.Target} {state}.");
            }
            if (schedule.Overlap == OverlapPolicy.CancelOld)
                await _launcher.CancelAsync(old.Id, cancellationToken);
        }
        var parameters = ScheduledWork.ParametersOf(ScheduledWork.RunOf(schedule), due);
        var run = await _launcher.LaunchAsync(parameters, $"schedule {schedule.Name}", key, cancellationToken);
        return Entry(schedule, due, ScheduleResult.Started, note, run.Id);
    }

    private async Task<ScheduleEntry> StartChainAsync(
        Schedule schedule, ChainOrder order, string key, DateTimeOffset due, string? note, CancellationToken cancellationToken)
    {
        // Looked for first: the labels that the chain learned from are not new any more.
        if (await _chains.FindByRequestAsync(key, cancellationToken) is { } started)
            return Entry(schedule, due, ScheduleResult.Started, note, chainId: started.Id);
        var open = await OpenChainsAsync(schedule.Id, cancellationToken);
        if (schedule.Overlap == OverlapPolicy.Skip && open is [var working, ..])
            return Entry(schedule, due, ScheduleResult.Skipped, $"The chain to {working.Candidate} was not over.");
        // An old one that goes on learns from the labels that there are.
        if (order.MinNewLabels > 0
            && (await _chainDesk.LabelsAsync(order.Chain.Corpus, cancellationToken)).New is var labels && labels < order.MinNewLabels)
            return Entry(schedule, due, ScheduleResult.TooFewLabels, ScheduledWork.TooFew(labels, order.MinNewLabels));
        if (schedule.Overlap == OverlapPolicy.CancelOld)
        {
            foreach (var old in open)
                await _chainDesk.CancelAsync(old.Id, cancellationToken);
        }
        var chain = await _chainDesk.StartAsync(ScheduledWork.RequestOf(order, due), $"schedule {schedule.Name}", key, cancellationToken);
        return Entry(schedule, due, ScheduleResult.Started, note, chainId: chain.Id);
    }

    /// <summary>The runs of a schedule that are not over.</summary>
    private async Task<IReadOnlyList<Run>> OpenRunsAsync(Guid schedule, CancellationToken cancellationToken)
    {
        var own = (await _schedules.EntriesAsync(schedule, cancellationToken: cancellationToken)).Select(entry => entry.RunId).ToHashSet();
        return [.. (await _runs.ListAsync(new RunFilter(RunTransitions.Open, Take: 1000), cancellationToken)).Where(run => own.Contains(run.Id))];
    }

    /// <summary>The chains of a schedule that work; one that waits for a decision does not.</summary>
    private async Task<IReadOnlyList<Chain>> OpenChainsAsync(Guid schedule, CancellationToken cancellationToken)
    {
        var own = (await _schedules.EntriesAsync(schedule, cancellationToken: cancellationToken)).Select(entry => entry.ChainId).ToHashSet();
        return [.. (await _chains.ListOpenAsync(cancellationToken)).Where(
            chain => own.Contains(chain.Id) && ChainTransitions.Working.Contains(chain.State))];
    }

    private static ScheduleEntry Entry(Schedule schedule, DateTimeOffset due, ScheduleResult result, string? note, Guid? runId = null, Guid? chainId = null) =>
        new() { ScheduleId = schedule.Id, DueAt = due, Result = result, Note = note, RunId = runId, ChainId = chainId };

    [LoggerMessage(EventId = 4301, Level = LogLevel.Information, Message = "Schedule {Name}, due {Due}: {Result} {Started}")]
    private partial void LogFired(string name, DateTimeOffset due, ScheduleResult result, Guid? started);

    [LoggerMessage(EventId = 4302, Level = LogLevel.Error, Message = "Schedule {Name} could not be looked at; it is again in a minute")]
    private partial void LogFailed(string name, Exception exception);
}
