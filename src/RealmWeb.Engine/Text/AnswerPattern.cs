using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace RealmWeb.Engine.Text;

/// <summary>A Python regular expression that a right answer matches, as .NET reads it.</summary>
public static partial class AnswerPattern
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant;

    // A gold pattern that backtracks without end must not stop an evaluation.
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(2);

    /// <summary>The pattern compiled; case is ignored, ^ and $ fit at line ends, a match takes at most two seconds.</summary>
    /// <param name="problem">What is wrong with it; null when it is a pattern.</param>
    public static bool TryCompile(string pattern, [NotNullWhen(true)] out Regex? compiled, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        try
        {
            (compiled, problem) = (new Regex(Translate(pattern), Options, LongestMatch), null);
            return true;
        }
        catch (ArgumentException error)
        {
            (compiled, problem) = (null, error.Message);
            return false;
        }
    }

    /// <summary>The pattern fits from the start of a text, and to its end where that is asked for; nothing fits an invalid or endless one.</summary>
    public static bool IsMatchAtStart(string text, string pattern, bool whole)
    {
        // Alone first: within the brackets below an unbalanced pattern could become a valid one.
        if (!TryCompile(pattern, out var compiled, out _))
            return false;
        try
        {
            return Regex.IsMatch(text, $@"\A(?:{compiled}){(whole ? @"\z" : "")}", Options, LongestMatch);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <summary>Where the pattern fits in a text, not empty; nowhere for an invalid or endless one.</summary>
    public static IReadOnlyList<TextSpan> Find(string text, string pattern)
    {
        if (!TryCompile(pattern, out var compiled, out _))
            return [];
        try
        {
            return [.. compiled.Matches(text).Where(match => match.Length > 0).Select(match => new TextSpan(match.Index, match.Index + match.Length))];
        }
        catch (RegexMatchTimeoutException)
        {
            return [];
        }
    }

    // Python's \w knows no combining marks, its \Z is the very end, and it writes (?P<name>…) and (?P=name).
    private static string Translate(string pattern)
    {
        var inClass = false;
        return Escapes().Replace(pattern, match =>
        {
            switch (match.Value)
            {
                case "[" when !inClass:
                    inClass = true;
                    return "[";
                case "]":
                    inClass = false;
                    return "]";
                case @"\w":
                    return inClass ? @"\p{L}\p{N}_" : @"[\p{L}\p{N}_]";
                case @"\W" when !inClass:
                    return @"[^\p{L}\p{N}_]";
                case @"\Z":
                    return @"\z";
                case "(?P<":
                    return "(?<";
                case [.., ')'] reference when !inClass && reference.StartsWith("(?P=", StringComparison.Ordinal):
                    return $@"\k<{reference[4..^1]}>";
                default:
                    return match.Value;
            }
        });
    }

    [GeneratedRegex(@"\\.|\[|\]|\(\?P<|\(\?P=\w+\)", RegexOptions.Singleline)]
    private static partial Regex Escapes();
}
