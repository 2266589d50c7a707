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
public sealed class LabelStore(IDbContextFactory<RealmDbContext> contexts)
{
    private const int Batch = 500;

    /// <summary>What was submitted for a corpus, in the order of the queue's items.</summary>
    public async Task<IReadOnlyList<LabelledItem>> SubmittedAsync(string corpus, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var snapshot = await db.Database.BeginTransactionAsync(cancellationToken);
        var items = await db.AnnotationItems.AsNoTracking().Where(item => item.Corpus == corpus).ToDictionaryAsync(item => item.Id, cancellationToken);
        var labels = await db.Labels.AsNoTracking().AsSplitQuery()
            .Include(label => label.Passages.OrderBy(passage => passage.Rank)).ThenInclude(passage => passage.Spans.OrderBy(span => span.Start))
            .Where(label => label.State == LabelState.Submitted && db.AnnotationItems.Any(item => item.Id == label.ItemId && item.Corpus == corpus))
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

    /// <summary>Lets a submitted label of its item count, whatever the others say.</summary>
    /// <returns>False when there is no such label.</returns>
    public async Task<bool> ChooseAsync(long number, CorpusScope scope, CancellationToken cancellationToken = default)
    {
        var (allBut, names) = scope;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var chosen = db.Labels.Where(label => label.Id == number && label.State == LabelState.Submitted
            && db.AnnotationItems.Any(item => item.Id == label.ItemId && names.Contains(item.Corpus) != allBut));
        // One statement: of two who choose at once the later one's is chosen alone.
        return await db.Labels.Where(label => chosen.Any(other => other.ItemId == label.ItemId))
            .ExecuteUpdateAsync(set => set.SetProperty(label => label.Chosen, label => label.Id == number), cancellationToken) > 0;
    }

    /// <summary>Forgets the queue and the labels of a corpus.</summary>
    public async Task DeleteCorpusAsync(string corpus, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await db.AnnotationItems.Where(item => item.Corpus == corpus).ExecuteDeleteAsync(cancellationToken);
        await db.Guidelines.Where(guideline => guideline.Corpus == corpus).ExecuteDeleteAsync(cancellationToken);
    }
}
