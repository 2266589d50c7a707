using Microsoft.AspNetCore.Identity;

namespace RealmWeb.Data.Accounts;

/// <summary>Somebody with a local account.</summary>
public sealed class RealmUser : IdentityUser
{
    public DateTimeOffset CreatedAt { get; set; }
}
