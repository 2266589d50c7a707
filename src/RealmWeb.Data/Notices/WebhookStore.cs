using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts.Runs;
using RealmWeb.Data.Runs;

namespace RealmWeb.Data.Notices;

/// <summary>Which ends of runs are still to be told to which addresses.</summary>
public sealed class WebhookStore(IDbContextFactory<RealmDbContext> contexts)
{
    private static readonly RunState[] Ends = [.. Enum.GetValues<RunState>().Where(RunTransitions.IsFinal)];

    /// <summary>Makes a delivery of every run that ended since a moment and has none for the address yet.</summary>
    public async Task AddMissingAsync(string url, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var ended = await db.Runs
            .Where(run => Ends.Contains(run.State) && run.EndedAt > since && !db.WebhookDeliveries.Any(sent => sent.RunId == run.Id && sent.Url == url))
            .OrderBy(run => run.EndedAt).Select(run => run.Id).ToListAsync(cancellationToken);
        if (ended.Count == 0)
            return;
        db.WebhookDeliveries.AddRange(
            ended.Select(run => new WebhookDelivery { Id = Guid.CreateVersion7(now), RunId = run, Url = url, NextAt = now }));
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Deliveries to an address whose time has come, each with its run, the oldest first.</summary>
    public async Task<IReadOnlyList<(WebhookDelivery Delivery, Run Run)>> DueAsync(
        string url, DateTimeOffset now, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var due = await db.WebhookDeliveries.AsNoTracking().Where(delivery => delivery.Url == url && delivery.NextAt <= now)
            .OrderBy(delivery => delivery.NextAt).Take(take)
            .Join(db.Runs, delivery => delivery.RunId, run => run.Id, (delivery, run) => new { delivery, run }).ToListAsync(cancellationToken);
        return [.. due.Select(pair => (pair.delivery, pair.run))];
    }

    public async Task<WebhookDelivery?> FindAsync(Guid runId, string url, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.WebhookDeliveries.AsNoTracking().FirstOrDefaultAsync(sent => sent.RunId == runId && sent.Url == url, cancellationToken);
    }

    public async Task UpdateAsync(WebhookDelivery delivery, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.WebhookDeliveries.Update(delivery);
        await db.SaveChangesAsync(cancellationToken);
    }
}
