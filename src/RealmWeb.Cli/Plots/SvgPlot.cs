using System.Globalization;
using System.Text;

namespace RealmWeb.Cli.Plots;

/// <summary>Panels of lines as one SVG, two beside each other. The ground is transparent and the ink follows the reader's light or dark setting.</summary>
internal static class SvgPlot
{
    private const int PanelWidth = 360;
    private const int PanelHeight = 220;
    private const int Left = 52;
    private const int Right = 14;
    private const int Top = 26;
    private const int Bottom = 38;
    private const int LegendTop = 8;
    private const int LegendLine = 18;

    // More points than this do not show at this size.
    private const int MostPoints = 120;

    // Readable on white and on near black; the dashes tell them apart without colour.
    private static readonly (string Colour, string Dashes)[] Styles =
        [("#3b82d6", "none"), ("#d9822b", "7 3"), ("#2f9e6e", "2 3"), ("#a371f7", "9 3 2 3"), ("#e5534b", "4 4"), ("#6e7781", "12 4"), ("#bf3989", "1 3"), ("#0f8f8f", "7 3 2 3 2 3")];

    /// <exception cref="InvalidOperationException">There is nothing to draw.</exception>
    public static string Draw(IReadOnlyList<Panel> panels)
    {
        var names = panels.SelectMany(panel => panel.Curves).Select(curve => curve.Name).Distinct().ToList();
        if (names.Count == 0)
            throw new InvalidOperationException("There is nothing to draw: no line has a point.");
        var columns = Math.Min(2, panels.Count);
        var rows = (panels.Count + columns - 1) / columns;
        var width = columns * PanelWidth;
        var legend = Legend(names, width);
        var legendHeight = LegendTop + LegendLine * (legend[^1].Line + 1);
        var height = legendHeight + rows * PanelHeight;
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<title>{Escape(string.Join(", ", panels.Select(panel => panel.Title)))}: {Escape(string.Join(", ", names))}</title>");
        svg.AppendLine("<style>text{font:11px system-ui,sans-serif;fill:#424a53}.t{font-weight:600}.g{stroke:#8b949e;stroke-opacity:.3}.l{fill:none;stroke-width:1.6;stroke-linejoin:round}@media (prefers-color-scheme:dark){text{fill:#c9d1d9}}</style>");
        for (var i = 0; i < names.Count; i++)
        {
            var (x, y) = (legend[i].X, 13 + LegendLine * legend[i].Line);
            svg.AppendLine(CultureInfo.InvariantCulture, $"<line class=\"l\" x1=\"{x:0.#}\" y1=\"{y}\" x2=\"{x + 24:0.#}\" y2=\"{y}\" {Stroke(i)}/><text x=\"{x + 29:0.#}\" y=\"{y + 4}\">{Escape(names[i])}</text>");
        }
        for (var i = 0; i < panels.Count; i++)
            DrawPanel(svg, panels[i], names, i % columns * PanelWidth, legendHeight + i / columns * PanelHeight);
        return svg.AppendLine("</svg>").ToString();
    }

    /// <summary>Round numbers that divide a range into about so many parts.</summary>
    public static IReadOnlyList<double> Ticks(double low, double high, int about)
    {
        var step = Math.Pow(10, Math.Floor(Math.Log10((high - low) / about)));
        step = new[] { 1, 2, 5, 10 }.Select(factor => factor * step).First(candidate => (high - low) / candidate <= about + 1e-6);
        return [.. Enumerable.Range(0, about + 2).Select(i => (Math.Ceiling(low / step - 1e-9) + i) * step).TakeWhile(tick => tick <= high + 1e-9 * step)];
    }

    // Where each name stands; the next line where it would run out of the picture.
    private static List<(double X, int Line)> Legend(List<string> names, int width)
    {
        var places = new List<(double X, int Line)>();
        var (x, line) = (8.0, 0);
        foreach (var name in names)
        {
            var needed = 47 + 6.2 * name.Length;
            if (x > 8 && x + needed > width)
                (x, line) = (8, line + 1);
            places.Add((x, line));
            x += needed;
        }
        return places;
    }

    private static void DrawPanel(StringBuilder svg, Panel panel, List<string> names, int atX, int atY)
    {
        var points = panel.Curves.SelectMany(curve => curve.Points).ToList();
        var (lowX, highX) = Range(points.Select(point => panel.LogX ? Math.Log10(point.X) : point.X));
        var (lowY, highY) = Range(points.Select(point => point.Y));
        double PlaceX(double value) => atX + Left + ((panel.LogX ? Math.Log10(value) : value) - lowX) / (highX - lowX) * (PanelWidth - Left - Right);
        double PlaceY(double value) => atY + PanelHeight - Bottom - (value - lowY) / (highY - lowY) * (PanelHeight - Top - Bottom);
        var (bottom, right) = (atY + PanelHeight - Bottom, atX + PanelWidth - Right);

        svg.AppendLine(CultureInfo.InvariantCulture, $"<text class=\"t\" x=\"{atX + Left}\" y=\"{atY + 16}\">{Escape(panel.Title)}</text><text x=\"{right}\" y=\"{bottom + 31}\" text-anchor=\"end\">{Escape(panel.XTitle)}</text>");
        foreach (var tick in Ticks(lowY, highY, 5))
            svg.AppendLine(CultureInfo.InvariantCulture, $"<line class=\"g\" x1=\"{atX + Left}\" y1=\"{PlaceY(tick):0.#}\" x2=\"{right}\" y2=\"{PlaceY(tick):0.#}\"/><text x=\"{atX + Left - 5}\" y=\"{PlaceY(tick) + 4:0.#}\" text-anchor=\"end\">{Number(tick)}</text>");
        IEnumerable<double> below = panel.LogX ? points.Select(point => point.X).Distinct().Order() : Ticks(lowX, highX, 5);
        foreach (var tick in below)
            svg.AppendLine(CultureInfo.InvariantCulture, $"<line class=\"g\" x1=\"{PlaceX(tick):0.#}\" y1=\"{atY + Top}\" x2=\"{PlaceX(tick):0.#}\" y2=\"{bottom}\"/><text x=\"{PlaceX(tick):0.#}\" y=\"{bottom + 15}\" text-anchor=\"middle\">{Number(tick)}</text>");
        foreach (var curve in panel.Curves)
        {
            var shown = Thinned(curve.Points);
            svg.AppendLine(CultureInfo.InvariantCulture, $"<polyline class=\"l\" {Stroke(names.IndexOf(curve.Name))} points=\"{string.Join(' ', shown.Select(point => string.Create(CultureInfo.InvariantCulture, $"{PlaceX(point.X):0.#},{PlaceY(point.Y):0.#}")))}\"/>");
        }
    }

    private static string Stroke(int number) =>
        $"stroke=\"{Styles[number % Styles.Length].Colour}\" stroke-dasharray=\"{Styles[number % Styles.Length].Dashes}\"";

    // A line that never changes still needs a height.
    private static (double Low, double High) Range(IEnumerable<double> values)
    {
        var all = values.Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        var (low, high) = (all.Min(), all.Max());
        return high - low < 1e-9 ? (low - 0.5, high + 0.5) : (low, high);
    }

    private static IEnumerable<(double X, double Y)> Thinned(IReadOnlyList<(double X, double Y)> points)
    {
        var finite = points.Where(point => double.IsFinite(point.Y)).ToList();
        return finite.Count <= MostPoints ? finite : Enumerable.Range(0, MostPoints).Select(i => finite[(int)((long)i * (finite.Count - 1) / (MostPoints - 1))]);
    }

    private static string Number(double value) => Math.Abs(value) >= 1000
        ? value.ToString("#,0", CultureInfo.InvariantCulture)
        : Math.Round(value, 6).ToString("0.####", CultureInfo.InvariantCulture);

    private static string Escape(string text) => System.Security.SecurityElement.Escape(text);
}
