using System.Buffers;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora;

/// <summary>Finds what is no text within a text: files written as letters (base64, hexadecimal digits) and their like.</summary>
public static class EncodedData
{
    /// <summary>Characters of the shortest run; no word and no path of any language comes near.</summary>
    private const int Shortest = 400;

    // Mails break such data into lines of 64 or 76 characters.
    private const int ShortestLine = 40;

    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-");

    /// <summary>The runs in order: letters, digits and + / = _ - without a space, in one line or in many lines one below the other.</summary>
    public static IReadOnlyList<TextSpan> Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var found = new List<TextSpan>();
        for (var at = 0; at < text.Length;)
        {
            var start = text.AsSpan(at).IndexOfAny(Letters);
            if (start < 0)
                break;
            start += at;
            at = EndOf(text, start);
            if (at - start < ShortestLine)
                continue;
            // The last line is shorter than the others.
            for (var more = true; more && at + 1 < text.Length && text[at] == '\n' && Letters.Contains(text[at + 1]);)
            {
                var end = EndOf(text, at + 1);
                more = end - at > ShortestLine;
                if (more || end == text.Length || text[end] == '\n')
                    at = end;
            }
            if (at - start >= Shortest)
                found.Add(new TextSpan(start, at));
        }
        return found;
    }

    private static int EndOf(string text, int start) => text.AsSpan(start).IndexOfAnyExcept(Letters) is var length and >= 0 ? start + length : text.Length;
}
