using System.Globalization;
using System.Text;

namespace RealmWeb.Engine.Corpora.Formats.Office.Word;

/// <summary>Numbers items and headings as Word shows them (ECMA-376 part 1, 17.9): levels, starts, "1.2.".</summary>
internal sealed class WordNumbers
{
    private const int Levels = 9;

    private readonly Dictionary<string, Dictionary<int, Level>> _abstract = [];
    private readonly Dictionary<string, Numbering> _lists = [];
    private readonly Dictionary<string, int?[]> _counts = [];

    internal WordNumbers(PartReader? part)
    {
        foreach (var name in part?.Children() ?? [])
        {
            if (name == "abstractNum" && part!.Attribute("abstractNumId") is { } id)
                _abstract[id] = ReadLevels(part);
            else if (name == "num" && part!.Attribute("numId") is { } list)
                _lists[list] = ReadList(part);
        }
    }

    /// <summary>The level of a list that belongs to a style; null where none does.</summary>
    internal int? LevelOf(string list, string? style) =>
        style is not null && _lists.TryGetValue(list, out var numbering) && _abstract.TryGetValue(numbering.Abstract, out var levels)
            ? levels.Where(level => level.Value.Style == style).Select(level => (int?)level.Key).FirstOrDefault() : null;

    /// <summary>Counts an item and says what stands before it, with a space: "- ", "2.1. "; null where it has no mark.</summary>
    internal string? Next(string list, int level)
    {
        if (level is < 0 or >= Levels || !_lists.TryGetValue(list, out var numbering))
            return null;
        var counts = Counts(list, numbering);
        counts[level] = (counts[level] ?? Of(numbering, level).Start - 1) + 1;
        Array.Clear(counts, level + 1, Levels - level - 1);
        var at = Of(numbering, level);
        if (at.Format == "bullet")
            return "- ";
        if (at.Format == "none" || at.Text.Length == 0)
            return null;
        var mark = new StringBuilder();
        for (var i = 0; i < at.Text.Length; i++)
        {
            if (at.Text[i] == '%' && i + 1 < at.Text.Length && at.Text[i + 1] is >= '1' and <= '9')
            {
                var of = at.Text[++i] - '1';
                mark.Append(Shown(counts[of] ?? Of(numbering, of).Start, Of(numbering, of).Format));
            }
            else
                mark.Append(at.Text[i]);
        }
        return $"{mark.ToString().Trim()} ";
    }

    // Lists of one kind go on with each other, save one that begins anew.
    private int?[] Counts(string list, Numbering numbering)
    {
        if (!_counts.TryGetValue(numbering.Abstract, out var counts))
            _counts[numbering.Abstract] = counts = new int?[Levels];
        if (!numbering.IsBegun)
        {
            foreach (var (level, start) in numbering.Starts)
                counts[level] = start - 1;
            _lists[list] = numbering with { IsBegun = true };
        }
        return counts;
    }

    private Level Of(Numbering numbering, int level) =>
        numbering.Levels.TryGetValue(level, out var own) || _abstract.TryGetValue(numbering.Abstract, out var levels) && levels.TryGetValue(level, out own)
            ? own : new Level("decimal", "", 1, null);

    private static string Shown(int number, string format) => format switch
    {
        "lowerLetter" => ListNumbers.Shown(number, "a"),
        "upperLetter" => ListNumbers.Shown(number, "A"),
        "lowerRoman" => ListNumbers.Shown(number, "i"),
        "upperRoman" => ListNumbers.Shown(number, "I"),
        "decimalZero" => number.ToString("00", CultureInfo.InvariantCulture),
        "none" or "bullet" => "",
        _ => ListNumbers.Shown(number, "1"),
    };

    private static Dictionary<int, Level> ReadLevels(PartReader part)
    {
        var levels = new Dictionary<int, Level>();
        foreach (var name in part.Children())
        {
            if (name == "lvl" && Number(part, "ilvl") is >= 0 and < Levels and var number)
                levels[number] = ReadLevel(part);
        }
        return levels;
    }

    private static Level ReadLevel(PartReader part)
    {
        var level = new Level("decimal", "", 1, null);
        foreach (var name in part.Children())
        {
            level = name switch
            {
                "start" => level with { Start = Number(part, "val") },
                "numFmt" => level with { Format = part.Attribute("val") ?? "decimal" },
                "lvlText" => level with { Text = part.Attribute("val") ?? "" },
                "pStyle" => level with { Style = part.Attribute("val") },
                _ => level,
            };
        }
        return level;
    }

    private static Numbering ReadList(PartReader part)
    {
        var list = new Numbering("", [], [], IsBegun: false);
        foreach (var name in part.Children())
        {
            if (name == "abstractNumId")
                list = list with { Abstract = part.Attribute("val") ?? "" };
            else if (name == "lvlOverride" && Number(part, "ilvl") is >= 0 and < Levels and var level)
            {
                foreach (var inner in part.Children())
                {
                    if (inner == "startOverride")
                        list.Starts[level] = Number(part, "val");
                    else if (inner == "lvl")
                        list.Levels[level] = ReadLevel(part);
                }
            }
        }
        return list;
    }

    private static int Number(PartReader part, string attribute) =>
        int.TryParse(part.Attribute(attribute), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private readonly record struct Level(string Format, string Text, int Start, string? Style);

    private readonly record struct Numbering(string Abstract, Dictionary<int, int> Starts, Dictionary<int, Level> Levels, bool IsBegun);
}
