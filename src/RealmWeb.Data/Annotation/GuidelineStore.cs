using Microsoft.EntityFrameworkCore;

namespace RealmWeb.Data.Annotation;

/// <summary>What annotators go by. A change is a new version: each label says which one it was made under.</summary>
public sealed class GuidelineStore(IDbContextFactory<RealmDbContext> contexts, TimeProvider time)
{
    /// <summary>The newest version, or a certain one; null when there is none.</summary>
    public async Task<Guideline?> FindAsync(string corpus, int? version = null, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Guidelines.AsNoTracking().Where(guideline => guideline.Corpus == corpus && (version == null || guideline.Version == version))
            .OrderByDescending(guideline => guideline.Version).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Adds a version; the same text again adds none.</summary>
    public async Task<Guideline> AddAsync(string corpus, string text, string by, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // Takes the write lock before it reads, so that two at once get two numbers.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var newest = await db.Guidelines.Where(guideline => guideline.Corpus == corpus).OrderByDescending(guideline => guideline.Version)
            .FirstOrDefaultAsync(cancellationToken);
        if (newest?.Text == text)
            return newest;
        var added = new Guideline { Corpus = corpus, Version = (newest?.Version ?? 0) + 1, Text = text, By = by, At = time.GetUtcNow() };
        db.Guidelines.Add(added);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return added;
    }
}
