using Microsoft.EntityFrameworkCore;
using RealmWeb.Data.Sqlite;
using RealmWeb.Data.Storage;
using RealmWeb.Files;

namespace RealmWeb.Data.Sources;

/// <summary>The sources of all corpora, and the folders of what was fetched of them.</summary>
public sealed class SourceStore(IDbContextFactory<RealmDbContext> contexts, RealmPaths paths)
{
    /// <summary>Where what was fetched of a source lies, if anything was.</summary>
    public string FolderOf(Guid id) => Path.Combine(paths.Sources, id.ToString("N"));

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

    /// <exception cref="NameTakenException">The corpus has one of this name.</exception>
    public async Task AddAsync(SourceRow source, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Sources.Add(source);
        await SaveAsync(db, source, cancellationToken);
    }

    /// <returns>False when it is gone.</returns>
    /// <exception cref="NameTakenException">The corpus has another one of this name.</exception>
    public async Task<bool> UpdateAsync(SourceRow source, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Sources.Update(source);
        try
        {
            await SaveAsync(db, source, cancellationToken);
            return true;
        }
        catch (DbUpdateConcurrencyException)
        {
            return false;
        }
    }

    /// <summary>Deletes a source with its schedule and what was fetched of it.</summary>
    public async Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var both = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Schedules.Where(schedule => db.Sources.Any(source => source.Id == id && source.ScheduleId == schedule.Id))
            .ExecuteDeleteAsync(cancellationToken);
        var deleted = await db.Sources.Where(source => source.Id == id).ExecuteDeleteAsync(cancellationToken) > 0;
        await both.CommitAsync(cancellationToken);
        // Should the process die here, the next sweep finds a folder without a source.
        ForgetFetched(id);
        return deleted;
    }

    /// <summary>Forgets the sources of a corpus, which is deleted or made anew.</summary>
    public async Task ForgetAsync(string corpus, CancellationToken cancellationToken = default)
    {
        foreach (var source in await ListAsync(corpus, cancellationToken))
            await DeleteAsync(source.Id, cancellationToken);
    }

    /// <summary>Removes what was fetched of a source.</summary>
    public void ForgetFetched(Guid id)
    {
        if (FolderOf(id) is var folder && Directory.Exists(folder))
            DurableFolder.Remove(folder);
    }

    /// <summary>Removes what was fetched of sources that are gone: a process died that had deleted one.</summary>
    /// <returns>How many folders were removed.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken = default)
    {
        // Looked at before the rows: a source that is made meanwhile has its row before its folder.
        List<Guid> fetched = !Directory.Exists(paths.Sources) ? []
            : [.. Directory.EnumerateDirectories(paths.Sources)
                .Select(folder => Guid.TryParseExact(Path.GetFileName(folder), "N", out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty)];
        if (fetched.Count == 0)
            return 0;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var known = await db.Sources.Select(source => source.Id).ToHashSetAsync(cancellationToken);
        var removed = 0;
        foreach (var id in fetched.Where(id => !known.Contains(id)))
        {
            try
            {
                ForgetFetched(id);
                removed++;
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // Somebody else removes it at this moment, or it is not ours.
            }
        }
        return removed;
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

    private static async Task SaveAsync(RealmDbContext db, SourceRow source, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException failure) when (SqliteErrors.IsTaken(failure))
        {
            throw new NameTakenException(source.Name, failure);
        }
    }
}
