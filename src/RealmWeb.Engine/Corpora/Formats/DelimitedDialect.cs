using System.Text.RegularExpressions;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>How a table is written, as its beginning shows.</summary>
/// <param name="Delimiter">What stands between fields.</param>
/// <param name="LineEnd">\n (also behind \r), or \r alone as old Macs wrote.</param>
/// <param name="IsQuoted">Quoted fields may hold line ends; else every line is a row, and a quote is a letter unless it encloses a field.</param>
/// <param name="HasSeparatorLine">The first line is Excel's "sep=;" and no row.</param>
internal sealed partial record DelimitedDialect(char Delimiter, char LineEnd, bool IsQuoted, bool HasSeparatorLine)
{
    private const int MostLines = 200;

    /// <param name="beginning">The first lines; the last one may be cut.</param>
    /// <param name="isWhole">It is all of the file.</param>
    /// <param name="usual">Delimiter that the name of the file promises.</param>
    /// <param name="countKnown">How many of these names are those of columns that are read.</param>
    internal static DelimitedDialect Detect(string beginning, bool isWhole, char usual, Func<IEnumerable<string>, int> countKnown)
    {
        var lineEnd = beginning.Contains('\n') || !beginning.Contains('\r') ? '\n' : '\r';
        var lines = beginning.Split(lineEnd).Select(line => line.TrimEnd('\r')).ToList();
        if (!isWhole && lines.Count > 1)
            lines.RemoveAt(lines.Count - 1);
        var named = SeparatorLine().Match(lines[0]);
        var rows = lines.Skip(named.Success ? 1 : 0).Where(line => line.Length > 0).Take(MostLines).ToList();
        var delimiter = named.Success ? named.Groups[1].Value[0] : DelimiterOf(rows, usual, countKnown);
        return new DelimitedDialect(delimiter, lineEnd, IsQuotedIn(rows, delimiter), named.Success);
    }

    // The one that gives the first row names we know, then the one that gives every row as many fields.
    private static char DelimiterOf(List<string> rows, char usual, Func<IEnumerable<string>, int> countKnown)
    {
        if (rows.Count == 0)
            return usual;
        return new[] { usual, '\t', ',', ';', '|' }.Distinct()
            .Select(delimiter => (Delimiter: delimiter, Header: DelimitedFormat.Fields(rows[0], delimiter)))
            .Where(candidate => candidate.Header.Count > 1)
            .OrderByDescending(candidate => countKnown(candidate.Header))
            .ThenByDescending(candidate => rows.Count(row => DelimitedFormat.Fields(row, candidate.Delimiter).Count == candidate.Header.Count))
            .Select(candidate => candidate.Delimiter).FirstOrDefault(usual);
    }

    // Where lines have one number of fields, no field needs more than a line. Among commas a quote may hide that; tabs are seldom within fields.
    private static bool IsQuotedIn(List<string> rows, char delimiter)
    {
        var counts = rows.Select(row => row.Count(unit => unit == delimiter)).Distinct().ToList();
        return counts is not [> 0] || delimiter != '\t' && rows.Any(row => row.Contains('"'));
    }

    [GeneratedRegex(@"\A""?sep=(.)""?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SeparatorLine();
}
