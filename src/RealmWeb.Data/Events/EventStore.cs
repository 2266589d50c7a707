using Microsoft.EntityFrameworkCore;

namespace RealmWeb.Data.Events;

/// <summary>What happened, by topic, so that whoever lost the connection can read what was missed.</summary>
public sealed class EventStore(IDbContextFactory<RealmDbContext> contexts, TimeProvider time)
{
    /// <summary>Numbers events and stores them, all or none.</summary>
    /// <param name="events">Without numbers and times, which they get here.</param>
    public async Task AppendAsync(IReadOnlyCollection<StoredEvent> events, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // It begins with the write lock: two processes cannot give the same number.
        await using var all = await db.Database.BeginTransactionAsync(cancellationToken);
        foreach (var topic in events.GroupBy(happened => happened.Topic))
        {
            var last = await LatestAsync(db, topic.Key, cancellationToken);
            foreach (var happened in topic)
            {
                (happened.Seq, happened.At) = (++last, now);
                if (happened.Subject is { } subject)
                {
                    await db.Events.Where(old => old.Topic == topic.Key && old.Type == happened.Type && old.Subject == subject)
                        .ExecuteDeleteAsync(cancellationToken);
                }
            }
        }
        db.Events.AddRange(events);
        await db.SaveChangesAsync(cancellationToken);
        await all.CommitAsync(cancellationToken);
    }

    /// <summary>The highest number of a topic; 0 where nothing happened yet.</summary>
    public async Task<long> LatestAsync(string topic, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await LatestAsync(db, topic, cancellationToken);
    }

    /// <summary>Events above a number, by number.</summary>
    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(string topic, long after, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Events.AsNoTracking().Where(happened => happened.Topic == topic && happened.Seq > after)
            .OrderBy(happened => happened.Seq).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>Deletes what happened before a moment, but for the last event of each topic, which keeps the numbers growing.</summary>
    public async Task<int> SweepAsync(DateTimeOffset before, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Events.Where(old => old.At < before && db.Events.Any(later => later.Topic == old.Topic && later.Seq > old.Seq))
            .ExecuteDeleteAsync(cancellationToken);
    }

    private static async Task<long> LatestAsync(RealmDbContext db, string topic, CancellationToken cancellationToken) =>
        await db.Events.Where(happened => happened.Topic == topic).MaxAsync(happened => (long?)happened.Seq, cancellationToken) ?? 0;
}
