using System.Globalization;
using System.Text.RegularExpressions;

namespace RealmWeb.Engine.Corpora.Formats.Office.Word;

/// <summary>What a paragraph is for its reader.</summary>
internal enum ParagraphKind
{
    Text,
    Title,
    Heading,
    /// <summary>A line of a table of contents, which says again what the headings say.</summary>
    Contents,
}

/// <summary>What a style says, with what the styles say that it is based on.</summary>
/// <param name="IsHidden">Null where nothing is said.</param>
internal sealed record WordStyle(ParagraphKind Kind, bool? IsHidden, string? List, int? Level)
{
    internal static WordStyle Plain { get; } = new(ParagraphKind.Text, null, null, null);
}

/// <summary>The styles of a document (ECMA-376 part 1, 17.7).</summary>
internal sealed partial class WordStyles
{
    // Longer chains go in a circle.
    private const int LongestChain = 64;

    private readonly Dictionary<string, Raw> _styles = [];
    private readonly Dictionary<string, WordStyle> _resolved = [];

    internal WordStyles(PartReader? part)
    {
        foreach (var name in part?.Children() ?? [])
        {
            if (name == "style")
                Add(part!);
        }
    }

    /// <summary>The style of this id; one that the document does not define goes by its id.</summary>
    internal WordStyle this[string? id]
    {
        get
        {
            if (id is null)
                return WordStyle.Plain;
            if (!_resolved.TryGetValue(id, out var style))
                _resolved[id] = style = Resolve(id);
            return style;
        }
    }

    private void Add(PartReader part)
    {
        if (part.Attribute("styleId") is not { } id)
            return;
        var style = new Raw(id, null, null, null, null, null);
        foreach (var name in part.Children())
        {
            if (name == "name")
                style = style with { Name = part.Attribute("val") ?? id };
            else if (name == "basedOn")
                style = style with { BasedOn = part.Attribute("val") };
            else if (name == "rPr")
                style = style with { IsHidden = WordRun.Read(part).IsHidden };
            else if (name == "pPr" && WordParagraph.Read(part) is var paragraph)
                style = style with { Outline = paragraph.Outline, List = paragraph.List, Level = paragraph.Level };
        }
        _styles.TryAdd(id, style);
    }

    private WordStyle Resolve(string id)
    {
        var style = WordStyle.Plain with { Kind = KindOf(_styles.TryGetValue(id, out var own) ? own.Name : id) };
        var outline = (int?)null;
        for (var (at, steps) = ((string?)id, 0); at is not null && _styles.TryGetValue(at, out var raw) && steps < LongestChain; at = raw.BasedOn, steps++)
        {
            outline ??= raw.Outline;
            style = style with { IsHidden = style.IsHidden ?? raw.IsHidden, List = style.List ?? raw.List, Level = style.Level ?? raw.Level };
            if (style.Kind == ParagraphKind.Text && KindOf(raw.Name) is ParagraphKind.Heading && outline is null)
                style = style with { Kind = ParagraphKind.Heading };
        }
        return style.Kind == ParagraphKind.Text && outline is >= 0 and < 9 ? style with { Kind = ParagraphKind.Heading } : style;
    }

    private static ParagraphKind KindOf(string name) => Named().Match(name) is not { Success: true } match ? ParagraphKind.Text
        : match.Groups["title"].Success ? ParagraphKind.Title
        : match.Groups["heading"].Success ? ParagraphKind.Heading : ParagraphKind.Contents;

    [GeneratedRegex(@"^(?:(?<title>title)|(?<heading>heading ?[1-9])|toc ?(?:[1-9]|heading))$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Named();

    private sealed record Raw(string Name, string? BasedOn, int? Outline, bool? IsHidden, string? List, int? Level);
}

/// <summary>What a paragraph says of itself (17.3.1.26).</summary>
/// <param name="Outline">Level of a heading from 0, 9 for text; null where nothing is said.</param>
/// <param name="List">Its list; "0" for none.</param>
/// <param name="IsJoined">Its end was deleted: what follows goes on with it.</param>
internal readonly record struct WordParagraph(string? Style, int? Outline, string? List, int? Level, bool IsJoined)
{
    /// <summary>Reads the properties that were reached.</summary>
    internal static WordParagraph Read(PartReader part)
    {
        var paragraph = default(WordParagraph);
        foreach (var name in part.Children())
        {
            if (name == "pStyle")
                paragraph = paragraph with { Style = part.Attribute("val") };
            else if (name == "outlineLvl")
                paragraph = paragraph with { Outline = Number(part) };
            else if (name == "rPr")
                paragraph = paragraph with { IsJoined = part.Children().Any(child => child is "del" or "moveFrom") };
            else if (name == "numPr")
            {
                foreach (var inner in part.Children())
                {
                    if (inner == "numId")
                        paragraph = paragraph with { List = part.Attribute("val") };
                    else if (inner == "ilvl")
                        paragraph = paragraph with { Level = Number(part) };
                }
            }
        }
        return paragraph;
    }

    private static int? Number(PartReader part) =>
        int.TryParse(part.Attribute("val"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>What a run says of its text (17.3.2).</summary>
/// <param name="IsHidden">Null where nothing is said.</param>
/// <param name="IsLowered">Null for text on the line, else whether it is below it or above.</param>
internal readonly record struct WordRun(string? Style, bool? IsHidden, bool? IsLowered)
{
    // Half points: what is moved by less stands on its line, and is only adjusted.
    private const int LeastRaised = 4;

    /// <summary>Reads the properties that were reached.</summary>
    internal static WordRun Read(PartReader part)
    {
        var run = default(WordRun);
        foreach (var name in part.Children())
        {
            if (name == "rStyle")
                run = run with { Style = part.Attribute("val") };
            else if (name == "vanish")
                run = run with { IsHidden = part.Attribute("val") is not ("0" or "false" or "off") };
            else if (name == "vertAlign")
                run = run with { IsLowered = part.Attribute("val") switch { "superscript" => false, "subscript" => true, _ => run.IsLowered } };
            else if (name == "position" && int.TryParse(part.Attribute("val"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var raised)
                && Math.Abs(raised) >= LeastRaised)
                run = run with { IsLowered = raised < 0 };
        }
        return run;
    }
}
