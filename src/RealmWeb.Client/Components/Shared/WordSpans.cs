using System.Globalization;
using System.Text;

namespace RealmWeb.Client.Components.Shared;

/// <summary>Words of a text and ranges of whole words, in UTF-16 offsets: start inclusive, end exclusive. In scripts that put no space between words
/// each character is one.</summary>
public static class WordSpans
{
    /// <summary>All words of a text in their order.</summary>
    public static IReadOnlyList<(int Start, int End)> Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = new List<(int Start, int End)>();
        var at = 0;
        while (at < text.Length)
        {
            var length = PartLength(text, at);
            if (length == 0)
            {
                at++;
                continue;
            }
            var start = at;
            var alone = StandsAlone(text, at);
            at += length;
            while (at < text.Length)
            {
                var next = PartLength(text, at);
                if (next > 0 && (IsMark(text, at) || (!alone && !StandsAlone(text, at)))) at += next;
                else if (!alone && Joins(text, at)) at++;
                else break;
            }
            words.Add((start, at));
        }
        return words;
    }

    /// <summary>The range widened to whole words; null where it touches none.</summary>
    public static (int Start, int End)? Snap(string text, int start, int end)
    {
        var touched = Of(text).Where(word => word.Start < Math.Max(end, start + 1) && word.End > start).ToList();
        return touched.Count == 0 ? null : (touched[0].Start, touched[^1].End);
    }

    /// <summary>The next place to put an end of a range, a character further; a character that UTF-16 writes as several stays whole.</summary>
    public static int Step(string text, int at, int direction)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ends = StringInfo.ParseCombiningCharacters(text).Append(text.Length);
        return direction > 0 ? ends.FirstOrDefault(end => end > at, text.Length) : ends.LastOrDefault(end => end < at, 0);
    }

    private static int PartLength(string text, int at) => Rune.TryGetRuneAt(text, at, out var rune) && (Rune.IsLetterOrDigit(rune) || IsMark(text, at))
        ? rune.Utf16SequenceLength : 0;

    private static bool IsMark(string text, int at) => Rune.TryGetRuneAt(text, at, out var rune)
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    // What holds two parts of a word or a number together: don't, well-known, 3.5, 1,000.
    private static bool Joins(string text, int at)
    {
        if (at + 1 >= text.Length) return false;
        var (before, after) = (text[at - 1], text[at + 1]);
        return text[at] switch
        {
            '.' or ',' => char.IsDigit(before) && char.IsDigit(after),
            '\'' or '’' or '-' => char.IsLetterOrDigit(before) && char.IsLetterOrDigit(after),
            _ => false,
        };
    }

    // Thai, Lao, Khmer and Burmese, kana, Chinese characters.
    private static bool StandsAlone(string text, int at) => Rune.TryGetRuneAt(text, at, out var rune) && rune.Value is
        (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF) or (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x9FFF)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF);
}
