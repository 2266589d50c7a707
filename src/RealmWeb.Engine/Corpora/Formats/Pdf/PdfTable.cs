namespace RealmWeb.Engine.Corpora.Formats.Pdf;

/// <summary>A table on a page: rows that follow each other and have their gaps at the same places.</summary>
/// <param name="Lines">Its rows as text, each with the fragments that begin it.</param>
/// <param name="Length">Rows of the page that it takes.</param>
internal sealed record PdfTable(List<(string Text, List<PdfFragment> Row)> Lines, int Length)
{
    private const int FewestRows = 2;

    /// <summary>The table that begins with a row; null where none does.</summary>
    internal static PdfTable? Find(List<List<PdfFragment>> rows, int first)
    {
        if (rows[first].Count < 2)
            return null;
        // Left and right end of each gap of the rows so far.
        var gaps = GapsOf(rows[first]);
        var (end, last, full) = (first + 1, rows[first][0], 1);
        for (var next = end; next < rows.Count; next++)
        {
            var row = rows[next];
            var height = Math.Max(last.Size, row[0].Size);
            if (last.Base - row[0].Base > 2.6 * height)
                break;
            if (row.Count == 1)
            {
                // A cell that goes on below, or the name of a group of rows: it crosses no gap.
                if (!gaps.Exists(gap => row[0].Right < gap.Right || row[0].Left > gap.Left)
                    || row[0].Text.Length > 60 && row[0].Left < gaps[0].Left)
                {
                    break;
                }
            }
            else
            {
                var shared = Shared(gaps, GapsOf(row));
                if (shared.Count == 0)
                    break;
                gaps = shared.Count >= gaps.Count ? shared : Narrowed(gaps, shared);
                (end, full) = (next + 1, full + 1);
            }
            last = row[0];
        }
        // Cells of the last row that go on below it.
        while (full >= FewestRows && end < rows.Count && rows[end] is [{ } cell] && cell.Left > gaps[0].Left
            && rows[end - 1][0].Base - cell.Base < 1.35 * cell.Size)
            end++;
        return full < FewestRows ? null : new PdfTable(Write(rows[first..end]), end - first);
    }

    private static List<(double Left, double Right)> GapsOf(List<PdfFragment> row) =>
        [.. row.Zip(row.Skip(1), (one, next) => (one.Right, next.Left))];

    private static List<(double Left, double Right)> Shared(List<(double Left, double Right)> gaps, List<(double Left, double Right)> others)
    {
        var shared = new List<(double, double)>();
        foreach (var gap in gaps)
        {
            foreach (var other in others)
            {
                if (Math.Min(gap.Right, other.Right) - Math.Max(gap.Left, other.Left) > 3)
                    shared.Add((Math.Max(gap.Left, other.Left), Math.Min(gap.Right, other.Right)));
            }
        }
        return shared;
    }

    // A row with fewer cells says nothing of the gaps that it does not have.
    private static List<(double Left, double Right)> Narrowed(List<(double Left, double Right)> gaps, List<(double Left, double Right)> shared) =>
        gaps.ConvertAll(gap => shared.Find(other => other.Left >= gap.Left && other.Right <= gap.Right) is { Right: > 0 } narrow ? narrow : gap);

    private static List<(string Text, List<PdfFragment> Row)> Write(List<List<PdfFragment>> rows)
    {
        var columns = ColumnsOf(rows);
        var lines = new List<(string[] Cells, List<PdfFragment> Row)>();
        rows = Together(rows, columns);
        string[]? above = null;
        for (var number = 0; number < rows.Count; number++)
        {
            var row = rows[number];
            var cells = new string[columns.Count];
            Array.Fill(cells, "");
            foreach (var fragment in row)
            {
                var column = ColumnOf(fragment, columns);
                cells[column] = cells[column].Length == 0 ? fragment.Text : $"{cells[column]} {fragment.Text}";
            }
            // A line that is not in the first column belongs to the cell that is nearer: above it, or below where cells are centred.
            if (row.Count == 1 && cells[0].Length == 0 && lines.Count > 0)
            {
                var isBelow = number + 1 < rows.Count && row[0].Base - rows[number + 1][0].Base < 0.9 * (rows[number - 1][0].Base - row[0].Base);
                if (isBelow)
                    above = above is null ? cells : Joined(above, cells);
                else
                    lines[^1] = (Joined(lines[^1].Cells, cells), lines[^1].Row);
                continue;
            }
            lines.Add((above is null ? cells : Joined(above, cells), row));
            above = null;
        }
        return lines.ConvertAll(line => (string.Join(" | ", line.Cells).TrimEnd() is var text && text.EndsWith(" |", StringComparison.Ordinal)
            ? text : string.Join(" | ", line.Cells), line.Row));
    }

    private static int ColumnOf(PdfFragment fragment, List<(double Left, double Right)> columns)
    {
        var column = columns.FindIndex(column => Math.Min(fragment.Right, column.Right) > Math.Max(fragment.Left, column.Left));
        return column >= 0 ? column : Math.Max(0, columns.FindLastIndex(column => column.Left < fragment.Right));
    }

    // Lines that stand closer than others are one row where most of its cells have a line alone: cells of several lines in the middle of their row.
    private static List<List<PdfFragment>> Together(List<List<PdfFragment>> rows, List<(double Left, double Right)> columns)
    {
        var steps = rows.Zip(rows.Skip(1), (one, next) => one[0].Base - next[0].Base).ToList();
        if (steps.Max() < 1.2 * steps.Min())
            return rows;
        var near = (steps.Max() + steps.Min()) / 2;
        var together = new List<List<PdfFragment>>();
        for (var first = 0; first < rows.Count;)
        {
            var end = first + 1;
            while (end < rows.Count && steps[end - 1] < near)
                end++;
            var lines = rows[first..end].SelectMany(row => row).GroupBy(fragment => ColumnOf(fragment, columns)).ToList();
            if (end - first > 1 && 2 * lines.Count(column => column.Count() == 1) >= columns.Count && rows[first..end].Exists(row => row.Count > 1))
                together.Add([.. lines.OrderBy(column => column.Key).SelectMany(column => column)]);
            else
                together.AddRange(rows[first..end]);
            first = end;
        }
        return together;
    }

    private static string[] Joined(string[] cells, string[] others) => [.. cells.Zip(others, (one, other) => $"{one} {other}".Trim())];

    // What rows with the most cells cover; a cell that spans two columns would make them one.
    private static List<(double Left, double Right)> ColumnsOf(List<List<PdfFragment>> rows)
    {
        var count = rows.Where(row => row.Count > 1).GroupBy(row => row.Count).MaxBy(group => (group.Count(), group.Key))!.Key;
        var columns = new List<(double Left, double Right)>();
        foreach (var fragment in rows.Where(row => row.Count >= count).SelectMany(row => row).OrderBy(fragment => fragment.Left))
        {
            if (columns.Count > 0 && fragment.Left < columns[^1].Right)
                columns[^1] = (columns[^1].Left, Math.Max(columns[^1].Right, fragment.Right));
            else
                columns.Add((fragment.Left, fragment.Right));
        }
        return columns;
    }
}
