using System.Globalization;
using System.Text.RegularExpressions;

namespace RealmWeb.Engine.Corpora.Formats.Wiki;

/// <summary>What a template shows, of those whose words stand in the page itself.</summary>
internal static partial class WikiTemplate
{
    private static readonly HashSet<string> FirstValue = new(StringComparer.Ordinal)
    {
        "nowrap", "small", "smaller", "big", "larger", "nobold", "center", "abbr", "abbrlink", "tooltip", "em", "strong", "val", "vanchor", "visible anchor",
        "flag", "flagcountry", "country", "url", "num", "mvar", "math", "sic", "not a typo", "text", "smallcaps", "sc", "native name", "no wrap",
    };

    private static readonly HashSet<string> LastValue =
        new(StringComparer.Ordinal) { "lang", "transl", "transliteration", "script", "ill", "interlanguage link" };

    private static readonly HashSet<string> Dates = new(StringComparer.Ordinal)
    {
        "birth date", "birth date and age", "death date", "death date and age", "start date", "start date and age", "end date", "end date and age",
        "film date", "dob", "birth-date", "death-date", "date",
    };

    private static readonly HashSet<string> Lists = new(StringComparer.Ordinal)
    {
        "hlist", "flatlist", "plainlist", "plain list", "ubl", "unbulleted list", "bulleted list", "br separated entries", "cslist", "indented plainlist",
    };

    private static readonly HashSet<string> Quotes = new(StringComparer.Ordinal) { "quote", "blockquote", "cquote", "quotation", "bquote", "block quote" };

    private static readonly Dictionary<string, string> Signs = new(StringComparer.Ordinal)
    {
        ["ndash"] = "–", ["en dash"] = "–", ["snd"] = " – ", ["spnd"] = " – ", ["spaced ndash"] = " – ", ["mdash"] = "—", ["em dash"] = "—", ["'"] = "'",
        ["="] = "=", ["nbsp"] = " ", ["·"] = " · ", ["dot"] = " · ", ["bull"] = " • ", ["pi"] = "π", ["'s"] = "'s",
    };

    // Fields of infoboxes that show a picture, place one or say how to.
    private static readonly string[] Pictures =
        ["image", "caption", "alt", "logo", "map", "size", "width", "height", "signature", "photo", "picture", "coordinates", "footnotes", "flag", "coat",
            "seal", "style", "color", "colour", "mapframe", "pushpin", "embed", "module", "ref", "file", "upright"];

    /// <param name="parts">Its name and its parameters, reduced themselves.</param>
    public static string Reduce(IReadOnlyList<string> parts)
    {
        var name = WhiteSpace().Replace(parts[0].Replace('_', ' '), " ").Trim().ToLowerInvariant();
        if (name.StartsWith("infobox", StringComparison.Ordinal) || name.StartsWith("taxobox", StringComparison.Ordinal))
            return Infobox(parts);
        if (name.StartsWith("formatnum:", StringComparison.Ordinal))
            return parts[0][(parts[0].IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        var values = Values(parts);
        if (values.Count == 0)
            return Signs.GetValueOrDefault(name, "");
        return name switch
        {
            _ when FirstValue.Contains(name) => values[0],
            _ when LastValue.Contains(name) || name.StartsWith("lang-", StringComparison.Ordinal) => values[^1],
            _ when Dates.Contains(name) => Date(values),
            _ when Lists.Contains(name) => string.Join(", ", values.SelectMany(Items)),
            _ when Quotes.Contains(name) => $"\n\n{values[0]}\n\n",
            "convert" or "cvt" => Measure(values),
            "as of" or "asof" => $"As of {Date([.. values])}",
            "circa" or "c." or "ca." or "c" => $"c. {string.Join(" – ", values)}",
            "frac" or "sfrac" or "fraction" => values.Count switch
            {
                1 => $"1/{values[0]}", 2 => $"{values[0]}/{values[1]}", _ => $"{values[0]} {values[1]}/{values[2]}",
            },
            _ => "",
        };
    }

    // Rows of a table, so that passages keep its fields together.
    private static string Infobox(IReadOnlyList<string> parts)
    {
        var rows = parts.Skip(1).Select(Named).Where(field => field.Name is { Length: > 0 } && !IsPicture(field.Name) && field.Value.Length > 0)
            .Select(field => $"|-\n! {field.Name!.Replace('_', ' ')}\n| {string.Join(", ", Items(field.Value))}\n");
        return $"\n{{|\n{string.Concat(rows)}|}}\n";
    }

    private static bool IsPicture(string field) => Pictures.Any(word => field.Contains(word, StringComparison.OrdinalIgnoreCase));

    // Values without a name, and those named by their place.
    private static List<string> Values(IReadOnlyList<string> parts) =>
        [.. parts.Skip(1).Select(Named).Where(part => (part.Name is null || int.TryParse(part.Name, out _)) && part.Value.Length > 0)
            .Select(part => part.Value)];

    private static (string? Name, string Value) Named(string part) =>
        Name().Match(part) is { Success: true } name ? (name.Groups[1].Value.Trim(), part[name.Length..].Trim()) : (null, part.Trim());

    private static IEnumerable<string> Items(string value) => value.Split(['\n', WikiText.SoftBreak])
        .Select(line => line.Trim().TrimStart('*', '#', ' ').Trim()).Where(line => line.Length > 0);

    private static string Measure(List<string> values) => values.Count switch
    {
        1 => values[0],
        // 5 to 10 km
        >= 4 when values[1] is "to" or "-" or "–" or "and" or "or" or "by" or "x" or "×" => $"{values[0]} {values[1]} {values[2]} {values[3]}",
        _ => $"{values[0]} {values[1]}",
    };

    // Year, month and day; whatever else stands there as it is.
    private static string Date(IReadOnlyList<string> values)
    {
        if (!values[0].All(char.IsAsciiDigit) || values[0].Length is < 3 or > 4)
            return values[0];
        var month = values.Count > 1 && int.TryParse(values[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 12
            ? CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(number) : null;
        var day = values.Count > 2 && values[2].All(char.IsAsciiDigit) && values[2].Length <= 2 ? values[2].TrimStart('0') : null;
        return month is null ? values[0] : day is null ? $"{month} {values[0]}" : $"{day} {month} {values[0]}";
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@"\A\s*([\p{L}\p{N}_ .\-]{1,60})=")]
    private static partial Regex Name();
}
