using System.Text;
using System.Text.RegularExpressions;

namespace RealmWeb.Jobs.Sources.Git;

/// <summary>Which paths of a repository are read.</summary>
internal sealed class PathPatterns
{
    private static readonly string[] Usual = ["**/*.md", "**/*.markdown", "**/*.rst", "**/*.adoc", "**/*.asciidoc", "**/*.txt"];
    private readonly List<Regex> _patterns;

    /// <param name="patterns">None for texts.</param>
    public PathPatterns(IReadOnlyList<string>? patterns) =>
        _patterns = [.. (patterns is { Count: > 0 } ? patterns : Usual).Select(pattern => new Regex(
            ExpressionOf(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase))];

    public bool Fits(string path) => _patterns.Any(pattern => pattern.IsMatch(path));

    private static string ExpressionOf(string pattern)
    {
        var expression = new StringBuilder(@"\A");
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern.AsSpan(i).StartsWith("**/"))
            {
                expression.Append("(?:.*/)?");
                i += 2;
            }
            else if (pattern.AsSpan(i).StartsWith("**"))
            {
                expression.Append(".*");
                i++;
            }
            else
                expression.Append(pattern[i] switch { '*' => "[^/]*", '?' => "[^/]", var c => Regex.Escape($"{c}") });
        }
        return expression.Append(@"\z").ToString();
    }
}
