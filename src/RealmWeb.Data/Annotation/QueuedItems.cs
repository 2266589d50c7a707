using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Data.Access;

namespace RealmWeb.Data.Annotation;

/// <summary>Which items somebody may be given.</summary>
/// <param name="Scope">Corpora that they may annotate.</param>
/// <param name="Corpus">Null for any of these.</param>
/// <param name="After">Made later than this; null for any.</param>
public sealed record QueueFilter(CorpusScope Scope, string? Corpus = null, ItemSource? Source = null, DateTimeOffset? After = null)
{
    internal IQueryable<AnnotationItem> Of(IQueryable<AnnotationItem> items) => items.Where(item => item.Given < item.Wanted
        && Scope.Names.Contains(item.Corpus) != Scope.AllBut && (Corpus == null || item.Corpus == Corpus)
        && (Source == null || item.Source == Source) && (After == null || item.CreatedAt > After));
}

/// <summary>Gives items out, each to one annotator at a time. A hold is a time in the item's row: it is taken by compare-and-set, moved on by heartbeats,
/// and over when its time is, whatever became of its holder.</summary>
public sealed class QueuedItems(IDbContextFactory<RealmDbContext> contexts, QueueSettingStore settings, TimeProvider time)
{
    /// <summary>Takes the next item for an annotator: the one already held, else the first that nobody holds.</summary>
    /// <param name="skip">Items left for later.</param>
    /// <returns>Null when there is none.</returns>
    public async Task<long?> TakeNextAsync(
        string annotator, QueueFilter filter, IReadOnlyCollection<long> skip, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        while (true)
        {
            var now = time.GetUtcNow();
            var next = await Open(db, annotator, filter)
                .Where(item => !skip.Contains(item.Id) && (item.HeldBy == null || item.HeldUntil < now || item.HeldBy == annotator))
                // What was begun lies among the drafts, unless it is still at hand.
                .Where(item => item.HeldBy == annotator || !db.Labels.Any(label => label.ItemId == item.Id && label.By == annotator && !label.Merged))
                .OrderByDescending(item => item.HeldBy == annotator).ThenBy(item => item.Place).ThenBy(item => item.Id)
                .Select(item => (long?)item.Id).FirstOrDefaultAsync(cancellationToken);
            if (next is not { } id || await TakeAsync(db, id, annotator, filter.Scope, cancellationToken) is not null)
                return next;
            // Somebody else was faster: the next one.
        }
    }

    /// <summary>Takes a certain item, or moves the time on that it is held for.</summary>
    /// <param name="scope">Corpora that count.</param>
    /// <returns>Until when it is held; null when somebody else holds it, it wants nothing more, or it is gone.</returns>
    public async Task<DateTimeOffset?> TakeAsync(long id, string annotator, CorpusScope scope, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await TakeAsync(db, id, annotator, scope, cancellationToken);
    }

    /// <summary>Takes certain items, or moves the time on that they are held for.</summary>
    /// <param name="scope">Corpora that count.</param>
    /// <returns>Those of them that this annotator holds now.</returns>
    public async Task<IReadOnlyList<long>> TakeAsync(
        IReadOnlyCollection<long> ids, string annotator, CorpusScope scope, CancellationToken cancellationToken = default)
    {
        var (allBut, names) = scope;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (now, until) = await HoldAsync(cancellationToken);
        await Free(db, annotator, now).Where(item => ids.Contains(item.Id) && names.Contains(item.Corpus) != allBut)
            .ExecuteUpdateAsync(set => set.SetProperty(item => item.HeldBy, annotator).SetProperty(item => item.HeldUntil, until), cancellationToken);
        return await db.AnnotationItems
            .Where(item => ids.Contains(item.Id) && names.Contains(item.Corpus) != allBut && item.HeldBy == annotator && item.HeldUntil >= now)
            .OrderBy(item => item.Id).Select(item => item.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Gives items back; nothing happens to those that this annotator does not hold.</summary>
    public async Task ReleaseAsync(IReadOnlyCollection<long> ids, string annotator, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.AnnotationItems.Where(item => ids.Contains(item.Id) && item.HeldBy == annotator)
            .ExecuteUpdateAsync(
                set => set.SetProperty(item => item.HeldBy, (string?)null).SetProperty(item => item.HeldUntil, (DateTimeOffset?)null), cancellationToken);
    }

    /// <summary>Gives an item back; nothing happens when this annotator does not hold it.</summary>
    public Task ReleaseAsync(long id, string annotator, CancellationToken cancellationToken = default) => ReleaseAsync([id], annotator, cancellationToken);

    /// <summary>An item with its passages by rank; null when there is none.</summary>
    /// <param name="scope">Corpora that count.</param>
    public async Task<AnnotationItem?> FindAsync(long id, CorpusScope scope, CancellationToken cancellationToken = default)
    {
        var (allBut, names) = scope;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AnnotationItems.AsNoTracking().Include(item => item.Passages.OrderBy(passage => passage.Rank))
            .FirstOrDefaultAsync(item => item.Id == id && names.Contains(item.Corpus) != allBut, cancellationToken);
    }

    /// <summary>What this annotator may still be given, in the order of the queue.</summary>
    public async Task<IReadOnlyList<PendingItem>> ListAsync(string annotator, QueueFilter filter, int take, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Open(db, annotator, filter).OrderBy(item => item.Place).ThenBy(item => item.Id).Take(take)
            .Select(item => new PendingItem(
                item.Id, item.Corpus, item.Question, item.Source, item.CreatedAt, item.Passages.Count,
                item.HeldBy != null && item.HeldBy != annotator && item.HeldUntil >= now))
            .ToListAsync(cancellationToken);
    }

    /// <summary>How far the work is, for one annotator and in all.</summary>
    public async Task<AnnotationProgress> ProgressAsync(string annotator, QueueFilter filter, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (allBut, names) = filter.Scope;
        var labels = db.Labels.Where(label => !label.Merged && db.AnnotationItems.Any(item => item.Id == label.ItemId
            && names.Contains(item.Corpus) != allBut && (filter.Corpus == null || item.Corpus == filter.Corpus)));
        var mine = await labels.Where(label => label.By == annotator).GroupBy(label => label.State)
            .Select(same => new { same.Key, Count = same.Count() }).ToDictionaryAsync(same => same.Key, same => same.Count, cancellationToken);
        var midnight = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        return new AnnotationProgress(
            await Open(db, annotator, filter).CountAsync(cancellationToken), mine.GetValueOrDefault(LabelState.Draft),
            mine.GetValueOrDefault(LabelState.Submitted), mine.GetValueOrDefault(LabelState.Discarded),
            await labels.CountAsync(label => label.By == annotator && label.State == LabelState.Submitted && label.SubmittedAt >= midnight, cancellationToken),
            await filter.Of(db.AnnotationItems).CountAsync(cancellationToken),
            await labels.CountAsync(label => label.State == LabelState.Submitted, cancellationToken));
    }

    // Nobody labels an item twice: another view is what an item that wants several is after.
    private static IQueryable<AnnotationItem> Open(RealmDbContext db, string annotator, QueueFilter filter) => filter.Of(db.AnnotationItems.AsNoTracking())
        .Where(item => !db.Labels.Any(label => label.ItemId == item.Id && label.By == annotator && !label.Merged && label.State != LabelState.Draft));

    private async Task<DateTimeOffset?> TakeAsync(
        RealmDbContext db, long id, string annotator, CorpusScope scope, CancellationToken cancellationToken)
    {
        var (allBut, names) = scope;
        var (now, until) = await HoldAsync(cancellationToken);
        // One statement, so one write lock: of two who take it at once the second finds it taken, or done with.
        var taken = await Free(db, annotator, now).Where(item => item.Id == id && names.Contains(item.Corpus) != allBut)
            .ExecuteUpdateAsync(set => set.SetProperty(item => item.HeldBy, annotator).SetProperty(item => item.HeldUntil, until), cancellationToken);
        return taken == 1 ? until : null;
    }

    private async Task<(DateTimeOffset Now, DateTimeOffset Until)> HoldAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return (now, now.AddMinutes((await settings.GetAsync(cancellationToken)).HoldMinutes));
    }

    // What this annotator may take: it wants more, and nobody else holds it.
    private static IQueryable<AnnotationItem> Free(RealmDbContext db, string annotator, DateTimeOffset now) => db.AnnotationItems
        .Where(item => item.Given < item.Wanted && (item.HeldBy == null || item.HeldUntil < now || item.HeldBy == annotator));
}
