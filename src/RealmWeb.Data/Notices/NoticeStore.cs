using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;
using RealmWeb.Data.Chains;
using RealmWeb.Data.Runs;
using RealmWeb.Data.Schedules;

namespace RealmWeb.Data.Notices;

/// <summary>What administrators are told of. The facts are the tables of runs, schedules and chains; only who has seen what is kept here.</summary>
public sealed class NoticeStore(IDbContextFactory<RealmDbContext> contexts)
{
    // Whoever cancelled a run knows it.
    private static readonly RunState[] Ends = [RunState.Succeeded, RunState.CompletedWithErrors, RunState.Failed];
    private static readonly ScheduleResult[] Troubles = [ScheduleResult.Refused, ScheduleResult.Missed];

    /// <summary>Runs that ended, the last first.</summary>
    public async Task<IReadOnlyList<Run>> EndedRunsAsync(int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Runs.AsNoTracking().Where(run => Ends.Contains(run.State)).OrderByDescending(run => run.EndedAt).Take(take)
            .ToListAsync(cancellationToken);
    }

    /// <summary>Times at which a schedule started nothing though it should have, the last first, each with the schedule's name.</summary>
    public async Task<IReadOnlyList<(ScheduleEntry Entry, string Schedule)>> ScheduleTroublesAsync(int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await db.ScheduleEntries.AsNoTracking().Where(entry => Troubles.Contains(entry.Result)).OrderByDescending(entry => entry.DueAt).Take(take)
            .Join(db.Schedules, entry => entry.ScheduleId, schedule => schedule.Id, (entry, schedule) => new { entry, schedule.Name })
            .ToListAsync(cancellationToken);
        return [.. found.Select(pair => (pair.entry, pair.Name))];
    }

    /// <summary>Chains that wait for a decision, each with the end of its last run, the last first.</summary>
    public async Task<IReadOnlyList<(Chain Chain, DateTimeOffset Since)>> WaitingChainsAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var chains = await db.Chains.AsNoTracking().Include(chain => chain.Links).Where(chain => chain.State == ChainState.Waiting)
            .ToListAsync(cancellationToken);
        var runs = chains.SelectMany(chain => chain.Links).Select(link => link.RunId).OfType<Guid>().ToList();
        var ends = await db.Runs.Where(run => runs.Contains(run.Id)).Select(run => new { run.Id, run.EndedAt })
            .ToDictionaryAsync(run => run.Id, run => run.EndedAt, cancellationToken);
        return
        [
            .. chains.Select(chain => (chain, Since: chain.Links.Max(link => ends.GetValueOrDefault(link.RunId ?? Guid.Empty)) ?? chain.CreatedAt))
                .OrderByDescending(waiting => waiting.Since),
        ];
    }

    /// <summary>How many notices are newer than a moment.</summary>
    public async Task<int> CountAsync(DateTimeOffset since, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Runs.CountAsync(run => Ends.Contains(run.State) && run.EndedAt > since, cancellationToken)
            + await db.ScheduleEntries.CountAsync(entry => Troubles.Contains(entry.Result) && entry.DueAt > since, cancellationToken)
            + (await WaitingChainsAsync(cancellationToken)).Count(waiting => waiting.Since > since);
    }

    /// <summary>Up to when an account has seen its notices; null when it never looked.</summary>
    public async Task<DateTimeOffset?> SeenAsync(string userId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.NoticeMarks.Where(mark => mark.UserId == userId).Select(mark => (DateTimeOffset?)mark.SeenAt).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Notes that an account has seen its notices up to a moment; an earlier one changes nothing.</summary>
    public async Task SeeAsync(string userId, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // One statement: two pages of an account may look at once.
        await db.ExecuteAsync(
            $"""
             INSERT INTO "NoticeMarks" ("UserId", "SeenAt") VALUES ({userId}, {at.UtcTicks})
             ON CONFLICT("UserId") DO UPDATE SET "SeenAt" = max("SeenAt", excluded."SeenAt")
             """, cancellationToken);
    }

    /// <summary>As <see cref="SeenAsync"/> for a user of the application around, who has no account here.</summary>
    public async Task<DateTimeOffset?> SeenByHostsUserAsync(string name, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var key = KeyOf(name);
        return await db.Settings.Where(setting => setting.Key == key).Select(setting => (DateTimeOffset?)setting.ChangedAt)
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>As <see cref="SeeAsync"/> for a user of the application around.</summary>
    public async Task SeeAsHostsUserAsync(string name, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.ExecuteAsync(
            $"""
             INSERT INTO "Settings" ("Key", "Value", "ChangedAt") VALUES ({KeyOf(name)}, '', {at.UtcTicks})
             ON CONFLICT("Key") DO UPDATE SET "ChangedAt" = max("ChangedAt", excluded."ChangedAt")
             """, cancellationToken);
    }

    private static string KeyOf(string name) => $"notices-seen-by:{name}";
}
