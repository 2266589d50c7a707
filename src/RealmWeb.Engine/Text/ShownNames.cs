using System.Text;

namespace RealmWeb.Engine.Text;

/// <summary>Names that come from elsewhere, fit to be shown: they stand in lists, logs and ids later.</summary>
public static class ShownNames
{
    /// <summary>The name with _ in the place of each character that would spoil what it stands in.</summary>
    public static string Clean(string name) => IsClean(name) ? name
        : string.Concat(name.EnumerateRunes().Select(rune => Spoils(rune) ? "_" : rune.ToString()));

    public static bool IsClean(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (var rune in name.EnumerateRunes())
        {
            if (Spoils(rune))
                return false;
        }
        return true;
    }

    // Control characters break lines and terminals, marks of direction turn "txt.exe" around, half a surrogate pair cannot be stored.
    private static bool Spoils(Rune rune) => Rune.IsControl(rune) || rune == Rune.ReplacementChar
        || rune.Value is 0x061C or 0x200E or 0x200F or (>= 0x2028 and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
