using Microsoft.EntityFrameworkCore;
using RealmWeb.Contracts.Flags;

namespace RealmWeb.Data.Flags;

/// <summary>The question of a flag that became a label, and what would answer it.</summary>
/// <param name="Answer">The kept question that was flagged.</param>
/// <param name="NoAnswer">No passage does.</param>
/// <param name="Blocks">Content hashes of the passages that do.</param>
public sealed record LabelledFlag(long LabelId, Guid Answer, string Question, bool NoAnswer, IReadOnlyList<string> Blocks);

/// <summary>What an asker said of the words of an answer.</summary>
public sealed record AnswerSaid(DateTimeOffset AskedAt, string Model, AnswerVerdict Verdict);

/// <summary>What askers said of their answers, and what came of it.</summary>
public sealed class FlagStore(IDbContextFactory<RealmDbContext> contexts, TimeProvider time)
{
    /// <summary>Adds the flag of an answer, or puts it in place of the one that is there.</summary>
    /// <param name="flag">Verdicts, place and note; times and outcome are the store's.</param>
    /// <returns>The flag as it is kept; null where the question is not kept.</returns>
    /// <exception cref="FlagDoneException">An annotator is done with the one that is there.</exception>
    public async Task<Flag?> PutAsync(Flag flag, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(flag);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // Takes the write lock before it reads: of two at once the second sees the first.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await db.AskedQuestions.AnyAsync(question => question.Id == flag.QuestionId, cancellationToken))
            return null;
        var now = time.GetUtcNow();
        var kept = await db.Flags.Include(former => former.Passages).FirstOrDefaultAsync(former => former.QuestionId == flag.QuestionId, cancellationToken);
        if (kept is null)
            db.Flags.Add(kept = new Flag { QuestionId = flag.QuestionId, CreatedAt = now });
        else if (kept.WorkedOnAt is not null)
            throw new FlagDoneException(kept);
        (kept.Answer, kept.NotInDocuments, kept.Place, kept.Note, kept.ChangedAt) = (flag.Answer, flag.NotInDocuments, flag.Place, flag.Note, now);
        db.PassageFlags.RemoveRange(kept.Passages.Where(former => flag.Passages.All(passage => passage.Rank != former.Rank)));
        foreach (var passage in flag.Passages)
        {
            if (kept.Passages.Find(former => former.Rank == passage.Rank) is { } former)
                (former.DocumentId, former.BlockId, former.Verdict) = (passage.DocumentId, passage.BlockId, passage.Verdict);
            else
                kept.Passages.Add(passage);
        }
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return kept;
    }

    /// <summary>The flag of an answer, with what it says of passages; null when there is none.</summary>
    public async Task<Flag?> FindAsync(Guid questionId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Flags.AsNoTracking().Include(flag => flag.Passages.OrderBy(passage => passage.Rank))
            .FirstOrDefaultAsync(flag => flag.QuestionId == questionId, cancellationToken);
    }

    /// <summary>Takes a flag back: nothing of it is left.</summary>
    /// <returns>False when the answer has no flag.</returns>
    /// <exception cref="FlagDoneException">An annotator is done with it.</exception>
    public async Task<bool> TakeBackAsync(Guid questionId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var flag = db.Flags.Where(flag => flag.QuestionId == questionId);
        if (await flag.Where(open => open.WorkedOnAt == null).ExecuteDeleteAsync(cancellationToken) > 0)
            return true;
        return await flag.AsNoTracking().FirstOrDefaultAsync(cancellationToken) is { } done ? throw new FlagDoneException(done) : false;
    }

    /// <summary>The flags of an account with their questions, newest first.</summary>
    public async Task<IReadOnlyList<Flag>> OfAsync(string userName, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Flags.AsNoTracking().Include(flag => flag.Question).Include(flag => flag.Passages.OrderBy(passage => passage.Rank))
            .Where(flag => flag.Question!.AskedBy == userName)
            .OrderByDescending(flag => flag.ChangedAt).ThenByDescending(flag => flag.Id).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>What was said of answers over a corpus, oldest first, of those that are still kept.</summary>
    public async Task<IReadOnlyList<AnswerSaid>> VerdictsAsync(string corpus, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Flags.AsNoTracking().Where(flag => flag.Answer != null && flag.Question!.Corpus == corpus)
            .OrderBy(flag => flag.Question!.AskedAt).ThenBy(flag => flag.Id)
            .Select(flag => new AnswerSaid(flag.Question!.AskedAt, flag.Question.Model, flag.Answer!.Value)).ToListAsync(cancellationToken);
    }

    /// <summary>Flags that wait for an annotator, oldest first, with their questions and the passages that were shown.</summary>
    /// <param name="corpus">Only those of this corpus; null for all.</param>
    public async Task<IReadOnlyList<Flag>> OpenAsync(string? corpus = null, int take = 100, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Flags.AsNoTracking().AsSplitQuery()
            .Include(flag => flag.Question!.Passages.OrderBy(passage => passage.Rank)).Include(flag => flag.Passages.OrderBy(passage => passage.Rank))
            .Where(flag => flag.WorkedOnAt == null && (corpus == null || flag.Question!.Corpus == corpus))
            .OrderBy(flag => flag.CreatedAt).ThenBy(flag => flag.Id).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>An annotator is done with a flag.</summary>
    /// <param name="labelId">The label that it became; null where none was made of it.</param>
    /// <returns>False when there is no such flag any more: its question was deleted.</returns>
    public async Task<bool> WorkedOnAsync(long id, long? labelId, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        FlagOutcome? outcome = labelId is null ? FlagOutcome.Declined : FlagOutcome.Labelled;
        return await UpdateAsync(
            flags => flags.Where(flag => flag.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(flag => flag.WorkedOnAt, now).SetProperty(flag => flag.Outcome, outcome).SetProperty(flag => flag.LabelId, labelId),
                cancellationToken),
            cancellationToken) > 0;
    }

    /// <summary>A flag waits again: the annotator took back what was made of it.</summary>
    /// <returns>False when there is no such flag any more.</returns>
    public async Task<bool> ReopenAsync(long id, CancellationToken cancellationToken = default) => await UpdateAsync(
        flags => flags.Where(flag => flag.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(flag => flag.WorkedOnAt, (DateTimeOffset?)null).SetProperty(flag => flag.Outcome, (FlagOutcome?)null)
                .SetProperty(flag => flag.LabelId, (long?)null),
            cancellationToken),
        cancellationToken) > 0;

    /// <summary>Labelled flags whose question a model has still to be asked: it is another than the one that was flagged, and none before it found the
    /// right passage.</summary>
    public async Task<IReadOnlyList<LabelledFlag>> ToAskAgainAsync(string corpus, string model, int take, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var labelled = from flag in db.Flags
            join label in db.Labels on flag.LabelId equals label.Id
            where flag.ModelFinds != true && (flag.Model == null || flag.Model != model) && flag.Question!.Corpus == corpus && flag.Question.Model != model
                && !label.BadQuestion
            orderby flag.Id
            select new LabelledFlag(
                label.Id, flag.QuestionId, flag.Question!.Question, label.NoAnswer,
                label.Passages.Where(passage => passage.Grade == 3 || passage.Spans.Count > 0).Select(passage => passage.BlockId).ToList());
        return await labelled.Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>A model was asked the question of a label again. Where an earlier one finds the passage already, that one stays named.</summary>
    /// <param name="finds">The model finds the right passage first.</param>
    /// <returns>How many flags this tells something.</returns>
    public Task<int> LearnedAsync(long labelId, string model, bool finds, CancellationToken cancellationToken = default) => UpdateAsync(
        flags => flags.Where(flag => flag.LabelId == labelId && flag.ModelFinds != true).ExecuteUpdateAsync(
            set => set.SetProperty(flag => flag.Model, model).SetProperty(flag => flag.ModelFinds, finds), cancellationToken),
        cancellationToken);

    private async Task<int> UpdateAsync(Func<DbSet<Flag>, Task<int>> update, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await update(db.Flags);
    }
}
