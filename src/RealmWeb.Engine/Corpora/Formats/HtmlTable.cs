using System.Globalization;
using AngleSharp.Dom;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Tables of a page (<see cref="TableText"/>).</summary>
internal static class HtmlTable
{
    // A cell of a table that is to be read by rows says less.
    private const int LongestCell = 1000;

    /// <summary>Whether the table only places things on the page: it says so, has one column, or holds tables or headings and does not name its columns
    /// or rows.</summary>
    internal static bool IsLayout(IElement table) =>
        table.GetAttribute("role") is "presentation" or "none"
        || table.QuerySelector("table, td h1, td h2, td h3, td h4, td h5, td h6") is not null && !IsNamed(table)
        || RowsOf(table).All(row => CellsOf(row).Take(2).Count() < 2);

    private static bool IsNamed(IElement table)
    {
        var cells = RowsOf(table).SelectMany(CellsOf).ToList();
        return cells.Exists(cell => cell.LocalName == "th") && cells.TrueForAll(cell => cell.TextContent.Length <= LongestCell);
    }

    internal static void Append(IElement table, PlainTextBuilder text)
    {
        if (table.Children.FirstOrDefault(child => child.LocalName == "caption") is { } caption && !HtmlText.IsHidden(caption))
            text.Append(HtmlText.TextOf(caption));
        text.EndBlock();
        var rows = new TableText(text, RowsOf(table).Max(row => CellsOf(row).Count()));
        foreach (var row in RowsOf(table))
        {
            rows.AppendRow(CellsOf(row).Select(cell =>
                new RowCell(HtmlText.TextOf(cell), Span(cell, "rowspan"), Span(cell, "colspan"), IsHead: cell.LocalName == "th")));
        }
    }

    private static IEnumerable<IElement> RowsOf(IElement table) =>
        table.QuerySelectorAll("tr").Where(row => row.Closest("table") == table && !HtmlText.IsHidden(row));

    private static IEnumerable<IElement> CellsOf(IElement row) =>
        row.Children.Where(cell => cell.LocalName is "td" or "th" && !HtmlText.IsHidden(cell));

    private static int Span(IElement cell, string attribute) =>
        int.TryParse(cell.GetAttribute(attribute), NumberStyles.None, CultureInfo.InvariantCulture, out var span) ? span : 1;
}
