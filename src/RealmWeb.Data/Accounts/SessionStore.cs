using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace RealmWeb.Data.Accounts;

/// <summary>Who is signed in: a row for each browser. A cookie counts while its row is there, so signing out, another password and the deletion
/// of the account end it here, whatever a browser still sends.</summary>
public sealed class SessionStore(IDbContextFactory<RealmDbContext> contexts, TimeProvider time)
{
    // Identity's table of tokens belongs to accounts and goes with them.
    private const string Provider = "RealmWeb.Session";

    // The time of last use is written this seldom, not with every request.
    private static readonly TimeSpan Written = TimeSpan.FromHours(12);

    /// <summary>How long a session lasts that nobody uses.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Begins a session and forgets those of the account that nobody used any more.</summary>
    /// <returns>Its id, which nobody can guess.</returns>
    public async Task<string> BeginAsync(string userId, CancellationToken cancellationToken = default)
    {
        var session = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var over = Text(time.GetUtcNow() - Lifetime - Written);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await Of(db, userId).Where(old => string.Compare(old.Value, over) < 0).ExecuteDeleteAsync(cancellationToken);
        db.UserTokens.Add(new IdentityUserToken<string> { UserId = userId, LoginProvider = Provider, Name = session, Value = Text(time.GetUtcNow()) });
        await db.SaveChangesAsync(cancellationToken);
        return session;
    }

    /// <summary>The roles that the session's account has now; null when the session is over.</summary>
    public async Task<IReadOnlyList<string>?> FindRolesAsync(string userId, string session, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await Of(db, userId).AsNoTracking().FirstOrDefaultAsync(row => row.Name == session, cancellationToken) is not { } row)
            return null;
        var now = time.GetUtcNow();
        if (string.CompareOrdinal(row.Value, Text(now - Written)) < 0)
            await Of(db, userId).Where(used => used.Name == session)
                .ExecuteUpdateAsync(set => set.SetProperty(used => used.Value, Text(now)), cancellationToken);
        return await (from link in db.UserRoles join role in db.Roles on link.RoleId equals role.Id where link.UserId == userId select role.Name!)
            .ToListAsync(cancellationToken);
    }

    public async Task EndAsync(string userId, string session, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await Of(db, userId).Where(row => row.Name == session).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>The sessions of an account, for whoever ends them with another change.</summary>
    internal static IQueryable<IdentityUserToken<string>> Of(RealmDbContext db, string userId) =>
        db.UserTokens.Where(row => row.UserId == userId && row.LoginProvider == Provider);

    private static string Text(DateTimeOffset at) => at.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);
}
