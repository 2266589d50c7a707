using System.Globalization;
using System.Text;
using AngleSharp.Dom;

namespace RealmWeb.Engine.Corpora.Formats;

/// <summary>A table as lines: a row each, its cells apart by " | ". What a cell holds stands in one line, and a cell that spans rows stands in each.</summary>
internal static class HtmlTable
{
    // A page of nothing but spans must not grow without bound.
    private const int MostRepeated = 1 << 20;

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
        var widest = RowsOf(table).Max(row => CellsOf(row).Count());
        var spanning = new Dictionary<int, (string Text, int Rows)>();
        var repeated = 0;
        foreach (var row in RowsOf(table))
        {
            var line = new List<string>();
            foreach (var cell in CellsOf(row))
            {
                FillSpanned(line, spanning, ref repeated);
                var content = InOneLine(HtmlText.TextOf(cell), isHead: cell.LocalName == "th");
                if (Span(cell, "rowspan") is var rows and > 1)
                    spanning[line.Count] = (content, rows - 1);
                line.Add(content);
                for (var column = Math.Min(Span(cell, "colspan"), widest); column > 1 && repeated < MostRepeated; column--, repeated++)
                    line.Add("");
            }
            FillSpanned(line, spanning, ref repeated);
            if (line.Any(cell => cell.Length > 0))
                text.Append(string.Join(" | ", line));
            text.EndLine();
        }
    }

    private static void FillSpanned(List<string> line, Dictionary<int, (string Text, int Rows)> spanning, ref int repeated)
    {
        while (spanning.Remove(line.Count, out var above))
        {
            repeated += above.Text.Length + 1;
            if (repeated > MostRepeated)
                return;
            if (above.Rows > 1)
                spanning[line.Count] = above with { Rows = above.Rows - 1 };
            line.Add(above.Text);
        }
    }

    // Lines of a cell stay apart unless one clearly goes on with the other.
    private static string InOneLine(string content, bool isHead)
    {
        var whole = new StringBuilder();
        foreach (var line in content.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (whole.Length > 0)
                whole.Append(isHead || char.IsLower(line[0]) || !(char.IsLetterOrDigit(whole[^1]) || whole[^1] is ')' or '%') ? " " : "; ");
            whole.Append(line.StartsWith("- ", StringComparison.Ordinal) ? line.AsSpan(2) : line);
        }
        return whole.ToString();
    }

    private static IEnumerable<IElement> RowsOf(IElement table) => table.QuerySelectorAll("tr").Where(row => !HtmlText.IsHidden(row));

    private static IEnumerable<IElement> CellsOf(IElement row) =>
        row.Children.Where(cell => cell.LocalName is "td" or "th" && !HtmlText.IsHidden(cell));

    private static int Span(IElement cell, string attribute) =>
        int.TryParse(cell.GetAttribute(attribute), NumberStyles.None, CultureInfo.InvariantCulture, out var span) ? span : 1;
}
