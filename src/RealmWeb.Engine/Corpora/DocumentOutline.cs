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

    private static bool IsApart(string text, TextSpan line)
    {
        // A sentence may end in the mark of a footnote.
        var words = text.AsSpan(line.Start, line.Length);
        var marked = words.TrimEnd("0123456789");
        var isSentence = words[^1] == ':' || marked.Length < words.Length && marked.EndsWith(".^");
        return !isSentence && text.AsSpan(line.End).TrimStart(' ').StartsWith("\n\n");
    }
}
