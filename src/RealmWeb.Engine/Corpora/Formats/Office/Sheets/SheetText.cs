namespace RealmWeb.Engine.Corpora.Formats.Office.Sheets;

/// <summary>Appends a sheet: lines of one cell as text, and from the first row of several cells on a table, which an empty row ends where names of columns
/// follow it.</summary>
internal sealed class SheetText(PartReader part, SheetValues values, PlainTextBuilder text, TextBudget budget)
{
    // A cell far to the right of the others does not bring all the columns between.
    private const int WidestGap = 64, CellCost = 4;

    private readonly TableText _rows = new(text, widest: 1);
    // Column of the first cell of the table; null outside of one.
    private int? _left;
    private int _lastRow;

    internal void Append(string name)
    {
        var start = text.Length;
        text.EndBlock();
        text.Append(name);
        text.EndBlock();
        foreach (var child in part.Children())
        {
            if (child != "sheetData")
                continue;
            foreach (var row in part.Children())
            {
                if (row == "row")
                    AppendRow();
            }
        }
        text.EndBlock();
        if (text.From(start) == name)
            text.Cut(start);
    }

    private void AppendRow()
    {
        var number = int.TryParse(part.Attribute("r"), out var given) ? given : _lastRow + 1;
        var (cells, areAllText, column) = (new List<(int Column, string Shown)>(), true, -1);
        foreach (var name in part.Children())
        {
            if (name != "c")
                continue;
            column = ColumnOf(part.Attribute("r")) ?? column + 1;
            var type = part.Attribute("t");
            if (ReadCell(type) is not { Length: > 0 } shown)
                continue;
            budget.Spend(CellCost + (type is "str" or "inlineStr" ? 0 : shown.Length));
            areAllText &= type is "s" or "str" or "inlineStr";
            cells.Add((column, shown));
        }
        if (cells.Count == 0)
            return;
        if (number > _lastRow + 1 && (areAllText || _left is null))
        {
            text.EndBlock();
            _left = null;
        }
        _lastRow = number;
        if (_left is null && cells.Count == 1)
        {
            text.Append(cells[0].Shown);
            text.EndBlock();
            return;
        }
        if (_left is null)
            text.EndBlock();
        _left ??= cells[0].Column;
        _rows.AppendRow(InPlace(cells, _left.Value));
    }

    private string ReadCell(string? type)
    {
        var (style, shown) = (part.Attribute("s"), "");
        foreach (var name in part.Children())
        {
            if (name == "v")
                shown = values.Shown(type, style, type == "str" ? part.Text(budget) : part.Text());
            else if (name == "is")
                shown = values.TextOf(part);
        }
        return shown.Trim();
    }

    // A row of one cell keeps a bar, so that it is one of the table's.
    private List<RowCell> InPlace(List<(int Column, string Shown)> cells, int left)
    {
        var row = new List<RowCell>();
        var next = left;
        foreach (var (column, shown) in cells)
        {
            var gap = column - next is var between and <= WidestGap ? Math.Max(0, between) : 1;
            budget.Spend(CellCost * gap);
            row.AddRange(Enumerable.Repeat(new RowCell(""), gap));
            row.Add(new RowCell(shown));
            next = column + 1;
        }
        if (row.Count == 1)
            row.Add(new RowCell(""));
        return row;
    }

    // Letters of a reference such as AB12, from 0.
    private static int? ColumnOf(string? reference)
    {
        var column = 0;
        foreach (var letter in reference ?? "")
        {
            if (!char.IsAsciiLetterUpper(letter) || column > 1 << 16)
                break;
            column = column * 26 + letter - 'A' + 1;
        }
        return column == 0 ? null : column - 1;
    }
}
