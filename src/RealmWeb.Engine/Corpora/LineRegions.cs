using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora;

/// <summary>A part of a text whose lines count.</summary>
/// <param name="Head">The rows of a table that name its columns; empty for code.</param>
internal readonly record struct LineRegion(TextSpan Span, TextSpan Head);

/// <summary>Finds tables and code in plain text by how their lines look: rows have cells apart by | or tabs, code has its signs in every other line.</summary>
internal static class LineRegions
{
    private static readonly string[] CodeSigns = ["()", " = ", "==", "=>", "->", "::", "</", "&&", "||", " := ", "+="];
    private static readonly string[] CodeBeginnings = ["//", "/*", "#!", "$ ", "import ", "def ", "return ", "if (", "for (", "while (", "public ", "SELECT "];

    internal static List<LineRegion> Find(string text)
    {
        var regions = new List<LineRegion>();
        var paragraph = new List<TextSpan>();
        for (var at = 0; at <= text.Length;)
        {
            var end = text.IndexOf('\n', at);
            if (end < 0)
                end = text.Length;
            if (!text.AsSpan(at, end - at).IsWhiteSpace())
                paragraph.Add(new TextSpan(at, end));
            else
                AddParagraph(text, paragraph, regions);
            at = end + 1;
        }
        AddParagraph(text, paragraph, regions);
        return regions;
    }

    private static void AddParagraph(string text, List<TextSpan> lines, List<LineRegion> regions)
    {
        var found = regions.Count;
        for (var first = 0; first < lines.Count; first++)
        {
            var end = first;
            while (end < lines.Count && IsRow(lines[end].Of(text)))
                end++;
            if (end - first < 2)
                continue;
            var names = IsRule(text, lines[first + 1]) ? first + 1 : first;
            regions.Add(new LineRegion(new TextSpan(lines[first].Start, lines[end - 1].End), new TextSpan(lines[first].Start, lines[names].End)));
            first = end;
        }
        if (regions.Count == found && lines.Count > 1 && 2 * lines.Count(line => IsCode(line.Of(text))) >= lines.Count)
            regions.Add(new LineRegion(new TextSpan(lines[0].Start, lines[^1].End), default));
        lines.Clear();
    }

    private static bool IsRow(string line) => line.Contains(" |", StringComparison.Ordinal) || line.TrimStart().StartsWith('|') || line.Trim().Contains('\t');

    // |---|:--:| below the names.
    private static bool IsRule(string text, TextSpan line) => line.Of(text).All("|-:=+ \t".Contains);

    private static bool IsCode(string line)
    {
        var code = line.Trim();
        return code[^1] is '{' or '}' or ';' or '\\' || CodeSigns.Any(sign => code.Contains(sign, StringComparison.Ordinal))
            || CodeBeginnings.Any(sign => code.StartsWith(sign, StringComparison.Ordinal)) || line.StartsWith("  ", StringComparison.Ordinal);
    }
}
