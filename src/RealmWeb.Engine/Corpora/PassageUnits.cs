using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora;

/// <summary>What a passage is packed of and not cut within, while it fits.</summary>
/// <param name="Span">Its characters in the text.</param>
/// <param name="IsHeading">It says what follows and belongs to it.</param>
/// <param name="Head">The rows that name the columns, where the unit is a table; empty else.</param>
/// <param name="IsApart">Something that no passage takes in stands before it.</param>
internal readonly record struct PassageUnit(TextSpan Span, bool IsHeading = false, TextSpan Head = default, bool IsApart = false);

/// <summary>Reads the units of a text: sentences, headings, tables, code. Encoded data is in none of them.</summary>
internal static class PassageUnits
{
    private const int LongestHeading = 100;

    internal static IEnumerable<PassageUnit> Of(string text)
    {
        var data = EncodedData.Find(text);
        var next = 0;
        foreach (var unit in WithData(text, data))
        {
            var apart = false;
            for (; next < data.Count && data[next].End <= unit.Span.Start; next++)
                apart = true;
            yield return unit with { IsApart = apart };
        }
    }

    private static IEnumerable<PassageUnit> WithData(string text, IReadOnlyList<TextSpan> data)
    {
        var lines = LineRegions.Find(text);
        if (lines.Count + data.Count == 0)
            return SentenceSplitter.Split(text).Select(sentence => new PassageUnit(sentence, IsHeading(text, sentence)));
        var other = lines.Select(region => region.Span).Concat(data).OrderBy(span => span.Start).ToList();
        var sentences = Without(text, SentenceSplitter.Split(text), other).Select(span => new PassageUnit(span, IsHeading(text, span)));
        var regions = lines.SelectMany(region => Without(text, [region.Span], data)
            .Select(span => new PassageUnit(span, Head: span == region.Span ? region.Head : default)));
        return sentences.Concat(regions).OrderBy(unit => unit.Span.Start);
    }

    // What is left of spans where others are taken out; both in order.
    private static IEnumerable<TextSpan> Without(string text, IReadOnlyList<TextSpan> spans, IReadOnlyList<TextSpan> others)
    {
        var first = 0;
        foreach (var span in spans)
        {
            while (first < others.Count && others[first].End <= span.Start)
                first++;
            var start = span.Start;
            for (var next = first; next < others.Count && others[next].Start < span.End; next++)
            {
                if (Trimmed(text, start, others[next].Start) is { Length: > 0 } before)
                    yield return before;
                start = Math.Max(start, others[next].End);
            }
            if (Trimmed(text, start, span.End) is { Length: > 0 } rest)
                yield return rest;
        }
    }

    private static TextSpan Trimmed(string text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
            start++;
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        return new TextSpan(start, Math.Max(start, end));
    }

    // A line of its own below a blank one, not a sentence and no item of a list.
    private static bool IsHeading(string text, TextSpan span)
    {
        var line = text.AsSpan(span.Start, span.Length);
        if (line.Length > LongestHeading || line.Contains('\n') || line[^1] is '.' or '!' or '?' or '…' or ',' or ';'
            || line[0] is '-' or '*' or '•' or '·' or '+' or '|')
        {
            return false;
        }
        var before = text.AsSpan(0, span.Start).TrimEnd(' ');
        var behind = text.AsSpan(span.End).TrimStart(' ');
        return (before.IsEmpty || before.EndsWith("\n\n")) && behind.StartsWith("\n");
    }
}
