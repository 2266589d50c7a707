using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Data.Access;
using RealmWeb.Data.Flags;

namespace RealmWeb.Data.Annotation;

/// <summary>What came of saving a label.</summary>
/// <param name="Label">As it is kept now.</param>
/// <param name="HoldLost">It was to be submitted or discarded, but somebody else has the item by now, or gave what it wanted; it is kept as a draft.</param>
public sealed record SavedLabel(Label Label, bool HoldLost);

/// <summary>Another window saved the label since.</summary>
public sealed class LabelChangedException(long itemId, int seen, int kept) : InvalidOperationException(
    $"Your label of item {itemId} was changed elsewhere: this is change {seen}, kept is {kept}. Load it again and repeat what you did.");

/// <summary>Where annotators write: drafts, submitted and discarded labels.</summary>
public sealed class LabelDesk(IDbContextFactory<RealmDbContext> contexts, FlagStore flags, TimeProvider time)
{
    /// <summary>The label of an annotator for an item; null when there is none.</summary>
    public async Task<Label?> FindAsync(long itemId, string by, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await Whole(db).AsNoTracking().FirstOrDefaultAsync(label => label.ItemId == itemId && label.By == by && !label.Merged, cancellationToken);
    }

    /// <summary>The labels of an annotator with their items, last changed first.</summary>
    /// <param name="state">Null for all.</param>
    public async Task<IReadOnlyList<(Label Label, AnnotationItem Item)>> OfAsync(
        string by, CorpusScope scope, LabelState? state, string? corpus, int take, CancellationToken cancellationToken = default)
    {
        var (allBut, names) = scope;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var labels = await Whole(db).AsNoTracking().AsSplitQuery()
            .Where(label => label.By == by && !label.Merged && (state == null || label.State == state)
                && db.AnnotationItems.Any(item => item.Id == label.ItemId
                    && names.Contains(item.Corpus) != allBut && (corpus == null || item.Corpus == corpus)))
            .OrderByDescending(label => label.ChangedAt).ThenByDescending(label => label.Id).Take(take).ToListAsync(cancellationToken);
        var ids = labels.Select(label => label.ItemId).ToList();
        var items = await db.AnnotationItems.AsNoTracking().Where(item => ids.Contains(item.Id)).ToDictionaryAsync(item => item.Id, cancellationToken);
        return [.. labels.Select(label => (label, items[label.ItemId]))];
    }

    /// <summary>Writes an annotator's label of an item in place of the one that is there. Repeated, because its answer got lost, it changes nothing.</summary>
    /// <param name="label">What it says; number, times and revision are the store's.</param>
    /// <param name="revision">Of the label that it was made from; 0 for none.</param>
    /// <returns>Null when there is no such item any more.</returns>
    /// <exception cref="LabelChangedException">It was made from an older one, or the one that is there is not a draft.</exception>
    public async Task<SavedLabel?> SaveAsync(Label label, int revision, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(label);
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // Takes the write lock before it reads: what is checked here still holds when it is written.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.AnnotationItems.AsNoTracking().FirstOrDefaultAsync(item => item.Id == label.ItemId, cancellationToken) is not { } item)
            return null;
        var kept = await Whole(db).FirstOrDefaultAsync(
            other => other.ItemId == label.ItemId && other.By == label.By && !other.Merged, cancellationToken);
        // The answer to the same request got lost on the way: said again, it is done once. Where a draft was kept, submitting it goes on from there.
        var repeated = kept?.Revision == revision + 1 && SayTheSame(kept, label);
        if (repeated && (kept!.State == label.State || label.State == LabelState.Draft))
            return new SavedLabel(kept, false);
        if ((!repeated && (kept?.Revision ?? 0) != revision) || kept is { State: not LabelState.Draft })
            throw new LabelChangedException(label.ItemId, revision, kept?.Revision ?? 0);
        var given = label.State == LabelState.Draft || await GiveAsync(db, label.ItemId, label.By, now, cancellationToken);
        if (kept is null)
            db.Labels.Add(kept = new Label { ItemId = label.ItemId, By = label.By, CreatedAt = now });
        kept.State = given ? label.State : LabelState.Draft;
        (kept.GuidelineVersion, kept.NoAnswer, kept.BadQuestion, kept.Reformulated, kept.Note) =
            (label.GuidelineVersion, label.NoAnswer, label.BadQuestion, label.Reformulated, label.Note);
        (kept.ChangedAt, kept.Revision, kept.SubmittedAt) = (now, kept.Revision + 1, kept.State == LabelState.Submitted ? now : null);
        // Rows have their place in the key, so those of the former content go before the new ones come.
        db.LabelPassages.RemoveRange(kept.Passages);
        await db.SaveChangesAsync(cancellationToken);
        kept.Passages = label.Passages;
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (kept.State != LabelState.Draft)
            await TellAskerAsync(db, item, kept, cancellationToken);
        return new SavedLabel(kept, !given);
    }

    /// <summary>Takes back a submitted or discarded label: it is a draft again, and its annotator holds the item if nobody else does.</summary>
    /// <returns>Null when there is no such label.</returns>
    public async Task<Label?> UndoAsync(long itemId, string by, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var label = await Whole(db).FirstOrDefaultAsync(
            label => label.ItemId == itemId && label.By == by && !label.Merged && label.State != LabelState.Draft, cancellationToken);
        if (label is null)
            return null;
        var wasSubmitted = label.State == LabelState.Submitted;
        (label.State, label.SubmittedAt, label.Chosen, label.ChangedAt, label.Revision) =
            (LabelState.Draft, null, false, time.GetUtcNow(), label.Revision + 1);
        await db.SaveChangesAsync(cancellationToken);
        await db.AnnotationItems.Where(item => item.Id == itemId)
            .ExecuteUpdateAsync(set => set.SetProperty(item => item.Given, item => item.Given - 1), cancellationToken);
        var asked = await db.AnnotationItems.Where(item => item.Id == itemId).Select(item => item.AskedQuestionId).FirstAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (asked is { } question && await flags.FindAsync(question, cancellationToken) is { WorkedOnAt: not null } flag
            && (wasSubmitted ? flag.LabelId == label.Id : flag.LabelId is null))
            await flags.ReopenAsync(flag.Id, cancellationToken);
        return label;
    }

    private static bool SayTheSame(Label one, Label other) =>
        (one.NoAnswer, one.BadQuestion, one.Reformulated, one.Note) == (other.NoAnswer, other.BadQuestion, other.Reformulated, other.Note)
        && Said(one).SequenceEqual(Said(other));

    private static IEnumerable<(int Rank, int? Grade, string BlockId, int Start, int End)> Said(Label label) =>
        label.Passages.OrderBy(passage => passage.Rank).SelectMany(passage => passage.Spans.OrderBy(span => span.Start)
            .Select(span => (passage.Rank, passage.Grade, passage.BlockId, span.Start, span.End))
            .Prepend((passage.Rank, passage.Grade, passage.BlockId, -1, -1)));

    private static IQueryable<Label> Whole(RealmDbContext db) =>
        db.Labels.Include(label => label.Passages.OrderBy(passage => passage.Rank)).ThenInclude(passage => passage.Spans.OrderBy(span => span.Start));

    // An item takes what it wants and no more, and nothing from who no longer holds it while somebody else does.
    private static async Task<bool> GiveAsync(RealmDbContext db, long itemId, string by, DateTimeOffset now, CancellationToken cancellationToken) =>
        await db.AnnotationItems
            .Where(item => item.Id == itemId && item.Given < item.Wanted && (item.HeldBy == null || item.HeldBy == by || item.HeldUntil < now))
            .ExecuteUpdateAsync(
                set => set.SetProperty(item => item.Given, item => item.Given + 1).SetProperty(item => item.HeldBy, (string?)null)
                    .SetProperty(item => item.HeldUntil, (DateTimeOffset?)null),
                cancellationToken) == 1;

    private async Task TellAskerAsync(RealmDbContext db, AnnotationItem item, Label label, CancellationToken cancellationToken)
    {
        if (item.AskedQuestionId is not { } question || await flags.FindAsync(question, cancellationToken) is not { LabelId: null } flag)
            return;
        if (label.State == LabelState.Submitted)
            await flags.WorkedOnAsync(flag.Id, label.Id, cancellationToken);
        // Discarded by one: another may still label it.
        else if (!await db.AnnotationItems.AnyAsync(other => other.Id == item.Id && other.Given < other.Wanted, cancellationToken))
            await flags.WorkedOnAsync(flag.Id, null, cancellationToken);
    }
}
