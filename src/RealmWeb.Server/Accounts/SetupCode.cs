using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Data.Accounts;

namespace RealmWeb.Server.Accounts;

/// <summary>The one-time code that makes the first admin: whoever reads the server's log may. New at each start, never stored.</summary>
internal sealed class SetupCode : IDisposable
{
    // No letters or digits that look alike.
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    /// <summary>Three groups of five characters: 31^15, about 74 bits.</summary>
    public string Value { get; } =
        string.Join('-', Enumerable.Range(0, 3).Select(_ => RandomNumberGenerator.GetString(Alphabet, 5)));

    public bool Matches(string given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Value), Encoding.UTF8.GetBytes(given.Trim().ToLowerInvariant()));

    public static async Task<bool> IsNeededAsync(UserManager<RealmUser> users) =>
        (await users.GetUsersInRoleAsync(Roles.Admin)).Count == 0;

    /// <summary>Two set-ups at once must not make two first admins.</summary>
    public async Task<T> ExclusiveAsync<T>(Func<Task<T>> setUp, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            return await setUp();
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();
}
