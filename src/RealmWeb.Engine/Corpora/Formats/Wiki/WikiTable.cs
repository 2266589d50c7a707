using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RealmWeb.Engine.Corpora.Formats.Wiki;

/// <summary>The lines of one table of wikitext.</summary>
internal sealed partial class WikiTable
{
    // A cell that says it spans a million rows must not cost anything.
    private const int WidestSpan = 1000;

    private readonly List<List<RowCell>> _rows = [[]];
    private readonly StringBuilder _cell = new();
    private readonly StringBuilder _caption = new();
    private (int Rows, int Columns, bool IsHead) _form = (1, 1, false);
    private bool _isOpen;
    private bool _inCaption;
    // Tables in a cell: their words belong to it.
    private int _within;

    /// <summary>Takes the next line.</summary>
    /// <returns>The table ends with it.</returns>
    public bool Take(string line)
    {
        var trimmed = line.TrimStart();
        if (trimmed.StartsWith("{|", StringComparison.Ordinal))
            _within++;
        else if (trimmed.StartsWith("|}", StringComparison.Ordinal))
            return _within-- == 0;
        else if (_within > 0)
            Words(trimmed.TrimStart('|', '!', '-', '+'));
        else if (trimmed.StartsWith("|-", StringComparison.Ordinal))
            EndRow();
        else if (trimmed.StartsWith("|+", StringComparison.Ordinal))
        {
            EndCell();
            _inCaption = true;
            Words(AfterAttributes(trimmed[2..]));
        }
        else if (trimmed.StartsWith('|') || trimmed.StartsWith('!'))
            Cells(trimmed);
        else
            Words(line);
        return false;
    }

    /// <summary>The whole table.</summary>
    public (string Caption, List<List<RowCell>> Rows) End()
    {
        EndRow();
        _rows.RemoveAll(row => row.Count == 0);
        return (WikiLines.Shown(_caption.ToString().Replace('\n', ' ')), _rows);
    }

    private void Cells(string line)
    {
        var isHead = line[0] == '!';
        foreach (var cell in isHead ? HeadBorder().Split(line[1..]) : line[1..].Split("||"))
        {
            EndCell();
            (_isOpen, _form) = (true, Form(cell, isHead));
            Words(AfterAttributes(cell));
        }
    }

    private void Words(string words)
    {
        var target = _inCaption ? _caption : _cell;
        if (target.Length > 0)
            target.Append('\n');
        target.Append(words.Replace(WikiText.SoftBreak, '\n').TrimStart(WikiText.Verbatim, '*', '#', ':', ';', ' '));
    }

    private void EndCell()
    {
        if (_isOpen)
            _rows[^1].Add(new RowCell(WikiLines.Shown(_cell.ToString()), _form.Rows, _form.Columns, _form.IsHead));
        _cell.Clear();
        (_isOpen, _inCaption) = (false, false);
    }

    private void EndRow()
    {
        EndCell();
        _rows.Add([]);
    }

    private static (int Rows, int Columns, bool IsHead) Form(string cell, bool isHead)
    {
        var attributes = cell[..^AfterAttributes(cell).Length];
        return (Span(RowSpan().Match(attributes)), Span(ColumnSpan().Match(attributes)), isHead);
    }

    private static int Span(Match match) => match.Success && int.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var span)
        ? Math.Clamp(span, 1, WidestSpan) : 1;

    // style="…" | words
    private static string AfterAttributes(string cell)
    {
        var bar = cell.IndexOf('|', StringComparison.Ordinal);
        return bar >= 0 && Attributes().IsMatch(cell.AsSpan(0, bar)) ? cell[(bar + 1)..] : cell;
    }

    [GeneratedRegex(@"!!|\|\|")]
    private static partial Regex HeadBorder();

    [GeneratedRegex(@"\A\s*(?:[\w-]+\s*(?:=\s*(?:""[^""]*""|'[^']*'|[^\s""'|]+))?\s*)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex Attributes();

    [GeneratedRegex(@"rowspan\s*=\s*[""']?\s*(\d{1,6})", RegexOptions.IgnoreCase)]
    private static partial Regex RowSpan();

    [GeneratedRegex(@"colspan\s*=\s*[""']?\s*(\d{1,6})", RegexOptions.IgnoreCase)]
    private static partial Regex ColumnSpan();
}
