using System.Globalization;

namespace RealmWeb.Engine.Corpora.Formats.Office.Word;

/// <summary>A table of a document (ECMA-376 part 1, 17.4).</summary>
internal sealed class WordTable
{
    private const int MostColumns = 256, CellCost = 8;

    private readonly List<List<RowCell>> _rows = [];
    private readonly WordContext _context;
    private readonly PartReader _part;
    private readonly WordText _around;
    // Of the cells that go on in the row below, by column.
    private Dictionary<int, string> _above = [];
    private bool _isLayout;

    private WordTable(WordContext context, PartReader part, WordText around) => (_context, _part, _around) = (context, part, around);

    /// <summary>Reads the table that was reached and appends it.</summary>
    internal static void Append(WordContext context, PartReader part, WordText around, PlainTextBuilder text)
    {
        var table = new WordTable(context, part, around);
        table.ReadRows();
        TableText.Append(table._rows, table._isLayout, text);
    }

    private void ReadRows()
    {
        foreach (var name in _part.Children())
        {
            if (name == "tr")
                ReadRow();
            else if (name is "sdt" or "sdtContent" or "customXml" or "ins")
                ReadRows();
        }
    }

    private void ReadRow()
    {
        var (row, below, isDeleted) = (new List<RowCell>(), new Dictionary<int, string>(), false);
        ReadCells(row, below, ref isDeleted);
        if (isDeleted)
            return;
        _above = below;
        _rows.Add(row);
    }

    private void ReadCells(List<RowCell> row, Dictionary<int, string> below, ref bool isDeleted)
    {
        foreach (var name in _part.Children())
        {
            if (name == "tc")
                ReadCell(row, below);
            else if (name is "sdt" or "sdtContent" or "customXml")
                ReadCells(row, below, ref isDeleted);
            else if (name == "trPr")
            {
                foreach (var property in _part.Children())
                {
                    isDeleted |= property == "del";
                    if (property == "gridBefore")
                        row.AddRange(Enumerable.Repeat(new RowCell(""), Math.Min(Number(), MostColumns)));
                }
            }
        }
    }

    private void ReadCell(List<RowCell> row, Dictionary<int, string> below)
    {
        _context.Budget.Spend(CellCost);
        var (columns, merge, isDeleted) = (1, (string?)null, false);
        var text = new PlainTextBuilder();
        var content = new WordText(_context, _part, text) { Around = _around };
        content.AppendBlocks(properties =>
        {
            if (properties != "tcPr")
                return;
            foreach (var property in _part.Children())
            {
                if (property == "gridSpan")
                    columns = Math.Clamp(Number(), 1, MostColumns);
                else if (property == "vMerge")
                    merge = _part.Attribute("val") ?? "continue";
                isDeleted |= property == "cellDel";
            }
        });
        if (isDeleted)
            return;
        _isLayout |= content.HasTableOrHeading;
        var shown = text.ToString();
        if (merge == "continue" && _above.TryGetValue(row.Count, out var above))
        {
            shown = above;
            _context.Budget.Spend(above.Length);
        }
        if (merge is not null)
            below[row.Count] = shown;
        row.Add(new RowCell(shown));
        row.AddRange(Enumerable.Repeat(new RowCell(""), columns - 1));
    }

    private int Number() => int.TryParse(_part.Attribute("val"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
