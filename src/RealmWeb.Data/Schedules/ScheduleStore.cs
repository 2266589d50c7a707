using Microsoft.EntityFrameworkCore;
using RealmWeb.Data.Sqlite;
using RealmWeb.Data.Storage;

namespace RealmWeb.Data.Schedules;

/// <summary>The durable truth about schedules: what is due is read here, whoever rings.</summary>
public sealed class ScheduleStore(IDbContextFactory<RealmDbContext> contexts)
{
    // More than anybody looks at, and enough to find the runs of a schedule that are not over.
    private const int KeptEntries = 100;

    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<Schedule>> ListAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Schedules.AsNoTracking().OrderBy(schedule => schedule.Name).ToListAsync(cancellationToken);
    }

    public async Task<Schedule?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Schedules.AsNoTracking().FirstOrDefaultAsync(schedule => schedule.Id == id, cancellationToken);
    }

    /// <summary>Those whose time has come, the longest due first.</summary>
    public async Task<IReadOnlyList<Schedule>> DueAsync(DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Schedules.AsNoTracking().Where(schedule => schedule.Enabled && schedule.NextAt <= now)
            .OrderBy(schedule => schedule.NextAt).ToListAsync(cancellationToken);
    }

    /// <exception cref="NameTakenException"/>
    public async Task AddAsync(Schedule schedule, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Schedules.Add(schedule);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException failure) when (SqliteErrors.IsTaken(failure))
        {
            throw new NameTakenException(schedule.Name, failure);
        }
    }

    /// <returns>False when the schedule is gone.</returns>
    /// <exception cref="NameTakenException"/>
    public async Task<bool> UpdateAsync(Schedule schedule, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Schedules.Update(schedule);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
        catch (DbUpdateException failure) when (SqliteErrors.IsTaken(failure))
        {
            throw new NameTakenException(schedule.Name, failure);
        }
    }

    /// <summary>Deletes a schedule with its outcomes; its runs stay.</summary>
    public async Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Schedules.Where(schedule => schedule.Id == id).ExecuteDeleteAsync(cancellationToken) == 1;
    }

    /// <summary>The newest outcomes of a schedule, newest first.</summary>
    public async Task<IReadOnlyList<ScheduleEntry>> EntriesAsync(Guid id, int take = KeptEntries, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ScheduleEntries.AsNoTracking().Where(entry => entry.ScheduleId == id)
            .OrderByDescending(entry => entry.Id).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>Writes down what became of a time.</summary>
    public Task AddEntryAsync(ScheduleEntry entry, CancellationToken cancellationToken = default) => SettleAsync(entry, null, cancellationToken);

    /// <summary>Writes down what became of a time, and that the schedule goes on; both or nothing.</summary>
    /// <param name="next">From the time it was due to the one that follows; null where its times stay as they are. A schedule that was changed
    /// meanwhile keeps what it was changed to.</param>
    public async Task SettleAsync(
        ScheduleEntry entry, (Guid Schedule, DateTimeOffset From, DateTimeOffset? To)? next, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var both = await db.Database.BeginTransactionAsync(cancellationToken);
        if (next is var (id, from, to))
        {
            await db.Schedules.Where(schedule => schedule.Id == id && schedule.NextAt == from)
                .ExecuteUpdateAsync(set => set.SetProperty(schedule => schedule.NextAt, to), cancellationToken);
        }
        if (await db.Schedules.AnyAsync(schedule => schedule.Id == entry.ScheduleId, cancellationToken))
        {
            db.ScheduleEntries.Add(entry);
            await db.SaveChangesAsync(cancellationToken);
            var kept = db.ScheduleEntries.Where(old => old.ScheduleId == entry.ScheduleId).OrderByDescending(old => old.Id).Take(KeptEntries)
                .Select(old => old.Id);
            await db.ScheduleEntries.Where(old => old.ScheduleId == entry.ScheduleId && !kept.Contains(old.Id)).ExecuteDeleteAsync(cancellationToken);
        }
        await both.CommitAsync(cancellationToken);
    }
}
