using Microsoft.EntityFrameworkCore;

namespace RealmWeb.Data.Gates;

/// <summary>The rules of each corpus.</summary>
public sealed class GateRuleStore(IDbContextFactory<RealmDbContext> contexts)
{
    /// <summary>In the order in which they were written.</summary>
    public async Task<IReadOnlyList<GateRuleRow>> OfAsync(string corpus, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.GateRules.AsNoTracking().Where(rule => rule.Corpus == corpus).OrderBy(rule => rule.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Puts other rules in the place of all that a corpus has.</summary>
    public async Task ReplaceAsync(string corpus, IReadOnlyList<GateRuleRow> rules, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.GateRules.Where(rule => rule.Corpus == corpus).ExecuteDeleteAsync(cancellationToken);
        db.GateRules.AddRange(rules);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>A corpus whose gate asks this set; null where none does.</summary>
    public async Task<string?> FindUseAsync(string questionSet, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.GateRules.Where(rule => rule.QuestionSet == questionSet).Select(rule => rule.Corpus).FirstOrDefaultAsync(cancellationToken);
    }
}
