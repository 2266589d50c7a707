using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>What a Markdown file says of itself above its text: --- and YAML, or +++ and TOML.</summary>
/// <remarks>A rule at the top begins a text as well, so only what reads as names with values is taken away. As in Pandoc, a blank line behind the
/// first rule makes it a rule.</remarks>
internal static partial class FrontMatter
{
    /// <summary>The title in it, if any, and the text below.</summary>
    internal static (string? Title, string Text) Split(string markdown)
    {
        if (Yaml().Match(markdown) is { Success: true } yaml)
            return TryRead(yaml.Groups[1].Value, out var title) ? (title, markdown[yaml.Length..]) : (null, markdown);
        if (Toml().Match(markdown) is { Success: true } toml && TomlBeginning().IsMatch(toml.Groups[1].Value))
            return (TomlTitleIn(toml.Groups[1].Value), markdown[toml.Length..]);
        return (null, markdown);
    }

    // Events, not objects: they need no memory for aliases, and a name that stands twice is no fault here.
    private static bool TryRead(string yaml, out string? title)
    {
        title = null;
        try
        {
            var parser = new Parser(new StringReader(yaml));
            parser.Consume<StreamStart>();
            parser.Consume<DocumentStart>();
            if (!parser.TryConsume<MappingStart>(out _))
                return false;
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                if (!parser.TryConsume<Scalar>(out var key) || !Name().IsMatch(key.Value))
                    return false;
                if (key.Value.Equals("title", StringComparison.OrdinalIgnoreCase) && parser.Accept<Scalar>(out var value))
                    title = IsNothing(value) ? null : WhiteSpace().Replace(value.Value, " ").Trim();
                parser.SkipThisAndNestedEvents();
            }
            return parser.TryConsume<DocumentEnd>(out _) && parser.TryConsume<StreamEnd>(out _);
        }
        catch (YamlException)
        {
            return false;
        }
    }

    private static string? TomlTitleIn(string toml) => TomlTitle().Match(toml) is { Success: true } line
        ? WhiteSpace().Replace(line.Groups[1].Success ? Escaped().Replace(line.Groups[1].Value, "$1") : line.Groups[2].Value, " ").Trim()
        : null;

    private static bool IsNothing(Scalar value) => value.Style == ScalarStyle.Plain && value.Value is "" or "~" or "null";

    [GeneratedRegex(@"\A---[ \t]*\n(?![ \t]*\n)((?:.*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex Yaml();

    [GeneratedRegex(@"\A\+\+\+[ \t]*\n((?:.*\n)*?)\+\+\+[ \t]*(?:\n|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex Toml();

    // A name with a value, or a table.
    [GeneratedRegex(@"\A(?:[ \t]*(?:#.*)?\n)*[ \t]*(?:\[|[\w.""'-]+[ \t]*=|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex TomlBeginning();

    // Above the first table: [params] may have a title of its own. Group 1 has escapes, group 2 has none.
    [GeneratedRegex(
        @"\A(?:(?![ \t]*\[).*\n)*?[ \t]*title[ \t]*=[ \t]*(?:""{3}(?<1>(?:[^\\]|\\.)*?)""{3}|'{3}(?<2>(?:.|\n)*?)'{3}"
            + @"|""(?<1>(?:[^""\\\n]|\\.)*)""|'(?<2>[^'\n]*)')", RegexOptions.CultureInvariant)]
    private static partial Regex TomlTitle();

    [GeneratedRegex(@"\\([""\\])", RegexOptions.CultureInvariant)]
    private static partial Regex Escaped();

    [GeneratedRegex(@"\A[A-Za-z_][\w.-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
