using System.Globalization;
using System.Text;
using ExcelNumberFormat;

namespace RealmWeb.Engine.Corpora.Formats.Office.Sheets;

/// <summary>Values of cells as a workbook shows them: its strings, and numbers and dates in their formats (ECMA-376 part 1, 18.4 and 18.8).</summary>
internal sealed class SheetValues
{
    private const int StringCost = 8, LongestFormat = 255, General = 0;

    // Formats that no workbook writes down. Dates of the user's country are written by year, month, day, which no country misreads.
    private static readonly Dictionary<int, string> BuiltIn = new()
    {
        [1] = "0", [2] = "0.00", [3] = "#,##0", [4] = "#,##0.00", [9] = "0%", [10] = "0.00%", [11] = "0.00E+00", [12] = "# ?/?", [13] = "# ??/??",
        [14] = "yyyy-mm-dd", [15] = "d-mmm-yy", [16] = "d-mmm", [17] = "mmm-yy", [18] = "h:mm AM/PM", [19] = "h:mm:ss AM/PM", [20] = "h:mm", [21] = "h:mm:ss",
        [22] = "yyyy-mm-dd h:mm", [37] = "#,##0;(#,##0)", [38] = "#,##0;(#,##0)", [39] = "#,##0.00;(#,##0.00)", [40] = "#,##0.00;(#,##0.00)",
        [45] = "mm:ss", [46] = "[h]:mm:ss", [47] = "mm:ss.0", [48] = "##0.0E+0", [49] = "@",
    };

    private readonly List<string> _strings = [];
    private readonly List<int> _formatOfStyle = [];
    private readonly Dictionary<int, string> _codes = new(BuiltIn);
    private readonly Dictionary<int, NumberFormat?> _formats = [];
    private readonly TextBudget _budget;
    private readonly bool _is1904;

    internal SheetValues(DocumentPackage package, string main, bool is1904)
    {
        (_budget, _is1904) = (package.Budget, is1904);
        if (package.Related(main, "sharedStrings") is { } strings)
        {
            using var part = package.Xml(strings)!;
            foreach (var name in part.Children())
            {
                if (name != "si")
                    continue;
                _budget.Spend(StringCost);
                _strings.Add(TextOf(part));
            }
        }
        if (package.Related(main, "styles") is { } styles)
        {
            using var part = package.SmallXml(styles)!;
            ReadStyles(part);
        }
    }

    /// <summary>What a cell shows.</summary>
    /// <param name="type">Of the cell: s, b, n and others; null for a number.</param>
    /// <param name="style">Number of its style.</param>
    internal string Shown(string? type, string? style, string value) => type switch
    {
        "s" => Index(value) is { } at && at < _strings.Count ? _strings[at] : "",
        "b" => value == "1" ? "TRUE" : "FALSE",
        "str" or "e" or "inlineStr" or "d" => value,
        _ => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? Number(number, style) : value,
    };

    /// <summary>The text of a string that was reached, without what says how it is spoken.</summary>
    internal string TextOf(PartReader part)
    {
        var text = new StringBuilder();
        foreach (var name in part.Children())
        {
            if (name == "t")
                text.Append(part.Text(_budget));
            else if (name == "r")
            {
                foreach (var inner in part.Children())
                    text.Append(inner == "t" ? part.Text(_budget) : "");
            }
        }
        return text.ToString();
    }

    private void ReadStyles(PartReader part)
    {
        foreach (var name in part.Children())
        {
            if (name is not ("numFmts" or "cellXfs"))
                continue;
            foreach (var inner in part.Children())
            {
                if (inner == "xf")
                    _formatOfStyle.Add(Index(part.Attribute("numFmtId")) ?? General);
                else if (inner == "numFmt" && Index(part.Attribute("numFmtId")) is { } id && part.Attribute("formatCode") is { Length: <= LongestFormat } code)
                    _codes[id] = code;
            }
        }
    }

    private string Number(double number, string? style)
    {
        var format = Index(style) is { } at && at < _formatOfStyle.Count ? FormatOf(_formatOfStyle[at]) : null;
        // Fifteen digits are what a workbook counts with.
        var plain = number.ToString("G15", CultureInfo.InvariantCulture);
        if (format is null)
            return plain;
        try
        {
            return format.Format(number, CultureInfo.InvariantCulture, _is1904).Trim();
        }
        // A date before there were dates, or a format that the library does not know.
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException or InvalidOperationException)
        {
            return plain;
        }
    }

    private NumberFormat? FormatOf(int id)
    {
        if (!_formats.TryGetValue(id, out var format))
        {
            format = _codes.TryGetValue(id, out var code) && !code.Equals("General", StringComparison.OrdinalIgnoreCase) ? new NumberFormat(code) : null;
            _formats[id] = format = format is { IsValid: true } ? format : null;
        }
        return format;
    }

    private static int? Index(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
