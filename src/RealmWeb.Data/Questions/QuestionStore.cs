using Microsoft.EntityFrameworkCore;

namespace RealmWeb.Data.Questions;

/// <summary>What was asked, with what was shown.</summary>
public sealed class QuestionStore(IDbContextFactory<RealmDbContext> contexts)
{
    public Task AddAsync(AskedQuestion question, CancellationToken cancellationToken = default) => AddAsync([question], cancellationToken);

    /// <summary>Keeps several, all or none.</summary>
    public async Task AddAsync(IReadOnlyCollection<AskedQuestion> questions, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.AskedQuestions.AddRange(questions);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>A question with its passages by rank; null when it is not kept.</summary>
    public async Task<AskedQuestion?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AskedQuestions.AsNoTracking()
            .Include(question => question.Passages.OrderBy(passage => passage.Rank)).FirstOrDefaultAsync(question => question.Id == id, cancellationToken);
    }

    /// <summary>The newest questions, newest first, without their passages.</summary>
    /// <param name="corpus">Only those of this corpus; null for all.</param>
    public async Task<IReadOnlyList<AskedQuestion>> ListAsync(string? corpus = null, int take = 100, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AskedQuestions.AsNoTracking()
            .Where(question => corpus == null || question.Corpus == corpus)
            .OrderByDescending(question => question.AskedAt).ThenByDescending(question => question.Id).Take(take).ToListAsync(cancellationToken);
    }
}
