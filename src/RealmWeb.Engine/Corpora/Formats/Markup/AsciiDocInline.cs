using System.Buffers;
using System.Text.RegularExpressions;

namespace RealmWeb.Engine.Corpora.Formats.Markup;

/// <summary>What a reader sees of the words within a block of AsciiDoc.</summary>
internal sealed partial class AsciiDocInline
{
    // What is marked is no longer than a bound everywhere here, so that a long line of opened marks costs no square of its length.
    private const int LongestValue = 1000;

    private static readonly SearchValues<char> Signs = SearchValues.Create("*_`+#^~{[<(:");

    private readonly Dictionary<string, string> _attributes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["nbsp"] = " ", ["sp"] = " ", ["empty"] = "", ["blank"] = "", ["amp"] = "&", ["lt"] = "<", ["gt"] = ">", ["plus"] = "+", ["startsb"] = "[",
        ["endsb"] = "]", ["vbar"] = "|", ["asterisk"] = "*", ["caret"] = "^", ["tilde"] = "~",
        ["backslash"] = "\\", ["backtick"] = "`", ["apos"] = "'", ["quot"] = "\"",
    };

    /// <param name="lines">The whole text, for what it says that words stand for.</param>
    internal AsciiDocInline(List<string> lines)
    {
        foreach (var line in lines)
        {
            if (AttributeEntry().Match(line) is { Success: true } entry && entry.Groups["value"].Length <= LongestValue)
                _attributes[entry.Groups["name"].Value] = entry.Groups["value"].Value;
        }
    }

    /// <summary>The words, and the footnotes that they have.</summary>
    internal (string Words, List<string> Notes) WithNotes(string words)
    {
        var notes = new List<string>();
        words = Footnote().Replace(words, match =>
        {
            if (match.Groups["words"].Length > 0)
                notes.Add(Plain(match.Groups["words"].Value));
            return "";
        });
        return (Plain(words), notes);
    }

    internal string Plain(string words)
    {
        if (!words.AsSpan().ContainsAny(Signs))
            return words;
        words = Attribute().Replace(words, match => _attributes.GetValueOrDefault(match.Groups["name"].Value, match.Value));
        words = Anchor().Replace(words, "");
        words = Link().Replace(words, match => Shown(match.Groups["words"].Value) is { Length: > 0 } shown ? shown : match.Groups["target"].Value);
        words = Macro().Replace(words, match => Shown(match.Groups["words"].Value));
        words = Reference().Replace(
            words, match => match.Groups["words"] is { Success: true } shown ? shown.Value : match.Groups["target"].Value.TrimStart('#'));
        words = Doubled().Replace(words, "${words}");
        words = Marked().Replace(words, "${words}");
        return Raised().Replace(words, match => match.Groups["raised"] is { Success: true } raised ? $"^{raised.Value}" : match.Groups["lowered"].Value);
    }

    // The first of what a macro is given: text, then window and role.
    private static string Shown(string given) => given.StartsWith('"') && given.IndexOf('"', 1) is var end and > 0 ? given[1..end]
        : MacroOption().Replace(given, "").TrimEnd('^');

    [GeneratedRegex(@"^:(?<name>[A-Za-z_][\w-]*): +(?<value>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex AttributeEntry();

    [GeneratedRegex(@" ?footnote:[\w-]{0,50}\[(?<words>[^\]]{0,2000})\]", RegexOptions.CultureInvariant)]
    private static partial Regex Footnote();

    [GeneratedRegex(@"\{(?<name>[A-Za-z_][\w-]{0,50})\}", RegexOptions.CultureInvariant)]
    private static partial Regex Attribute();

    [GeneratedRegex(@"\[\[[^\]]{0,200}\]\]|anchor:[\w-]{1,50}\[[^\]]{0,200}\]|\(\(\([^()]{0,200}\)\)\)|indexterm:\[[^\]]{0,200}\]",
        RegexOptions.CultureInvariant)]
    private static partial Regex Anchor();

    [GeneratedRegex(
        @"(?:link:|xref:|mailto:)?(?<target>(?<=(?:link:|xref:|mailto:))[^\s\[\]]{1,500}|\b(?:https?|ftp|irc)://[^\s\[\]<>]{1,500})\[(?<words>[^\]]{0,1000})\]",
        RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    [GeneratedRegex(@"\b(?:kbd|btn|menu|image|icon|pass|stem|latexmath|asciimath|indexterm2|xref):[^\s\[\]]{0,500}\[(?<words>[^\]]{0,1000})\]",
        RegexOptions.CultureInvariant)]
    private static partial Regex Macro();

    [GeneratedRegex(@"<<(?<target>[^,<>]{1,200})(?:,\s{0,9}(?<words>[^<>]{1,500}))?>>", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();

    // Within words: **b**old.
    [GeneratedRegex(@"(?<mark>\*\*|__|``|\+\+|##)(?<words>[^\s*_`+#]|[^\s*_`+#][^*_`+#]{0,1000}[^\s*_`+#])\k<mark>", RegexOptions.CultureInvariant)]
    private static partial Regex Doubled();

    [GeneratedRegex(@"(?<![\w\\])(?:\[[^\]]{0,100}\](?=#))?(?<mark>[*_`+#])(?<words>[^\s*_`+#]|[^\s*_`+#](?:(?!\k<mark>).){0,1000}?[^\s])\k<mark>(?!\w)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Marked();

    [GeneratedRegex(@"\^(?<raised>[^\s^]{1,40})\^|~(?<lowered>[^\s~]{1,40})~", RegexOptions.CultureInvariant)]
    private static partial Regex Raised();

    [GeneratedRegex(@",\s{0,9}\w{1,30}=.*$|,\s{0,9}\d{1,9},\s{0,9}\d{1,9}$", RegexOptions.CultureInvariant)]
    private static partial Regex MacroOption();
}
