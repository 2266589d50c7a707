using System.ComponentModel.DataAnnotations;

namespace RealmWeb.ApiClient;

/// <summary>Where the site is, and who calls it. Without a name and without a token it is a visitor.</summary>
public sealed class RealmApiOptions : IValidatableObject
{
    /// <summary>Of the site, with the path below which an application carries it, such as https://intranet.example/help/.</summary>
    public Uri? Address { get; set; }

    /// <summary>Account of the site to sign in with; null for none.</summary>
    public string? UserName { get; set; }

    /// <summary>Null without <see cref="UserName"/>.</summary>
    public string? Password { get; set; }

    /// <summary>Sent as bearer token to the application that carries the site, where that one takes tokens; the site itself takes none. Null for
    /// none.</summary>
    public Func<CancellationToken, ValueTask<string?>>? Token { get; set; }

    /// <summary>The address as addresses of the API are relative to it.</summary>
    internal Uri Root => new($"{Address!.GetLeftPart(UriPartial.Path).TrimEnd('/')}/");

    IEnumerable<ValidationResult> IValidatableObject.Validate(ValidationContext validationContext)
    {
        if (Address is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            var given = Address is null ? "missing" : $"\"{Address}\"";
            yield return new ValidationResult($"The address of RealmWeb is {given}. Set {nameof(Address)} to one that begins with https:// or http://.");
        }
        if (string.IsNullOrEmpty(UserName) != string.IsNullOrEmpty(Password))
            yield return new ValidationResult($"{nameof(UserName)} and {nameof(Password)} belong together. Set both, or neither to ask as a visitor.");
    }
}
