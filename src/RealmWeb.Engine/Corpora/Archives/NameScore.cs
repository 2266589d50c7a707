using System.Globalization;
using System.Text;

namespace RealmWeb.Engine.Corpora.Archives;

/// <summary>How much a file name looks like words when it is read in a code page: letters of one script, capitals where they stand in words, no line
/// drawing.</summary>
internal static class NameScore
{
    private const string FrequentRussian = "оеаинтсрвл";

    // Of the 2,350 that Korean code pages hold these make up most of any text; Chinese read as Korean has others.
    private const string FrequentKorean =
        "이다는에을가의고하한지로사기서자인나대스리도시어보정아장해수제전원일상구주부동공여성조비신화선과소라유무경국중연모게안물"
        + "은를들그있니간내계개영세문생방산업명분학년실회관면진행용적트마만식금당통거재양체역치미발말단결표점현요오우";
    private const double Mixed = 1.2, Misplaced = 1, Symbol = -1.5;

    private enum Script
    {
        None,
        Latin,
        Cyrillic,
        Greek,
        EastAsian,
    }

    /// <summary>About 1 for a right reading, below 0 for most wrong ones; negative infinity where it is no text of this code page.</summary>
    internal static double Of(byte[] name, Encoding page)
    {
        string text;
        try
        {
            text = page.GetString(name);
        }
        catch (DecoderFallbackException)
        {
            return double.NegativeInfinity;
        }
        var (sum, bytes) = (0.0, 0);
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsAscii(text[at]))
                continue;
            if (char.GetUnicodeCategory(text[at]) is UnicodeCategory.Control or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.Surrogate)
                return double.NegativeInfinity;
            var encoded = page.GetBytes(text, at, 1);
            sum += encoded.Length * Of(text, at, encoded, page.CodePage);
            bytes += encoded.Length;
        }
        return bytes == 0 ? 0 : sum / bytes;
    }

    private static double Of(string text, int at, byte[] encoded, int page)
    {
        var (before, here, after) = (ScriptOf(text, at - 1), ScriptOf(text, at), ScriptOf(text, at + 1));
        if (here == Script.None)
        {
            var isEastAsian = text[at] is (>= '\u3000' and <= '\u303F') or (>= '\uFF00' and <= '\uFF60');
            return isEastAsian && (before == Script.EastAsian || after == Script.EastAsian) ? 0.5 : Symbol;
        }
        var score = here == Script.EastAsian ? EastAsian(text[at], encoded, page) : char.IsUpper(text[at]) ? 0.9 : 1;
        if (FrequentRussian.Contains(text[at], StringComparison.Ordinal))
            score += 0.2;
        score -= here == Script.EastAsian ? Mixed * (Strange(before, here) + Strange(after, here)) : IsMixed(text, at, here) ? Mixed : 0;
        if (before == here && char.IsUpper(text[at]) && char.IsLower(text[at - 1]))
            score -= Misplaced;
        if (before == here && after == here && char.IsUpper(text[at]) && char.IsUpper(text[at - 1]) && char.IsLower(text[at + 1]))
            score -= Misplaced;
        // Latin words have few accents side by side.
        if (here == Script.Latin && before == Script.Latin && !char.IsAscii(text[at - 1]))
            score -= 0.7;
        return score;
    }

    private static int Strange(Script neighbour, Script here) => neighbour == Script.None || neighbour == here ? 0 : 1;

    // No word has letters of two alphabets.
    private static bool IsMixed(string text, int at, Script here)
    {
        var (start, end) = (at, at);
        while (ScriptOf(text, start - 1) is not Script.None)
            start--;
        while (ScriptOf(text, end + 1) is not Script.None)
            end++;
        return Enumerable.Range(start, end - start + 1).Any(place => ScriptOf(text, place) != here);
    }

    private static double EastAsian(char value, byte[] encoded, int page) => value switch
    {
        >= '\u3040' and <= '\u30FF' => 1.2,
        >= '\uAC00' and <= '\uD7A3' => FrequentKorean.Contains(value, StringComparison.Ordinal) ? 1.2 : 0.6,
        >= '\uFF61' and <= '\uFF9F' => 0.2,
        // The level of each standard that holds its common characters.
        _ => (page, encoded) switch
        {
            (932, [>= 0x88 and <= 0x98, _]) or (936, [>= 0xB0 and <= 0xD7, >= 0xA1]) or (950, [>= 0xA4 and <= 0xC6, _]) => 0.9,
            _ => 0.2,
        },
    };

    private static Script ScriptOf(string text, int at)
    {
        if (at < 0 || at >= text.Length || !char.IsLetter(text[at]))
            return Script.None;
        return text[at] switch
        {
            // Superscripts and ordinal signs are no letters of words.
            'ª' or 'º' or 'ⁿ' or 'ƒ' => Script.None,
            < '\u0250' => Script.Latin,
            >= '\u0370' and < '\u0400' => Script.Greek,
            >= '\u0400' and < '\u0530' => Script.Cyrillic,
            >= '\u3005' => Script.EastAsian,
            _ => Script.None,
        };
    }
}
