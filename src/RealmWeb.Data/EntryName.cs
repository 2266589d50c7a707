using System.Text.RegularExpressions;

namespace RealmWeb.Data;

/// <summary>What corpora, models and question sets may be called: a name is a folder, a word of the command line and a part of an address.</summary>
public static partial class EntryName
{
    /// <summary>Lower-case letters, digits and hyphens, beginning with a letter or digit, at most 63.</summary>
    public static bool IsValid(string name) => IsValidWithDots(name) && !name.Contains('.', StringComparison.Ordinal);

    /// <summary>As <see cref="IsValid"/>, with dots: models are named after versions.</summary>
    public static bool IsValidWithDots(string name) => Pattern().IsMatch(name);

    /// <summary>The sentence about a name that is refused.</summary>
    /// <param name="what">What it was to name, with its article: "a corpus".</param>
    public static string Refusal(string name, string what, bool dots = false) =>
        $"\"{name}\" is no name for {what}. Use lower-case letters, digits{(dots ? ", dots" : "")} and hyphens, at most 63, beginning with a letter or digit.";

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.-]{0,62}\z")]
    private static partial Regex Pattern();
}
