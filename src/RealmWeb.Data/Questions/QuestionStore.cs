using Microsoft.EntityFrameworkCore;

namespace RealmWeb.Data.Questions;

/// <summary>What was asked.</summary>
public sealed class QuestionStore(IDbContextFactory<RealmDbContext> contexts)
{
    public async Task AddAsync(AskedQuestion question, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.AskedQuestions.Add(question);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The newest questions, newest first.</summary>
    /// <param name="corpus">Only those of this corpus; null for all.</param>
    public async Task<IReadOnlyList<AskedQuestion>> ListAsync(string? corpus = null, int take = 100, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.AskedQuestions.AsNoTracking()
            .Where(question => corpus == null || question.Corpus == corpus)
            .OrderByDescending(question => question.Id).Take(take).ToListAsync(cancellationToken);
    }
}
