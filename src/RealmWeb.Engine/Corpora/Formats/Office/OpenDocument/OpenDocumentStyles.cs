using System.Globalization;

namespace RealmWeb.Engine.Corpora.Formats.Office.OpenDocument;

/// <summary>A level of a list.</summary>
/// <param name="Format">1, a, A, i or I; empty for bullets and what has no mark.</param>
/// <param name="IsBullet">A sign stands before each item, not a number.</param>
/// <param name="Shown">How many levels of numbers stand there.</param>
internal readonly record struct OpenDocumentLevel(string Format, bool IsBullet, string Prefix, string Suffix, int Start, int Shown);

/// <summary>The styles of a text, as far as they say what is read (OpenDocument 1.3 part 3, 16).</summary>
internal sealed class OpenDocumentStyles
{
    // Longer chains go in a circle.
    private const int LongestChain = 64, Levels = 10;

    private readonly Dictionary<string, Style> _styles = [];
    private readonly Dictionary<string, OpenDocumentLevel[]> _lists = [];

    /// <summary>Reads the styles among the children of the element that was reached, or of those that hold styles.</summary>
    internal void Read(PartReader? part)
    {
        foreach (var name in part?.Children() ?? [])
        {
            if (name is "automatic-styles" or "styles")
                Read(part);
            else if (name == "style" && part!.Attribute("name") is { } id)
                _styles[id] = ReadStyle(part);
            else if (name == "list-style" && part!.Attribute("name") is { } list)
                _lists[list] = ReadLevels(part);
        }
    }

    internal bool IsHidden(string? style) => Along(style).Select(at => at.IsHidden).FirstOrDefault(said => said is not null) == true;

    /// <summary>Whether text of this style stands below the line, or above it; null where it stands on it.</summary>
    internal bool? IsLowered(string? style) => Along(style).Select(at => at.IsLowered).FirstOrDefault(said => said is not null);

    internal bool IsTitle(string? style)
    {
        for (var (at, steps) = (style, 0); at is not null && steps < LongestChain; steps++)
        {
            if (at == "Title")
                return true;
            at = _styles.TryGetValue(at, out var found) ? found.Parent : null;
        }
        return false;
    }

    internal OpenDocumentLevel LevelOf(string? list, int level) =>
        list is not null && level < Levels && _lists.TryGetValue(list, out var levels) ? levels[level] : new OpenDocumentLevel("", true, "", "", 1, 1);

    private IEnumerable<Style> Along(string? style)
    {
        for (var steps = 0; style is not null && _styles.TryGetValue(style, out var found) && steps < LongestChain; steps++)
        {
            yield return found;
            style = found.Parent;
        }
    }

    private static Style ReadStyle(PartReader part)
    {
        var style = new Style(part.Attribute("parent-style-name"), null, null);
        foreach (var name in part.Children())
        {
            if (name != "text-properties")
                continue;
            var (display, position) = (part.Attribute("display"), part.Attribute("text-position"));
            style = style with
            {
                IsHidden = display is null ? null : display == "none",
                IsLowered = position is null || position.StartsWith('0') ? null
                    : position.StartsWith("sub", StringComparison.Ordinal) || position.StartsWith('-'),
            };
        }
        return style;
    }

    private static OpenDocumentLevel[] ReadLevels(PartReader part)
    {
        var levels = Enumerable.Repeat(new OpenDocumentLevel("", true, "", "", 1, 1), Levels).ToArray();
        foreach (var name in part.Children())
        {
            if (name != "list-level-style-number" || Number(part, "level") is not (>= 1 and <= Levels and var level))
                continue;
            levels[level - 1] = new OpenDocumentLevel(part.Attribute("num-format") ?? "", IsBullet: false, part.Attribute("num-prefix") ?? "",
                part.Attribute("num-suffix") ?? "", Number(part, "start-value") ?? 1, Number(part, "display-levels") ?? 1);
        }
        return levels;
    }

    private static int? Number(PartReader part, string attribute) =>
        int.TryParse(part.Attribute(attribute), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private readonly record struct Style(string? Parent, bool? IsHidden, bool? IsLowered);
}
