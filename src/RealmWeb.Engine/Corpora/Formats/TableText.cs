using System.Text;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>A cell of a table.</summary>
/// <param name="Content">What it shows, in lines.</param>
/// <param name="Rows">How many rows it spans.</param>
internal readonly record struct RowCell(string Content, int Rows = 1, int Columns = 1, bool IsHead = false);

/// <summary>Writes a table as lines: a row each, its cells apart by " | ". What a cell holds stands in one line, and a cell that spans rows stands in each.
/// Passages know tables by such lines (<see cref="LineRegions"/>).</summary>
/// <param name="widest">Most columns that a cell may span.</param>
internal sealed class TableText(PlainTextBuilder text, int widest)
{
    // A page of nothing but spans must not grow without bound.
    private const int MostRepeated = 1 << 20;

    private readonly Dictionary<int, (string Text, int Rows)> _spanning = [];
    private int _repeated;

    /// <summary>Appends a table, or the blocks of its cells where it only places things on the page: it holds tables or headings, or has one column.</summary>
    internal static void Append(List<List<RowCell>> rows, bool isLayout, PlainTextBuilder text)
    {
        text.EndBlock();
        if (isLayout || rows.All(row => row.Count < 2))
        {
            foreach (var cell in rows.SelectMany(row => row))
            {
                text.AppendVerbatim(cell.Content);
                text.EndBlock();
            }
            return;
        }
        var table = new TableText(text, rows.Max(row => row.Count));
        foreach (var row in rows)
            table.AppendRow(row);
        text.EndBlock();
    }

    internal void AppendRow(IEnumerable<RowCell> cells)
    {
        var line = new List<string>();
        foreach (var cell in cells)
        {
            FillSpanned(line);
            var content = InOneLine(cell.Content, cell.IsHead);
            if (cell.Rows > 1)
                _spanning[line.Count] = (content, cell.Rows - 1);
            line.Add(content);
            for (var column = Math.Min(cell.Columns, widest); column > 1 && _repeated < MostRepeated; column--, _repeated++)
                line.Add("");
        }
        FillSpanned(line);
        if (line.Any(cell => cell.Length > 0))
            text.Append(string.Join(" | ", line));
        text.EndLine();
    }

    private void FillSpanned(List<string> line)
    {
        while (_spanning.Remove(line.Count, out var above))
        {
            _repeated += above.Text.Length + 1;
            if (_repeated > MostRepeated)
                return;
            if (above.Rows > 1)
                _spanning[line.Count] = above with { Rows = above.Rows - 1 };
            line.Add(above.Text);
        }
    }

    // Lines of a cell stay apart unless one clearly goes on with the other.
    private static string InOneLine(string content, bool isHead)
    {
        if (!content.Contains('\n'))
            return content.StartsWith("- ", StringComparison.Ordinal) ? content[2..].Trim() : content.Trim();
        var whole = new StringBuilder();
        foreach (var line in content.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (whole.Length > 0)
                whole.Append(isHead || char.IsLower(line[0]) || !(char.IsLetterOrDigit(whole[^1]) || whole[^1] is ')' or '%') ? " " : "; ");
            whole.Append(line.StartsWith("- ", StringComparison.Ordinal) ? line.AsSpan(2) : line);
        }
        return whole.ToString();
    }
}
