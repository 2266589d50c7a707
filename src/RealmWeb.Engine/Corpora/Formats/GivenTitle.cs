using System.Text.RegularExpressions;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>The title that a file has among its properties, where somebody wrote it: programs put their file names and templates there.</summary>
internal static partial class GivenTitle
{
    internal const int Longest = 200;

    /// <summary>The title in one line; null where it is none.</summary>
    internal static string? Of(string given, string path)
    {
        var title = WhiteSpace().Replace(given, " ").Trim();
        return title.Length is 0 or > Longest || NoTitle().IsMatch(title)
            || title.Equals(path[(path.LastIndexOf('/') + 1)..], StringComparison.OrdinalIgnoreCase) || !title.Any(char.IsLetter) ? null : title;
    }

    [GeneratedRegex(
        @"^(?:untitled|microsoft \w+ - |slide \d|(?:power ?point )?presentation$|document ?\d*$|book ?\d+$"
            + @"|.*\.(?:docx?|pptx?|xlsx?|indd|tex|dvi|odt|pdf|rtf|qxd|fm)$)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NoTitle();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
