using Microsoft.EntityFrameworkCore;

namespace RealmWeb.Data.Accounts;

/// <summary>Counts passwords that are tried for an account: after five wrong ones in a row it is locked for five minutes.</summary>
/// <remarks>The last admin who is not locked never is: else anybody who knows the name could keep everybody from administering the site. There the
/// limit of tries for each address is what slows guessing.</remarks>
public sealed class SignInTries(IDbContextFactory<RealmDbContext> contexts, TimeProvider time)
{
    private const int Most = 5;
    private static readonly TimeSpan Lock = TimeSpan.FromMinutes(5);

    /// <summary>Counts a try before the password is compared, so that many at once do not count as one.</summary>
    /// <returns>False when the account is locked or there is none.</returns>
    public async Task<bool> BeginAsync(string normalizedName, CancellationToken cancellationToken = default)
    {
        DateTimeOffset now = time.GetUtcNow(), end = now + Lock;
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Users
            .Where(user => user.NormalizedUserName == normalizedName && (user.LockoutEnd == null || user.LockoutEnd <= now))
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(user => user.AccessFailedCount, user => user.LockoutEnd == null ? user.AccessFailedCount + 1 : 1)
                    .SetProperty(user => user.LockoutEnd, user => user.LockoutEnd == null && user.AccessFailedCount + 1 >= Most ? end : null),
                cancellationToken) > 0;
    }

    /// <summary>The password was right: the next wrong one is the first again.</summary>
    public async Task SucceededAsync(string userId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await OpenAsync(db, userId, cancellationToken);
    }

    /// <summary>The password was wrong.</summary>
    /// <returns>True when the account would be locked now, were it not the last admin who can still sign in.</returns>
    public async Task<bool> FailedAsync(string userId, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!await db.Users.AnyAsync(user => user.Id == userId && user.LockoutEnd > now, cancellationToken))
            return false;
        var admins = AccountStore.AdminsOf(db);
        if (!await admins.ContainsAsync(userId, cancellationToken)
            || await db.Users.AnyAsync(other => admins.Contains(other.Id) && (other.LockoutEnd == null || other.LockoutEnd <= now), cancellationToken))
            return false;
        await OpenAsync(db, userId, cancellationToken);
        return true;
    }

    private static Task OpenAsync(RealmDbContext db, string userId, CancellationToken cancellationToken) => db.Users.Where(user => user.Id == userId)
        .ExecuteUpdateAsync(
            set => set.SetProperty(user => user.AccessFailedCount, 0).SetProperty(user => user.LockoutEnd, (DateTimeOffset?)null), cancellationToken);
}
