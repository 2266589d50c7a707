using Microsoft.AspNetCore.Identity;
using RealmWeb.Data.Accounts;

namespace RealmWeb.Server.Accounts;

/// <summary>Name and password. An unknown name and a locked account cost the same work as an open one: the time tells nobody which names exist.</summary>
internal sealed partial class Credentials(UserManager<RealmUser> users, SignInTries tries, ILogger<Credentials> logger)
{
    // Hash of no one's password.
    private static readonly string NobodysHash = new PasswordHasher<RealmUser>().HashPassword(new RealmUser(), Guid.NewGuid().ToString());

    /// <summary>The account; null when the name is unknown, the password wrong or the account locked.</summary>
    public async Task<RealmUser?> FindAsync(string name, string password, string address, CancellationToken cancellationToken)
    {
        var user = await users.FindByNameAsync(name);
        var open = await tries.BeginAsync(users.NormalizeName(name), cancellationToken);
        var right = user is null
            ? users.PasswordHasher.VerifyHashedPassword(new RealmUser(), NobodysHash, password) == PasswordVerificationResult.Success
            : await users.CheckPasswordAsync(user, password);
        if (user is null || !open)
            return null;
        if (right)
        {
            await tries.SucceededAsync(user.Id, cancellationToken);
            return user;
        }
        if (await tries.FailedAsync(user.Id, cancellationToken))
            LogGuessing(user.UserName!, address);
        return null;
    }

    [LoggerMessage(EventId = 5005, Level = LogLevel.Warning,
        Message = "Five wrong passwords for {UserName}, the last from {Address}. The account stays open, because no other admin could sign in")]
    private partial void LogGuessing(string userName, string address);
}
