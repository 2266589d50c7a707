using System.Security.Cryptography;

namespace RealmWeb.Data.Accounts;

/// <summary>Random words that people read off a screen and type.</summary>
public static class ReadableCode
{
    // No letters or digits that look alike.
    private const string Alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

    /// <summary>Groups of five characters with hyphens between them; a group is 31^5, about 25 bits.</summary>
    public static string New(int groups) => string.Join('-', Enumerable.Range(0, groups).Select(_ => RandomNumberGenerator.GetString(Alphabet, 5)));
}
