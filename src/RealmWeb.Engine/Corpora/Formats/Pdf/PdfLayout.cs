namespace RealmWeb.Engine.Corpora.Formats.Pdf;

/// <summary>A line of a page's text, in the order of reading.</summary>
/// <param name="Column">Number of the column on its page; lines of another column are another paragraph unless a sentence goes on.</param>
/// <param name="Edges">Left and right edge of the column.</param>
/// <param name="IsRow">A row of a table, its cells apart by " | ".</param>
internal sealed record PdfLine(
    string Text, double Left, double Right, double Base, double Size, bool IsBold, int Column, (double Left, double Right) Edges, bool IsRow = false)
{
    /// <summary>What it was put together from, and perhaps more of the table that it is a row of.</summary>
    internal IReadOnlyList<PdfFragment> Fragments { get; init; } = [];
}

/// <summary>Finds the order in which a page is read: columns one after the other, what spans them above or between them, tables row by row.</summary>
internal sealed class PdfLayout
{
    // Lines on each side that make two columns; two only where they are clearly running text.
    private const int FewestLines = 3;
    private const int FewestOfText = 2;
    private const int MostColumnCuts = 4;

    // Words of a line, in the middle of all: less is a column of a table.
    private const int ProseWords = 4;

    private readonly List<PdfLine> _lines = [];
    private int _column;

    /// <summary>The lines of a page; turned text behind the other.</summary>
    internal static List<PdfLine> Of(PdfPageFragments page)
    {
        var layout = new PdfLayout();
        foreach (var turned in page.Turned)
            layout.AddRegion(turned, MostColumnCuts);
        return layout._lines;
    }

    private void AddRegion(List<PdfFragment> fragments, int cuts)
    {
        if (cuts == 0 || Gutter(fragments) is not { } gutter)
        {
            AddColumn(fragments);
            return;
        }
        var single = new List<PdfFragment>();
        var run = new List<List<PdfFragment>>();
        foreach (var band in Bands(fragments))
        {
            if (band.TrueForAll(fragment => fragment.Right <= gutter || fragment.Left >= gutter))
            {
                run.Add(band);
                continue;
            }
            AddRun(run, gutter, single, cuts);
            single.AddRange(band);
        }
        AddRun(run, gutter, single, cuts);
        if (single.Count == fragments.Count)
            AddColumn(single);
        else
            AddRegion(single, cuts - 1);
    }

    // Lines between those that cross the gutter: two columns, or no more than lines with gaps, which wait for their neighbours.
    private void AddRun(List<List<PdfFragment>> run, double gutter, List<PdfFragment> waiting, int cuts)
    {
        // What stands on one side alone above and below says nothing.
        var (first, last) = (run.FindIndex(HasBoth), run.FindLastIndex(HasBoth));
        var core = first < 0 ? [] : run[first..(last + 1)].SelectMany(band => band).ToList();
        var all = run.SelectMany(band => band).ToList();
        var rows = run.Count(HasBoth);
        if (AreColumns(core.FindAll(IsLeft), core.FindAll(fragment => !IsLeft(fragment)), rows))
        {
            AddRegion(waiting, cuts - 1);
            waiting.Clear();
            AddRegion(all.FindAll(IsLeft), cuts - 1);
            AddRegion(all.FindAll(fragment => !IsLeft(fragment)), cuts - 1);
        }
        else
            waiting.AddRange(all);
        run.Clear();

        bool IsLeft(PdfFragment fragment) => fragment.Right <= gutter;
        bool HasBoth(List<PdfFragment> band) => band.Exists(IsLeft) && !band.TrueForAll(IsLeft);
    }

    // Rows: groups of lines with nothing between them but paper from side to side.
    private static bool AreColumns(List<PdfFragment> left, List<PdfFragment> right, int rows)
    {
        if (left.Count < FewestLines || right.Count < FewestLines)
            return IsText(left) && IsText(right);
        if (MiddleWords(left) >= ProseWords && MiddleWords(right) >= ProseWords)
            return true;
        if (rows >= FewestLines)
            return false;
        var (few, many) = left.Count <= right.Count ? (left, right) : (right, left);
        var aligned = few.Count(one => many.Exists(other => Math.Abs(one.Base - other.Base) < 0.2 * one.Size));
        return aligned < 0.6 * few.Count;
    }

    // Lines that stand as close as those of a paragraph, the later of which go on with a sentence; rows of a table begin anew and stand further apart.
    private static bool IsText(List<PdfFragment> side)
    {
        if (side.Count < FewestOfText || side.Exists(line => line.Words < ProseWords))
            return false;
        var lines = side.OrderByDescending(line => line.Base).ToList();
        return lines.Zip(lines.Skip(1)).All(pair => pair.First.Base - pair.Second.Base < 1.5 * pair.First.Size && char.IsLower(pair.Second.Text[0]));
    }

    private static int MiddleWords(List<PdfFragment> fragments) => fragments.Select(fragment => fragment.Words).Order().ElementAt(fragments.Count / 2);

    // Fragments that stand beside each other, in groups from the top; in none of the gaps between the groups is anything.
    private static IEnumerable<List<PdfFragment>> Bands(List<PdfFragment> fragments)
    {
        var band = new List<PdfFragment>();
        var bottom = double.MaxValue;
        foreach (var fragment in fragments.OrderByDescending(fragment => fragment.Top))
        {
            if (band.Count > 0 && fragment.Top <= bottom)
            {
                yield return band;
                band = [];
            }
            bottom = band.Count == 0 ? fragment.Bottom : Math.Min(bottom, fragment.Bottom);
            band.Add(fragment);
        }
        if (band.Count > 0)
            yield return band;
    }

    // Where most gaps between fragments that stand beside each other lie; null where there are hardly any.
    private static double? Gutter(List<PdfFragment> fragments)
    {
        if (fragments.Count < 2 * FewestOfText)
            return null;
        var (from, to) = (fragments.Min(fragment => fragment.Left), fragments.Max(fragment => fragment.Right));
        // Two points wide.
        var votes = new int[(int)Math.Min(20_000, (to - from) / 2) + 1];
        var sorted = fragments.OrderByDescending(fragment => fragment.Base).ToList();
        for (var i = 0; i < sorted.Count; i++)
        {
            var one = sorted[i];
            // Columns need not share their base lines: a line of the other one is at most a line away.
            var near = double.MaxValue;
            for (var j = i - 1; j >= 0 && sorted[j].Base - one.Base < 1.3 * one.Size; j--)
                near = Math.Min(near, sorted[j].Left > one.Right ? sorted[j].Left : near);
            for (var j = i + 1; j < sorted.Count && one.Base - sorted[j].Base < 1.3 * one.Size; j++)
                near = Math.Min(near, sorted[j].Left > one.Right ? sorted[j].Left : near);
            if (near == double.MaxValue || near - one.Right < 0.8 * one.Size)
                continue;
            for (var bin = Bin(one.Right) + 1; bin < Bin(near) + 1 && bin < votes.Length; bin++)
                votes[bin]++;
        }
        var best = Array.IndexOf(votes, votes.Max());
        if (votes[best] < FewestOfText)
            return null;
        var last = best;
        while (last + 1 < votes.Length && votes[last + 1] == votes[best])
            last++;
        return from + best + last;

        int Bin(double at) => (int)((at - from) / 2);
    }

    private void AddColumn(List<PdfFragment> fragments)
    {
        if (fragments.Count == 0)
            return;
        var edges = (fragments.Min(fragment => fragment.Left), fragments.Max(fragment => fragment.Right));
        var rows = Rows(fragments);
        _column++;
        for (var first = 0; first < rows.Count; first++)
        {
            var table = PdfTable.Find(rows, first);
            if (table is null)
            {
                Add(string.Join(' ', rows[first].Select(fragment => fragment.Text)), rows[first], edges, isRow: false, rows[first]);
                continue;
            }
            var cells = rows[first..(first + table.Length)].SelectMany(row => row).ToList();
            foreach (var (text, row) in table.Lines)
                Add(text, row, edges, isRow: true, [.. row, .. cells]);
            first += table.Length - 1;
        }
    }

    private void Add(string text, List<PdfFragment> row, (double, double) edges, bool isRow, List<PdfFragment> fragments) =>
        _lines.Add(new PdfLine(
            text, row[0].Left, row.Max(fragment => fragment.Right), row[0].Base, row.MaxBy(fragment => fragment.Text.Length)!.Size,
            row.TrueForAll(fragment => fragment.IsBold), _column, edges, isRow)
        {
            Fragments = fragments,
        });

    private static List<List<PdfFragment>> Rows(List<PdfFragment> fragments)
    {
        var rows = new List<List<PdfFragment>>();
        foreach (var fragment in fragments.OrderByDescending(fragment => fragment.Base))
        {
            if (rows.Count > 0 && rows[^1][0] is var first && first.Base - fragment.Base < 0.3 * Math.Min(first.Size, fragment.Size))
                rows[^1].Add(fragment);
            else
                rows.Add([fragment]);
        }
        rows.ForEach(row => row.Sort((one, other) => one.Left.CompareTo(other.Left)));
        return rows;
    }
}
