namespace RealmWeb.Engine.Corpora.Formats.Office.RichText;

/// <summary>The rows of a table as they come, until something stands below them. Cells of tables within cells are lines of the cell.</summary>
internal sealed class RichTextTable(TextBudget budget)
{
    private const int MostColumns = 256, CellCost = 8;

    private readonly List<List<RowCell>> _rows = [];
    private readonly List<string> _lines = [];
    private List<string> _row = [];
    private List<string> _above = [];
    // Of the cells by column: whether one goes on with the cell above, or with the one to its left.
    private readonly List<(bool Above, bool Left)> _merged = [];
    private (bool Above, bool Left) _next;

    internal void AddLine(string line)
    {
        if (line.Length > 0)
            _lines.Add(line);
    }

    internal void EndCell()
    {
        budget.Spend(CellCost);
        if (_row.Count < MostColumns)
            _row.Add(string.Join('\n', _lines));
        _lines.Clear();
    }

    /// <summary>A word that describes the cells of a row, or another one.</summary>
    internal void Describe(string word)
    {
        switch (word)
        {
            case "trowd":
                _merged.Clear();
                _next = default;
                break;
            case "clvmrg":
                _next.Above = true;
                break;
            case "clmrg":
                _next.Left = true;
                break;
            case "cellx":
                if (_merged.Count < MostColumns)
                    _merged.Add(_next);
                _next = default;
                break;
        }
    }

    internal void EndRow()
    {
        if (_lines.Count > 0)
            EndCell();
        for (var column = 0; column < Math.Min(_row.Count, _merged.Count); column++)
        {
            if (_merged[column].Above && _row[column].Length == 0 && column < _above.Count)
            {
                _row[column] = _above[column];
                budget.Spend(_row[column].Length);
            }
        }
        if (_row.Count > 0)
            _rows.Add([.. _row.Select(cell => new RowCell(cell))]);
        (_above, _row) = (_row, []);
    }

    /// <summary>Writes the table, if there is one, and forgets it.</summary>
    internal void EndInto(PlainTextBuilder text)
    {
        EndRow();
        if (_rows.Count > 0)
            TableText.Append(_rows, isLayout: false, text);
        _rows.Clear();
        _above = [];
    }
}
