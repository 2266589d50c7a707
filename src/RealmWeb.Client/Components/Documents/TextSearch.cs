using RealmWeb.Contracts.Corpora;

namespace RealmWeb.Client.Components.Documents;

/// <summary>Finds words in a document's text.</summary>
public static class TextSearch
{
    /// <summary>Hits that are shown at most: a letter stands everywhere.</summary>
    public const int Most = 1000;

    /// <summary>Where the words stand, in any case; where they have a space, the text may break the line.</summary>
    /// <returns>At most one more than <see cref="Most"/>, which says that there are more.</returns>
    public static IReadOnlyList<TextRange> Find(string text, string words)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(words);
        var parts = words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var found = new List<TextRange>();
        if (parts.Length == 0)
            return found;
        for (var at = 0; found.Count <= Most && (at = text.IndexOf(parts[0], at, StringComparison.OrdinalIgnoreCase)) >= 0;)
        {
            var end = EndOf(text, at, parts);
            if (end is { } last)
                found.Add(new TextRange(at, last));
            at = end ?? at + 1;
        }
        return found;
    }

    private static int? EndOf(string text, int start, string[] parts)
    {
        var end = start + parts[0].Length;
        foreach (var part in parts.AsSpan(1))
        {
            var next = end;
            while (next < text.Length && char.IsWhiteSpace(text[next]))
                next++;
            if (next == end || !text.AsSpan(next).StartsWith(part, StringComparison.OrdinalIgnoreCase))
                return null;
            end = next + part.Length;
        }
        return end;
    }
}
