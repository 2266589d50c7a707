using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Data.Access;

namespace RealmWeb.Data.Annotation;

/// <summary>An item with the labels that were submitted for it, oldest first.</summary>
public sealed record LabelledItem(AnnotationItem Item, IReadOnlyList<Label> Labels)
{
    /// <summary>The label that counts: what a curator chose, else the first, where all say the same of what answers; null where they do not.</summary>
    public Label? Agreed => Labels.FirstOrDefault(label => label.Chosen)
        ?? (Labels.DistinctBy(label => (label.NoAnswer, label.BadQuestion)).Count() == 1 ? Labels[0] : null);
}

/// <summary>The labels of all corpora, as data.</summary>
public sealed class LabelStore(IDbContextFactory<RealmDbContext> contexts, TimeProvider time)
{
    private const int Batch = 500;

    /// <summary>What was submitted for a corpus, in the order of the queue's items.</summary>
    public async Task<IReadOnlyList<LabelledItem>> SubmittedAsync(string corpus, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var snapshot = await db.Database.BeginTransactionAsync(cancellationToken);
        var items = await db.AnnotationItems.AsNoTracking().Where(item => item.Corpus == corpus).ToDictionaryAsync(item => item.Id, cancellationToken);
        var labels = await Whole(db).Where(label => db.AnnotationItems.Any(item => item.Id == label.ItemId && item.Corpus == corpus))
            .OrderBy(label => label.ItemId).ThenBy(label => label.Id).ToListAsync(cancellationToken);
        return [.. labels.GroupBy(label => label.ItemId).Select(same => new LabelledItem(items[same.Key], [.. same]))];
    }

    /// <summary>How many labels were submitted for a corpus.</summary>
    /// <param name="after">Only those submitted later; null for all.</param>
    public async Task<int> CountAsync(string corpus, DateTimeOffset? after = null, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Labels.CountAsync(
            label => label.State == LabelState.Submitted && (after == null || label.SubmittedAt > after)
                && db.AnnotationItems.Any(item => item.Id == label.ItemId && item.Corpus == corpus),
            cancellationToken);
    }

    /// <summary>Adds items that came with their labels, all or none.</summary>
    /// <returns>How many were added; those that the corpus has under the same id and wording are left as they are.</returns>
    public async Task<int> AddAsync(IReadOnlyList<(AnnotationItem Item, Label Label)> labelled, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labelled);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // Takes the write lock before it reads: of two imports of one file at once the second finds what the first added.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var corpora = labelled.Select(pair => pair.Item.Corpus).Distinct().ToList();
        var known = (await db.AnnotationItems.Where(item => corpora.Contains(item.Corpus) && item.ImportedId != "")
            .Select(item => new { item.Corpus, item.ImportedId, item.Question }).ToListAsync(cancellationToken))
            .Select(item => (item.Corpus, item.ImportedId, item.Question)).ToHashSet();
        var added = labelled.Where(pair => !known.Contains((pair.Item.Corpus, pair.Item.ImportedId, pair.Item.Question))).ToList();
        foreach (var batch in added.Chunk(Batch))
        {
            db.AnnotationItems.AddRange(batch.Select(pair => pair.Item));
            await db.SaveChangesAsync(cancellationToken);
            foreach (var (item, label) in batch)
                label.ItemId = item.Id;
            db.Labels.AddRange(batch.Select(pair => pair.Label));
            await db.SaveChangesAsync(cancellationToken);
            db.ChangeTracker.Clear();
        }
        await transaction.CommitAsync(cancellationToken);
        return added.Count;
    }

    /// <summary>What was submitted of an item; null when there is no such item.</summary>
    public async Task<LabelledItem?> FindAsync(long itemId, CorpusScope scope, CancellationToken cancellationToken = default)
    {
        var (allBut, names) = scope;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.AnnotationItems.AsNoTracking().FirstOrDefaultAsync(
            item => item.Id == itemId && names.Contains(item.Corpus) != allBut, cancellationToken) is not { } item)
            return null;
        return new LabelledItem(item, await Whole(db).Where(label => label.ItemId == itemId).OrderBy(label => label.Id).ToListAsync(cancellationToken));
    }

    /// <summary>Lets a submitted label of its item count, whatever the others say. One that was merged before goes.</summary>
    /// <returns>False when there is no such label.</returns>
    public async Task<bool> ChooseAsync(long number, CorpusScope scope, CancellationToken cancellationToken = default)
    {
        var (allBut, names) = scope;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var item = await db.Labels.Where(label => label.Id == number && label.State == LabelState.Submitted
            && db.AnnotationItems.Any(item => item.Id == label.ItemId && names.Contains(item.Corpus) != allBut))
            .Select(label => (long?)label.ItemId).FirstOrDefaultAsync(cancellationToken);
        if (item is null)
            return false;
        await db.Labels.Where(label => label.ItemId == item && label.Merged && label.Id != number).ExecuteDeleteAsync(cancellationToken);
        await db.Labels.Where(label => label.ItemId == item)
            .ExecuteUpdateAsync(set => set.SetProperty(label => label.Chosen, label => label.Id == number), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Adds a label that was put together out of those of its item; it counts, whatever they say, in place of one that was merged before.</summary>
    public async Task MergeAsync(Label merged, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(merged);
        (merged.Merged, merged.Chosen, merged.State, merged.Revision) = (true, true, LabelState.Submitted, 1);
        merged.CreatedAt = merged.ChangedAt = time.GetUtcNow();
        merged.SubmittedAt = merged.CreatedAt;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Labels.Where(label => label.ItemId == merged.ItemId && label.Merged).ExecuteDeleteAsync(cancellationToken);
        await db.Labels.Where(label => label.ItemId == merged.ItemId)
            .ExecuteUpdateAsync(set => set.SetProperty(label => label.Chosen, false), cancellationToken);
        db.Labels.Add(merged);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Forgets the queue and the labels of a corpus.</summary>
    public async Task DeleteCorpusAsync(string corpus, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.AnnotationItems.Where(item => item.Corpus == corpus).ExecuteDeleteAsync(cancellationToken);
        await db.Guidelines.Where(guideline => guideline.Corpus == corpus).ExecuteDeleteAsync(cancellationToken);
    }

    private static IQueryable<Label> Whole(RealmDbContext db) => db.Labels.AsNoTracking().AsSplitQuery()
        .Include(label => label.Passages.OrderBy(passage => passage.Rank)).ThenInclude(passage => passage.Spans.OrderBy(span => span.Start))
        .Where(label => label.State == LabelState.Submitted);
}
