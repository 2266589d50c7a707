using System.Security.Cryptography;
using System.Text;
using RealmWeb.Data.Accounts;

namespace RealmWeb.Server.Accounts;

/// <summary>The one-time code that makes the first admin: whoever reads the server's log may. New at each start, never stored.</summary>
internal sealed class SetupCode
{
    private volatile bool _used;

    /// <summary>About 74 bits.</summary>
    public string Value { get; } = ReadableCode.New(groups: 3);

    public bool Matches(string given) =>
        !_used && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Value), Encoding.UTF8.GetBytes(given.Trim().ToLowerInvariant()));

    /// <summary>It made an admin: it makes no other, even should that one be gone before the next start.</summary>
    public void Use() => _used = true;
}
