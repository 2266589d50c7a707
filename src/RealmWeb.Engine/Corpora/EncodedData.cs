using System.Buffers;
using System.Text;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora;

/// <summary>Finds what is no text within a text: files written as letters (base64, hexadecimal digits), minified code and their like.</summary>
public static class EncodedData
{
    /// <summary>Characters of the shortest run; no word and no path of any language comes near.</summary>
    private const int Shortest = 400;

    // Mails break such data into lines of 64 or 76 characters.
    private const int ShortestLine = 40;

    // Minified code stands in lines of thousands of characters and has a space in 25 to 50; prose has one in 6 to 9.
    private const int ShortestDense = 1000, CharactersOfASpace = 20, LongestWord = 18;

    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-");

    /// <summary>The runs in order: letters, digits and + / = _ - without a space, in one line or in many lines one below the other; and long parts of
    /// lines that have hardly a space.</summary>
    public static IReadOnlyList<TextSpan> Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var runs = Runs(text);
        return [.. runs.Concat(DenseParts(text, runs)).OrderBy(span => span.Start)];
    }

    private static List<TextSpan> Runs(string text)
    {
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

    // Of lines, and of what stands in them beside runs.
    private static IEnumerable<TextSpan> DenseParts(string text, List<TextSpan> runs)
    {
        var run = 0;
        for (var start = 0; start < text.Length;)
        {
            var stop = run < runs.Count ? runs[run].Start : text.Length;
            var end = text.IndexOf('\n', start, stop - start);
            if (end < 0)
                end = stop;
            if (IsDense(text.AsSpan(start, end - start)))
                yield return WithoutWords(text, start, end);
            start = end < stop ? end + 1 : run < runs.Count ? runs[run++].End : end;
        }
    }

    // Scripts that are written without spaces are beyond ASCII.
    private static bool IsDense(ReadOnlySpan<char> part) =>
        part.Length >= ShortestDense && part.Count(' ') * CharactersOfASpace < part.Length && Ascii.IsValid(part);

    // What is said before and behind it in its line is text.
    private static TextSpan WithoutWords(string text, int start, int end)
    {
        while (text.IndexOf(' ', start, end - start) is var space and >= 0 && IsWord(text.AsSpan(start, space - start)))
            start = space + 1;
        while (text.LastIndexOf(' ', end - 1, end - start) is var space and >= 0 && IsWord(text.AsSpan(space + 1, end - space - 1)))
            end = space;
        return new TextSpan(start, end);
    }

    private static bool IsWord(ReadOnlySpan<char> token)
    {
        if (token.Length > LongestWord)
            return false;
        foreach (var unit in token.TrimEnd(".,:;!?"))
        {
            if (!char.IsAsciiLetter(unit))
                return false;
        }
        return true;
    }

    private static int EndOf(string text, int start) => text.AsSpan(start).IndexOfAnyExcept(Letters) is var length and >= 0 ? start + length : text.Length;
}
