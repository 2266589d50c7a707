using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Data.Runs;

/// <summary>Which runs to list; null means any.</summary>
public sealed record RunFilter(IReadOnlyList<RunState>? States = null, IReadOnlyList<RunKind>? Kinds = null, string? Target = null, int Take = 100);

/// <summary>How far a run is.</summary>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all; null while unknown.</param>
/// <param name="RatePerSecond">Units a second; null while unknown.</param>
public sealed record RunProgress(long Done, long? Total, string Unit, string Stage, double? RatePerSecond = null);

/// <summary>A line to be written to a run's log.</summary>
/// <param name="Level">info, warning or error.</param>
public sealed record RunLogText(string Level, string Message);

/// <summary>The durable truth about runs. A state changes only by compare-and-set, so that of two who want to change it one loses and knows it;
/// progress is written only by the holder of the lease, so that it never brings a finished run back.</summary>
public sealed class RunStore(IDbContextFactory<RealmDbContext> contexts, TimeProvider time)
{
    /// <summary>Stores a new run as queued; id, times and state are given here.</summary>
    /// <exception cref="DbUpdateException">There already is a run with the same request key.</exception>
    public async Task<Run> CreateAsync(Run run, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        run.Id = Guid.CreateVersion7(time.GetUtcNow());
        run.State = RunState.Queued;
        run.CreatedAt = time.GetUtcNow();
        run.Revision = 1;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Runs.Add(run);
        await db.SaveChangesAsync(cancellationToken);
        return run;
    }

    public async Task<Run?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Runs.AsNoTracking().FirstOrDefaultAsync(run => run.Id == id, cancellationToken);
    }

    /// <summary>The run that was made for a named request; null when there is none.</summary>
    public async Task<Run?> FindByRequestAsync(string requestKey, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Runs.AsNoTracking().FirstOrDefaultAsync(run => run.RequestKey == requestKey, cancellationToken);
    }

    /// <summary>The same of runs that ended with errors later than a time: they can be tried again.</summary>
    public async Task<bool> IsNamedByRecentAsync(string text, DateTimeOffset after, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Runs.AnyAsync(
            run => (run.State == RunState.Failed || run.State == RunState.CompletedWithErrors) && run.EndedAt > after && run.ParametersJson.Contains(text),
            cancellationToken);
    }

    /// <summary>Whether the parameters of a run that is not over hold a text, such as the name of something that it needs.</summary>
    public async Task<bool> IsNamedByOpenAsync(string text, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Runs.AnyAsync(run => RunTransitions.Open.Contains(run.State) && run.ParametersJson.Contains(text), cancellationToken);
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<Run>> ListAsync(RunFilter? filter = null, CancellationToken cancellationToken = default)
    {
        filter ??= new RunFilter();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var runs = db.Runs.AsNoTracking();
        if (filter.States is { } states)
            runs = runs.Where(run => states.Contains(run.State));
        if (filter.Kinds is { } kinds)
            runs = runs.Where(run => kinds.Contains(run.Kind));
        if (filter.Target is { } target)
            runs = runs.Where(run => run.Target == target);
        return await runs.OrderByDescending(run => run.CreatedAt).ThenByDescending(run => run.Id).Take(filter.Take).ToListAsync(cancellationToken);
    }

    /// <summary>The run of the same kind that was queued before another one; null when there is none.</summary>
    public async Task<Run?> FindFormerAsync(Run run, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Runs.AsNoTracking().Where(other => other.Kind == run.Kind && other.CreatedAt < run.CreatedAt)
            .OrderByDescending(other => other.CreatedAt).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Moves a run to another state if it is in one of the expected ones.</summary>
    /// <returns>False when it was in none of them: somebody else was faster, or the run is final.</returns>
    /// <exception cref="InvalidOperationException">The transition table does not have the way.</exception>
    public async Task<bool> TryTransitionAsync(
        Guid id, IReadOnlyList<RunState> from, RunState to, string? error = null, string? owner = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        foreach (var state in from)
        {
            if (!RunTransitions.Allows(state, to))
                throw new InvalidOperationException($"A run cannot go from {state} to {to}. See {nameof(RunTransitions)} for the ways there are.");
        }
        if (to == RunState.Running)
            throw new InvalidOperationException($"A run is begun with {nameof(TryStartAsync)}, which takes the lease.");
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var changed = await db.Runs
            .Where(run => run.Id == id && from.Contains(run.State) && (owner == null || run.Owner == owner))
            .ExecuteUpdateAsync(Setters, cancellationToken);
        return changed == 1;

        void Setters(UpdateSettersBuilder<Run> set)
        {
            set.SetProperty(run => run.State, to).SetProperty(run => run.Revision, run => run.Revision + 1);
            if (error is not null)
                set.SetProperty(run => run.Error, error);
            if (to == RunState.Queued)
                set.SetProperty(run => run.Error, (string?)null);
            if (!RunTransitions.Working.Contains(to))
            {
                set.SetProperty(run => run.Owner, (string?)null).SetProperty(run => run.Child, (string?)null)
                    .SetProperty(run => run.RatePerSecond, (double?)null);
            }
            if (RunTransitions.IsFinal(to))
                set.SetProperty(run => run.EndedAt, now);
        }
    }

    /// <summary>Takes the lease of a queued run: at most one caller gets it, and none while a run with the same exclusive key works.</summary>
    /// <param name="owner">Names the process that executes, see <see cref="ProcessIdentity"/>.</param>
    public async Task<bool> TryStartAsync(Guid id, string owner, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // One statement, so one write lock: two starters cannot both see the key free.
        var changed = await db.Runs
            .Where(run => run.Id == id && run.State == RunState.Queued)
            .Where(run => run.ExclusiveKey == "" || !db.Runs.Any(other =>
                other.Id != run.Id && other.ExclusiveKey == run.ExclusiveKey && RunTransitions.Working.Contains(other.State)))
            .ExecuteUpdateAsync(
                set => set.SetProperty(run => run.State, RunState.Running).SetProperty(run => run.Owner, owner)
                    .SetProperty(run => run.HeartbeatAt, now).SetProperty(run => run.WorkSeenAt, now).SetProperty(run => run.Attempt, run => run.Attempt + 1)
                    .SetProperty(run => run.StartedAt, run => run.StartedAt ?? now).SetProperty(run => run.Revision, run => run.Revision + 1),
                cancellationToken);
        return changed == 1;
    }

    /// <summary>Sign of life of the lease's holder.</summary>
    /// <param name="workSeenAt">When the work itself last gave one.</param>
    /// <returns>The run's state now; null when the lease was lost and the work must stop.</returns>
    public async Task<RunState?> BeatAsync(Guid id, string owner, DateTimeOffset workSeenAt, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var held = await Held(db, id, owner).ExecuteUpdateAsync(
            set => set.SetProperty(run => run.HeartbeatAt, now).SetProperty(run => run.WorkSeenAt, workSeenAt), cancellationToken);
        return held == 0 ? null : await db.Runs.Where(run => run.Id == id).Select(run => (RunState?)run.State).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Writes progress as the holder of the lease.</summary>
    /// <returns>False when the lease was lost.</returns>
    public Task<bool> ReportAsync(Guid id, string owner, RunProgress progress, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return UpdateHeldAsync(id, owner, set => set.SetProperty(run => run.Done, progress.Done).SetProperty(run => run.Total, progress.Total)
            .SetProperty(run => run.Unit, progress.Unit).SetProperty(run => run.Stage, progress.Stage)
            .SetProperty(run => run.RatePerSecond, progress.RatePerSecond), cancellationToken);
    }

    /// <summary>Notes that the work has made room for itself, see <see cref="Run.Begun"/>.</summary>
    public Task<bool> MarkBegunAsync(Guid id, string owner, CancellationToken cancellationToken = default) =>
        UpdateHeldAsync(id, owner, set => set.SetProperty(run => run.Begun, true), cancellationToken);

    /// <summary>Stores what the run works with.</summary>
    public Task<bool> SaveDataAsync(Guid id, string owner, IReadOnlyList<RunDatum> data, CancellationToken cancellationToken = default)
    {
        var json = JsonSerializer.Serialize(data);
        return UpdateHeldAsync(id, owner, set => set.SetProperty(run => run.DataJson, json), cancellationToken);
    }

    /// <summary>Stores what came out.</summary>
    /// <param name="figures">Values that take the place of the latest ones of the curves, without points of their own; null for none.</param>
    public Task<bool> SaveResultAsync(
        Guid id, string owner, string resultJson, IReadOnlyDictionary<string, double>? figures = null, CancellationToken cancellationToken = default)
    {
        var metrics = figures is null ? null : JsonSerializer.Serialize(figures.Where(figure => double.IsFinite(figure.Value)).ToDictionary());
        return UpdateHeldAsync(id, owner, set =>
        {
            set.SetProperty(run => run.ResultJson, resultJson);
            if (metrics is not null)
                set.SetProperty(run => run.MetricsJson, metrics);
        }, cancellationToken);
    }

    /// <summary>Stores which child process does the work; null when it is gone.</summary>
    public Task<bool> SetChildAsync(Guid id, string owner, string? child, CancellationToken cancellationToken = default) =>
        UpdateHeldAsync(id, owner, set => set.SetProperty(run => run.Child, child), cancellationToken);

    /// <summary>Takes back the count of an attempt that an orderly shutdown cut short.</summary>
    public Task<bool> ForgiveAttemptAsync(Guid id, string owner, CancellationToken cancellationToken = default) =>
        UpdateHeldAsync(id, owner, set => set.SetProperty(run => run.Attempt, run => run.Attempt - 1), cancellationToken);

    /// <summary>Appends lines to a run's log.</summary>
    public async Task<IReadOnlyList<RunLogEntry>> AppendLogAsync(Guid id, IReadOnlyList<RunLogText> lines, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var entries = lines.Select(line => new RunLogEntry { RunId = id, At = now, Level = line.Level, Message = line.Message }).ToList();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.RunLog.AddRange(entries);
        await db.SaveChangesAsync(cancellationToken);
        return entries;
    }

    /// <summary>Log lines above a sequence number, oldest first.</summary>
    public async Task<IReadOnlyList<RunLogEntry>> ReadLogAsync(Guid id, long after = 0, int take = 1000, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.RunLog.AsNoTracking().Where(entry => entry.RunId == id && entry.Sequence > after)
            .OrderBy(entry => entry.Sequence).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>Appends a point to each named curve and keeps the values as the latest ones. Values that are no finite number are left out.</summary>
    /// <param name="stage">Part of the work that was measured; each has curves of its own.</param>
    public async Task AppendMetricsAsync(
        Guid id, string owner, long step, IReadOnlyDictionary<string, double> values, string stage = "", CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var latestJson = await Held(db, id, owner).Select(run => run.MetricsJson).FirstOrDefaultAsync(cancellationToken);
        if (latestJson is null)
            return;
        var latest = JsonSerializer.Deserialize<Dictionary<string, double>>(latestJson) ?? [];
        foreach (var (name, value) in values.Where(pair => double.IsFinite(pair.Value)))
        {
            latest[name] = value;
            db.RunMetrics.Add(new RunMetric { RunId = id, Name = name, Stage = stage, Step = step, Value = value });
        }
        await db.SaveChangesAsync(cancellationToken);
        var json = JsonSerializer.Serialize(latest);
        await UpdateHeldAsync(id, owner, set => set.SetProperty(run => run.MetricsJson, json), cancellationToken);
    }

    /// <summary>The curves of a run, each by step, at most <paramref name="maxPoints"/> points each. Lows and highs are kept, so that a spike
    /// is seen however far the curve is thinned; where a step was done twice (resumed run) the later value counts.</summary>
    public async Task<IReadOnlyList<RunMetric>> ReadMetricsAsync(Guid id, int maxPoints = 1000, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var points = await db.RunMetrics.AsNoTracking().Where(metric => metric.RunId == id)
            .OrderBy(metric => metric.Name).ThenBy(metric => metric.Step).ThenBy(metric => metric.Id).ToListAsync(cancellationToken);
        return [.. points.GroupBy(point => (point.Stage, point.Name)).SelectMany(curve => CurveThinning.Thin([.. curve], maxPoints))];
    }

    private async Task<bool> UpdateHeldAsync(Guid id, string owner, Action<UpdateSettersBuilder<Run>> update, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Held(db, id, owner).ExecuteUpdateAsync(
            set =>
            {
                update(set);
                set.SetProperty(run => run.Revision, run => run.Revision + 1);
            }, cancellationToken) == 1;
    }

    private static IQueryable<Run> Held(RealmDbContext db, Guid id, string owner) =>
        db.Runs.Where(run => run.Id == id && run.Owner == owner && RunTransitions.Working.Contains(run.State));
}
