using System.Text.RegularExpressions;

namespace RealmWeb.Engine.Corpora.Formats.Markup;

/// <summary>Reads the tables of reStructuredText.</summary>
internal static partial class MarkupTables
{
    private const int MostColumns = 256;

    /// <summary>The table with a frame that begins at a line; null where none does. A cell that spans columns stands in the first of them.</summary>
    internal static (List<List<RowCell>> Rows, int End)? Grid(List<string> lines, int at)
    {
        if (!GridBorder().IsMatch(lines[at]))
            return null;
        var end = at;
        while (end < lines.Count && (lines[end].StartsWith('+') || lines[end].StartsWith('|')))
            end++;
        if (end - at < 3)
            return null;
        var borders = lines[at..end].Where(line => GridBorder().IsMatch(line))
            .SelectMany(line => Enumerable.Range(0, line.Length).Where(column => line[column] == '+')).Distinct().Order().Take(MostColumns).ToList();
        var rows = new List<List<RowCell>>();
        var cells = new string[borders.Count - 1];
        for (var line = at + 1; line < end; line++)
        {
            if (lines[line].StartsWith('+') || lines[line].Contains("+--", StringComparison.Ordinal))
            {
                rows.Add([.. cells.Select(cell => new RowCell(cell ?? ""))]);
                Array.Clear(cells);
                continue;
            }
            for (var column = 0; column < cells.Length;)
            {
                var next = column + 1;
                while (next < cells.Length && !(borders[next] < lines[line].Length && lines[line][borders[next]] == '|'))
                    next++;
                Append(cells, column, Part(lines[line], borders[column] + 1, borders[next]));
                column = next;
            }
        }
        return (rows, end);
    }

    /// <summary>The table between rules that begins at a line; null where none does.</summary>
    internal static (List<List<RowCell>> Rows, int End)? Simple(List<string> lines, int at)
    {
        if (!SimpleBorder().IsMatch(lines[at]))
            return null;
        var end = at + 1;
        while (end < lines.Count && !(SimpleBorder().IsMatch(lines[end]) && (end + 1 == lines.Count || lines[end + 1].Length == 0)))
            end++;
        if (end == lines.Count)
            return null;
        var columns = SimpleColumn().Matches(lines[at]).Select(column => column.Index).Take(MostColumns).ToList();
        var rows = new List<List<RowCell>>();
        foreach (var line in lines[(at + 1)..end].Where(line => line.Length > 0 && !SimpleRule().IsMatch(line)))
        {
            var cells = columns.Select((start, i) => Part(line, start, i + 1 < columns.Count ? columns[i + 1] : line.Length)).ToArray();
            // Without its first cell a line goes on with the row above.
            if (cells[0].Length > 0 || rows.Count == 0)
                rows.Add([.. cells.Select(cell => new RowCell(cell))]);
            else
                rows[^1] = [.. rows[^1].Zip(cells, (above, cell) => new RowCell($"{above.Content} {cell}".Trim()))];
        }
        return (rows, end + 1);
    }

    /// <summary>The table that is written as a list of lists.</summary>
    internal static List<List<RowCell>> OfLists(List<string> lines)
    {
        var rows = new List<List<RowCell>>();
        foreach (var line in lines.Where(line => line.Length > 0))
        {
            if (RowItem().Match(line) is { Success: true } row)
                rows.Add([new RowCell(row.Groups["words"].Value)]);
            else if (rows.Count > 0 && CellItem().Match(line) is { Success: true } cell)
            {
                if (rows[^1].Count < MostColumns)
                    rows[^1].Add(new RowCell(cell.Groups["words"].Value));
            }
            else if (rows.Count > 0)
                rows[^1][^1] = new RowCell($"{rows[^1][^1].Content} {line.Trim()}".Trim());
        }
        return rows;
    }

    /// <summary>The table that is written with commas.</summary>
    internal static List<List<RowCell>> OfCommas(List<string> lines) =>
        [.. lines.Where(line => line.Length > 0).Select(line => CommaCell().Matches(line).Take(MostColumns)
            .Select(cell => new RowCell(cell.Groups["quoted"] is { Success: true } quoted ? quoted.Value.Replace("\"\"", "\"", StringComparison.Ordinal)
                : cell.Groups["plain"].Value.Trim())).ToList())];

    private static void Append(string[] cells, int column, string part)
    {
        if (part.Length > 0)
            cells[column] = string.IsNullOrEmpty(cells[column]) ? part : $"{cells[column]} {part}";
    }

    private static string Part(string line, int from, int to) => from >= line.Length ? "" : line[from..Math.Min(to, line.Length)].Trim();

    [GeneratedRegex(@"^\+(?:[-=]+\+)+$", RegexOptions.CultureInvariant)]
    private static partial Regex GridBorder();

    [GeneratedRegex(@"^=+(?: +=+)+$", RegexOptions.CultureInvariant)]
    private static partial Regex SimpleBorder();

    [GeneratedRegex(@"=+", RegexOptions.CultureInvariant)]
    private static partial Regex SimpleColumn();

    [GeneratedRegex(@"^[-=]+(?: +[-=]+)*$", RegexOptions.CultureInvariant)]
    private static partial Regex SimpleRule();

    [GeneratedRegex(@"^[*-] +[*-](?: +(?<words>.*))?$", RegexOptions.CultureInvariant)]
    private static partial Regex RowItem();

    [GeneratedRegex(@"^ +[*-](?: +(?<words>.*))?$", RegexOptions.CultureInvariant)]
    private static partial Regex CellItem();

    [GeneratedRegex("""\G(?:^|,)\s*(?:"(?<quoted>(?:[^"]|"")*)"\s*(?=,|$)|(?<plain>[^,]*))""", RegexOptions.CultureInvariant)]
    private static partial Regex CommaCell();
}
