using System.Text.RegularExpressions;

namespace RealmWeb.Engine.Corpora.Formats.Markup;

/// <summary>What a reader sees of the words within a block of reStructuredText.</summary>
internal sealed partial class ReStructuredInline
{
    // What is marked is no longer than a bound everywhere here, so that a long line of opened marks costs no square of its length.
    private const int LongestReplacement = 1000;

    private readonly Dictionary<string, string> _replacements = new(StringComparer.Ordinal);

    /// <param name="lines">The whole text, for what it replaces words by.</param>
    internal ReStructuredInline(List<string> lines)
    {
        foreach (var line in lines)
        {
            if (Replacement().Match(line) is { Success: true } replacement && replacement.Groups["words"].Length <= LongestReplacement)
                _replacements[replacement.Groups["name"].Value] = replacement.Groups["words"].Value;
        }
    }

    internal string Plain(string words)
    {
        if (words.AsSpan().IndexOfAny("*`|_\\") < 0)
            return words;
        words = Code().Replace(words, "${words}");
        words = Link().Replace(words, "${words}");
        words = Role().Replace(words, match => match.Groups["words"].Value.TrimStart('~', '!'));
        words = Strong().Replace(words, "${words}");
        words = Emphasis().Replace(words, "${words}");
        words = Substitution().Replace(words, match => _replacements.GetValueOrDefault(match.Groups["name"].Value, match.Groups["name"].Value));
        words = FootnoteMark().Replace(words, "");
        words = Reference().Replace(words, "${words}");
        return Escape().Replace(words, match => match.Groups["letter"].Value.Trim());
    }

    [GeneratedRegex(@"^\.\. \|(?<name>[^|]+)\| replace:: *(?<words>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Replacement();

    [GeneratedRegex(@"``(?<words>[^`]{1,1000})``", RegexOptions.CultureInvariant)]
    private static partial Regex Code();

    [GeneratedRegex(@"`(?<words>[^`<]{1,500}) <[^`>]{0,1000}>`_{0,2}", RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    [GeneratedRegex(@"(?::[A-Za-z][\w:.+-]{0,50}:)?`(?<words>[^`]{1,1000})`_{0,2}", RegexOptions.CultureInvariant)]
    private static partial Regex Role();

    [GeneratedRegex(@"\*\*(?<words>[^*\s](?:[^*]{0,1000}[^*\s])?)\*\*", RegexOptions.CultureInvariant)]
    private static partial Regex Strong();

    [GeneratedRegex(@"(?<![\w*\\])\*(?<words>[^*\s](?:[^*]{0,1000}[^*\s\\])?)\*(?![\w*])", RegexOptions.CultureInvariant)]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"\|(?<name>[^|\s](?:[^|]{0,100}[^|\s])?)\|_{0,2}", RegexOptions.CultureInvariant)]
    private static partial Regex Substitution();

    [GeneratedRegex(@" ?\[(?:\d{1,9}|#[\w-]{0,50}|\*)\]_(?!\w)", RegexOptions.CultureInvariant)]
    private static partial Regex FootnoteMark();

    [GeneratedRegex(@"(?<![\w])(?<words>[\p{L}\d][\w.-]{0,100}?)_{1,2}(?![\w])", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    [GeneratedRegex(@"\\(?<letter>.)", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
