using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using RealmWeb.Contracts.Chains;

namespace RealmWeb.Data.Chains;

/// <summary>The durable truth about chains. States change only by compare-and-set: of two who want to take a chain on, one loses and knows it.</summary>
public sealed class ChainStore(IDbContextFactory<RealmDbContext> contexts, TimeProvider time)
{
    /// <summary>Stores a new chain with its links; id, times and state are given here.</summary>
    /// <exception cref="DbUpdateException">There already is a chain with the same request key, or for the same candidate.</exception>
    public async Task<Chain> CreateAsync(Chain chain, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(chain);
        chain.Id = Guid.CreateVersion7(time.GetUtcNow());
        (chain.State, chain.CreatedAt, chain.Revision) = (ChainState.Running, time.GetUtcNow(), 1);
        foreach (var (link, i) in chain.Links.Select((link, i) => (link, i)))
            (link.ChainId, link.Number) = (chain.Id, i + 1);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.Chains.Add(chain);
        await db.SaveChangesAsync(cancellationToken);
        return chain;
    }

    /// <summary>A chain with its links in their order; null when there is none.</summary>
    public async Task<Chain?> FindAsync(Guid id, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await WithLinks(db).FirstOrDefaultAsync(chain => chain.Id == id, cancellationToken);
    }

    /// <summary>The chain that was made for a named request; null when there is none.</summary>
    public async Task<Chain?> FindByRequestAsync(string requestKey, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await WithLinks(db).FirstOrDefaultAsync(chain => chain.RequestKey == requestKey, cancellationToken);
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<Chain>> ListAsync(int take = 100, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await WithLinks(db).OrderByDescending(chain => chain.CreatedAt).ThenByDescending(chain => chain.Id).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>Chains for which the site has something to do, oldest first: those that work, and stopped ones of which a run was about to be
    /// started.</summary>
    public async Task<IReadOnlyList<Chain>> ListOpenAsync(CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await WithLinks(db)
            .Where(chain => ChainTransitions.Working.Contains(chain.State)
                || chain.Links.Any(link => link.State == ChainLinkState.Launched && link.RunId == null))
            .OrderBy(chain => chain.CreatedAt).ToListAsync(cancellationToken);
    }

    /// <summary>Moves a chain to another state if it is in one of the expected ones.</summary>
    /// <param name="also">What else is set with it.</param>
    /// <returns>False when it was in none of them.</returns>
    /// <exception cref="InvalidOperationException">The transition table does not have the way.</exception>
    public async Task<bool> TryTransitionAsync(
        Guid id, IReadOnlyList<ChainState> from, ChainState to, Action<UpdateSettersBuilder<Chain>>? also = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(from);
        foreach (var state in from)
        {
            if (!ChainTransitions.Allows(state, to))
                throw new InvalidOperationException($"A chain cannot go from {state} to {to}. See {nameof(ChainTransitions)} for the ways there are.");
        }
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Chains.Where(chain => chain.Id == id && from.Contains(chain.State)).ExecuteUpdateAsync(set =>
        {
            set.SetProperty(chain => chain.State, to).SetProperty(chain => chain.Revision, chain => chain.Revision + 1)
                .SetProperty(chain => chain.EndedAt, to is ChainState.Running or ChainState.Waiting or ChainState.Promoting ? null : now);
            also?.Invoke(set);
        }, cancellationToken) == 1;
    }

    /// <summary>Claims a link, so that its run is started: for a chain that runs, and once.</summary>
    public async Task<bool> TryClaimAsync(ChainLink link, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // One statement, so one write lock: a chain that is being cancelled is either claimed before, or not at all.
        return await Same(db, link).Where(row => row.State == ChainLinkState.Pending && db.Chains.Any(
                chain => chain.Id == row.ChainId && chain.State == ChainState.Running))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.State, ChainLinkState.Launched), cancellationToken) == 1;
    }

    /// <summary>Writes down which run does a claimed link.</summary>
    public Task<bool> SetRunAsync(ChainLink link, Guid runId, CancellationToken cancellationToken = default) => ChangeAsync(
        link, ChainLinkState.Launched, set => set.SetProperty(row => row.RunId, runId), cancellationToken);

    /// <summary>A link's run has succeeded.</summary>
    public Task<bool> TryFinishAsync(ChainLink link, CancellationToken cancellationToken = default) => ChangeAsync(
        link, ChainLinkState.Launched, set => set.SetProperty(row => row.State, ChainLinkState.Done), cancellationToken);

    /// <summary>Lets a link be begun anew with another run.</summary>
    public Task<bool> TryReopenAsync(ChainLink link, CancellationToken cancellationToken = default) => ChangeAsync(
        link, ChainLinkState.Launched,
        set => set.SetProperty(row => row.State, ChainLinkState.Pending).SetProperty(row => row.RunId, (Guid?)null)
            .SetProperty(row => row.Attempt, row => row.Attempt + 1), cancellationToken);

    private async Task<bool> ChangeAsync(
        ChainLink link, ChainLinkState from, Action<UpdateSettersBuilder<ChainLink>> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(link);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var changed = await Same(db, link).Where(row => row.State == from && row.RunId == link.RunId).ExecuteUpdateAsync(change, cancellationToken) == 1;
        if (changed)
            await db.Chains.Where(chain => chain.Id == link.ChainId)
                .ExecuteUpdateAsync(set => set.SetProperty(chain => chain.Revision, chain => chain.Revision + 1), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return changed;
    }

    // An attempt that was given up must not change the one after it.
    private static IQueryable<ChainLink> Same(RealmDbContext db, ChainLink link) =>
        db.ChainLinks.Where(row => row.ChainId == link.ChainId && row.Number == link.Number && row.Attempt == link.Attempt);

    private static IQueryable<Chain> WithLinks(RealmDbContext db) =>
        db.Chains.AsNoTracking().Include(chain => chain.Links.OrderBy(link => link.Number));
}
