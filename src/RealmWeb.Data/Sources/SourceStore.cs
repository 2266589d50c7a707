using Microsoft.EntityFrameworkCore;

namespace RealmWeb.Data.Sources;

/// <summary>The sources of all corpora.</summary>
public sealed class SourceStore(IDbContextFactory<RealmDbContext> contexts)
{
    /// <summary>Of a corpus, by name.</summary>
    public async Task<IReadOnlyList<SourceRow>> ListAsync(string corpus, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Sources.AsNoTracking().Where(source => source.Corpus == corpus).OrderBy(source => source.Name).ToListAsync(cancellationToken);
    }

    public async Task<SourceRow?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Sources.AsNoTracking().FirstOrDefaultAsync(source => source.Id == id, cancellationToken);
    }

    /// <exception cref="DbUpdateException">The corpus has one of this name.</exception>
    public async Task AddAsync(SourceRow source, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Sources.Add(source);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <returns>False when it is gone.</returns>
    /// <exception cref="DbUpdateException">The corpus has another one of this name.</exception>
    public async Task<bool> UpdateAsync(SourceRow source, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Sources.Update(source);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }

    public async Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Sources.Where(source => source.Id == id).ExecuteDeleteAsync(cancellationToken) > 0;
    }

    /// <summary>Notes which documents are gone at a source, and forgets those that are back.</summary>
    /// <returns>Since when each of them is gone.</returns>
    public async Task<IReadOnlyDictionary<long, DateTimeOffset>> NoteDepartedAsync(
        Guid source, IReadOnlyCollection<long> documents, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var known = await db.DepartedDocuments.Where(row => row.SourceId == source).ToDictionaryAsync(row => row.DocumentId, cancellationToken);
        var gone = documents.ToHashSet();
        db.DepartedDocuments.RemoveRange(known.Values.Where(row => !gone.Contains(row.DocumentId)));
        foreach (var document in gone.Where(document => !known.ContainsKey(document)))
            db.DepartedDocuments.Add(known[document] = new DepartedRow { SourceId = source, DocumentId = document, Since = now });
        await db.SaveChangesAsync(cancellationToken);
        return gone.ToDictionary(document => document, document => known[document].Since);
    }

    /// <summary>Since when documents are gone that were noted.</summary>
    public async Task<IReadOnlyDictionary<long, DateTimeOffset>> DepartedAsync(Guid source, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.DepartedDocuments.AsNoTracking().Where(row => row.SourceId == source)
            .ToDictionaryAsync(row => row.DocumentId, row => row.Since, cancellationToken);
    }
}
