using System.Globalization;
using System.Text;

namespace RealmWeb.Engine.Corpora.Formats.Pdf;

/// <summary>Words that stand on one base line without a wide gap between them: a line of a column, a cell of a table.</summary>
/// <param name="Size">Height of the font of most of its letters.</param>
/// <param name="IsBold">All of it is.</param>
internal sealed record PdfFragment(string Text, double Left, double Right, double Base, double Size, bool IsBold)
{
    internal double Top => Base + 0.75 * Size;

    internal double Bottom => Base - 0.2 * Size;

    /// <summary>Left and right edge of each of its words, in the order of the text.</summary>
    internal IReadOnlyList<(float Left, float Right)> Edges { get; init; } = [];

    /// <summary>As of its glyphs.</summary>
    internal int Turn { get; init; }

    internal int Words => Text.Count(unit => unit == ' ') + 1;
}

/// <summary>The fragments of a page: those that are turned alike together, most letters first.</summary>
internal sealed record PdfPageFragments(List<List<PdfFragment>> Turned)
{
    internal PdfPaper Paper { get; init; }

    internal bool IsEmpty => Turned.Count == 0;
}

/// <summary>Puts glyphs together to fragments: by base line, then by gaps.</summary>
internal static class PdfFragments
{
    // Of the height of the font. TeX sets no spaces but moves on by a third, in a tight line by a fifth; kerning stays below a tenth.
    private const double WordGap = 0.16;

    // Spaces of a line that is set to full width stay below one; gutters of columns and gaps of tables do not.
    private const double FragmentGap = 1.25;

    internal static PdfPageFragments Of(PdfPageGlyphs page) =>
        new([.. page.Glyphs.GroupBy(glyph => glyph.Turn).OrderByDescending(group => group.Count()).Select(OfTurned).Where(found => found.Count > 0)])
        {
            Paper = page.Paper,
        };

    // Highest first.
    private static List<PdfFragment> OfTurned(IEnumerable<PdfGlyph> glyphs)
    {
        var lines = Attach(BaseLines(glyphs));
        return [.. lines.SelectMany(Cut).OrderByDescending(fragment => fragment.Base).ThenBy(fragment => fragment.Left)];
    }

    private static List<List<PdfGlyph>> BaseLines(IEnumerable<PdfGlyph> glyphs)
    {
        var lines = new List<List<PdfGlyph>>();
        // Of equal height the order of drawing decides, which keeps the marks of combined letters behind them.
        foreach (var glyph in glyphs.OrderByDescending(glyph => glyph.Base))
        {
            if (lines.Count > 0 && lines[^1][0] is var first && first.Base - glyph.Base <= 0.18 * Math.Min(first.Size, glyph.Size))
                lines[^1].Add(glyph);
            else
                lines.Add([glyph]);
        }
        return lines;
    }

    // Exponents and marks of footnotes have a base line of their own but belong to the one below, indices to the one above.
    private static List<List<PdfGlyph>> Attach(List<List<PdfGlyph>> lines)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].All(glyph => string.IsNullOrWhiteSpace(glyph.Text)))
                continue;
            var size = lines[i].Max(glyph => glyph.Size);
            foreach (var step in new[] { 1, -1 })
            {
                // Within one line there may be several.
                var other = i + step;
                if (other < 0 || other >= lines.Count || lines[other].Count == 0)
                    continue;
                var (height, level) = (lines[other].Max(glyph => glyph.Size), lines[other].MaxBy(glyph => glyph.Size).Base);
                var raised = lines[i][0].Base - level;
                if (size > 0.85 * height || raised > 0.6 * height || raised < -0.35 * height || !lines[i].All(glyph => IsBeside(glyph, lines[other], height)))
                    continue;
                lines[other].AddRange(lines[i].Select(glyph => IsMarked(glyph, raised / height)
                    ? glyph with { Base = level, Text = $"^{glyph.Text}" }
                    : glyph with { Base = level }));
                lines[i] = [];
                break;
            }
        }
        return [.. lines.Where(line => line.Count > 0)];
    }

    private static bool IsMarked(PdfGlyph glyph, double raised) => raised > 0.2 && glyph.Text.Length > 0 && char.IsLetterOrDigit(glyph.Text[0]);

    private static bool IsBeside(PdfGlyph glyph, List<PdfGlyph> line, double height) =>
        line.Any(other => glyph.Left < other.Right + height && glyph.Right > other.Left - height);

    private static IEnumerable<PdfFragment> Cut(List<PdfGlyph> line)
    {
        var fragment = new List<PdfGlyph>();
        var space = false;
        foreach (var glyph in line.OrderBy(glyph => glyph.Left))
        {
            if (string.IsNullOrWhiteSpace(glyph.Text))
            {
                space = true;
                continue;
            }
            if (fragment.Count > 0)
            {
                var last = fragment[^1];
                var size = Math.Max(glyph.Size, last.Size);
                // The same letter drawn again a hair to the side is how some files make it bold.
                if (glyph.Text == last.Text && glyph.Left - last.Left < 0.25 * (last.Right - last.Left))
                    continue;
                var gap = glyph.Left - last.Right;
                if (gap > FragmentGap * size)
                {
                    yield return Make(fragment);
                    fragment = [];
                }
                else if (space || gap > WordGap * size)
                    fragment.Add(new PdfGlyph(" ", 0, last.Right, glyph.Left, glyph.Base, glyph.Size, last.IsBold));
            }
            fragment.Add(glyph);
            space = false;
        }
        if (fragment.Count > 0)
            yield return Make(fragment);
    }

    private static PdfFragment Make(List<PdfGlyph> glyphs)
    {
        var size = glyphs.GroupBy(glyph => Math.Round(glyph.Size, 1)).MaxBy(group => group.Count())!.Key;
        var letters = glyphs.Where(glyph => glyph.Text != " ");
        return new PdfFragment(TextOf(glyphs), glyphs[0].Left, glyphs.Max(glyph => glyph.Right), glyphs[0].Base, size, letters.All(glyph => glyph.IsBold))
        {
            Edges = EdgesOf(glyphs), Turn = glyphs[0].Turn,
        };
    }

    private static List<(float Left, float Right)> EdgesOf(List<PdfGlyph> glyphs)
    {
        var edges = new List<(float Left, float Right)>();
        var isInWord = false;
        foreach (var glyph in glyphs)
        {
            var (left, right) = ((float)glyph.Left, (float)glyph.Right);
            if (glyph.Text == " ")
                isInWord = false;
            else if (isInWord)
                edges[^1] = (edges[^1].Left, Math.Max(edges[^1].Right, right));
            else
            {
                edges.Add((left, right));
                isInWord = true;
            }
        }
        if (IsRightToLeft(glyphs))
            edges.Reverse();
        return edges;
    }

    private static bool IsRightToLeft(List<PdfGlyph> glyphs) => glyphs.Sum(glyph => Direction(glyph.Text)) < 0;

    private static string TextOf(List<PdfGlyph> glyphs)
    {
        var text = new StringBuilder();
        if (!IsRightToLeft(glyphs))
        {
            for (var i = 0; i < glyphs.Count; i++)
            {
                // One sign for a number of several digits.
                var isGoingOn = i > 0 && glyphs[i].Text is ['^', _, ..] && glyphs[i - 1].Text is ['^', _, ..];
                var begins = i == 0 || glyphs[i - 1].Text == " ";
                text.Append(glyphs[i].Text is ['^', _, ..] && (isGoingOn || begins) ? glyphs[i].Text[1..] : glyphs[i].Text);
            }
            return Ligatures(text.ToString());
        }
        // Right to left, but for numbers and Latin words in it.
        for (var at = glyphs.Count - 1; at >= 0;)
        {
            var start = at;
            while (start > 0 && IsLeftToRight(glyphs[at].Text) && IsLeftToRight(glyphs[start - 1].Text))
                start--;
            for (var i = start; i <= at; i++)
                text.Append(glyphs[i].Text);
            at = start - 1;
        }
        return Ligatures(text.ToString());
    }

    private static bool IsLeftToRight(string text) => text.Length > 0 && (char.IsAsciiLetterOrDigit(text[0]) || text is "." or "," or ":" or "/" or "-");

    private static int Direction(string text) => text.Length == 0 || !char.IsLetter(text[0]) ? 0
        : text[0] is (>= '\u0590' and <= '\u08FF') or (>= '\uFB1D' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFC') ? -1 : 1;

    // Only those: other signs of compatibility, such as ², mean something.
    private static string Ligatures(string text)
    {
        if (text.AsSpan().IndexOfAnyInRange('\uFB00', '\uFB06') < 0 && text.AsSpan().IndexOfAnyInRange('\u0000', '\u001F') < 0)
            return text;
        var plain = new StringBuilder(text.Length + 4);
        foreach (var unit in text)
        {
            if (unit is >= '\uFB00' and <= '\uFB06')
                plain.Append(unit.ToString().Normalize(NormalizationForm.FormKC));
            else if (char.GetUnicodeCategory(unit) != UnicodeCategory.Control)
                plain.Append(unit);
        }
        return plain.ToString();
    }
}
