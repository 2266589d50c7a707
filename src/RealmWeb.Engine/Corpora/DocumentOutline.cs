using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora;

/// <summary>The headings of a document's text, as its readers left them: short lines that stand alone.</summary>
public static class DocumentOutline
{
    /// <summary>The headings in their order. A line that others follow at once, as in the head of a message, or that ends in a colon is none.</summary>
    public static IReadOnlyList<TextSpan> Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. PassageUnits.Of(text).Where(unit => unit.IsHeading && IsApart(text, unit.Span)).Select(unit => unit.Span)];
    }

    /// <summary>The heading that a place stands below, in a part of a text; null where the part has none above it.</summary>
    /// <param name="part">The text from somewhere above the place on.</param>
    /// <param name="place">Offset in the part, UTF-16.</param>
    /// <param name="isBeginning">The part is the beginning of the text. Of another one the first line is a heading only below a blank line: it may be the
    /// rest of a sentence.</param>
    public static string? Above(string part, int place, bool isBeginning)
    {
        ArgumentNullException.ThrowIfNull(part);
        var nearest = Of(part).LastOrDefault(heading => heading.Start <= place && (isBeginning || IsBelowSomething(part.AsSpan(0, heading.Start))));
        return nearest.Length > 0 ? part[nearest.Start..nearest.End] : null;
    }

    private static bool IsBelowSomething(ReadOnlySpan<char> before) => !before.IsWhiteSpace() || before.Contains("\n\n", StringComparison.Ordinal);

    private static bool IsApart(string text, TextSpan line)
    {
        // A sentence may end in the mark of a footnote.
        var words = text.AsSpan(line.Start, line.Length);
        var marked = words.TrimEnd("0123456789");
        var isSentence = words[^1] == ':' || marked.Length < words.Length && marked.EndsWith(".^");
        return !isSentence && text.AsSpan(line.End).TrimStart(' ').StartsWith("\n\n");
    }
}
