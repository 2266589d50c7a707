using System.Globalization;
using AngleSharp.Dom;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>Tables of a page (<see cref="TableText"/>).</summary>
internal static class HtmlTable
{
    /// <summary>Whether the table only places things on the page: it holds tables or headings, says so, or has one column.</summary>
    internal static bool IsLayout(IElement table) =>
        table.GetAttribute("role") is "presentation" or "none"
        || table.QuerySelector("table, td h1, td h2, td h3, td h4, td h5, td h6") is not null
        || RowsOf(table).All(row => CellsOf(row).Take(2).Count() < 2);

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

    private static IEnumerable<IElement> RowsOf(IElement table) => table.QuerySelectorAll("tr").Where(row => !HtmlText.IsHidden(row));

    private static IEnumerable<IElement> CellsOf(IElement row) =>
        row.Children.Where(cell => cell.LocalName is "td" or "th" && !HtmlText.IsHidden(cell));

    private static int Span(IElement cell, string attribute) =>
        int.TryParse(cell.GetAttribute(attribute), NumberStyles.None, CultureInfo.InvariantCulture, out var span) ? span : 1;
}
