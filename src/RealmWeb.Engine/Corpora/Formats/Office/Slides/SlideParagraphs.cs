using System.Globalization;

namespace RealmWeb.Engine.Corpora.Formats.Office.Slides;

/// <summary>The paragraphs of a shape or a cell: items a line each, others apart by a blank line.</summary>
internal sealed class SlideParagraphs(PartReader part, TextBudget budget)
{
    private const int Levels = 9;

    private readonly List<(string? Mark, string Text)> _paragraphs = [];
    private readonly int[] _counts = new int[Levels];

    /// <summary>The paragraphs have bullets unless they say otherwise.</summary>
    internal bool IsBody { get; init; }

    /// <summary>Reads the body of text that was reached.</summary>
    internal void Read()
    {
        foreach (var name in part.Children())
        {
            if (name == "p")
                ReadParagraph();
        }
    }

    public override string ToString()
    {
        var text = new PlainTextBuilder();
        // One line alone is no list.
        var isList = _paragraphs.Count > 1;
        var wasItem = false;
        foreach (var (mark, paragraph) in _paragraphs)
        {
            var isItem = mark is not null && (isList || mark != "- ");
            if (!isItem || !wasItem)
                text.EndBlock();
            if (isItem)
                text.BeginItem(mark!);
            text.AppendVerbatim(paragraph);
            if (isItem)
                text.EndItem();
            wasItem = isItem;
        }
        return text.ToString();
    }

    private void ReadParagraph()
    {
        var text = new PlainTextBuilder();
        var mark = IsBody ? "- " : null;
        foreach (var name in part.Children())
        {
            if (name == "pPr")
                mark = ReadMark(mark);
            else
                AppendInline(name, text);
        }
        if (text.ToString() is { Length: > 0 } paragraph)
            _paragraphs.Add((mark, paragraph));
    }

    private string? ReadMark(string? mark)
    {
        var level = int.TryParse(part.Attribute("lvl"), out var given) ? Math.Clamp(given, 0, Levels - 1) : 0;
        foreach (var name in part.Children())
        {
            if (name == "buNone")
                return null;
            if (name is "buChar" or "buBlip")
                mark = "- ";
            else if (name == "buAutoNum")
            {
                var start = int.TryParse(part.Attribute("startAt"), NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : 1;
                _counts[level] = _counts[level] == 0 ? start : _counts[level] + 1;
                Array.Clear(_counts, level + 1, Levels - level - 1);
                return Shown(_counts[level], part.Attribute("type") ?? "arabicPeriod");
            }
        }
        Array.Clear(_counts, level, Levels - level);
        return mark;
    }

    private static string Shown(int number, string type)
    {
        var shown = ListNumbers.Shown(number, type switch
        {
            _ when type.StartsWith("alphaLc", StringComparison.Ordinal) => "a",
            _ when type.StartsWith("alphaUc", StringComparison.Ordinal) => "A",
            _ when type.StartsWith("romanLc", StringComparison.Ordinal) => "i",
            _ when type.StartsWith("romanUc", StringComparison.Ordinal) => "I",
            _ => "1",
        });
        return type.EndsWith("ParenBoth", StringComparison.Ordinal) ? $"({shown}) "
            : type.EndsWith("ParenR", StringComparison.Ordinal) ? $"{shown}) " : $"{shown}. ";
    }

    private void AppendInline(string name, PlainTextBuilder text)
    {
        switch (name)
        {
            case "r":
                AppendRun(text);
                break;
            case "fld" when part.Attribute("type") != "slidenum":
                AppendRun(text);
                break;
            case "br":
                text.EndLine();
                break;
            case "m" or "oMath" or "oMathPara":
                FormulaText.Append(part, text, budget);
                break;
        }
    }

    private void AppendRun(PlainTextBuilder text)
    {
        var baseline = 0;
        foreach (var name in part.Children())
        {
            if (name == "rPr")
                _ = int.TryParse(part.Attribute("baseline"), NumberStyles.Integer, CultureInfo.InvariantCulture, out baseline);
            else if (name == "t")
            {
                var run = part.Text(budget);
                if (baseline == 0 || !HtmlMarks.Append(run.Trim(), isLowered: baseline < 0, text))
                    text.Append(run);
            }
        }
    }
}
