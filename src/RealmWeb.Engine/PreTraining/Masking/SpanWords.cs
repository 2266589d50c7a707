using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>Cuts a sentence into words and marks as the files of CoNLL-2003 are cut.</summary>
internal static class SpanWords
{
    /// <summary>Words, figures and single marks; U.S., O'Brien, Jean-Claude and 1,000.5 are one word, the 's of Anna's is one of its own.</summary>
    public static List<TextSpan> Split(string sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        var words = new List<TextSpan>();
        for (var at = 0; at < sentence.Length;)
        {
            var start = at++;
            if (char.IsWhiteSpace(sentence[start]))
                continue;
            if (IsPossessive(sentence, start))
                at++;
            else if (IsWord(sentence[start]))
            {
                var stops = false;
                for (; at < sentence.Length; at++)
                {
                    if (IsWord(sentence[at]))
                        continue;
                    var joins = at + 1 < sentence.Length && IsWord(sentence[at + 1]) && sentence[at] is '.' or ',' or '-' or '\'' or '’' or '&'
                        && !IsPossessive(sentence, at);
                    if (!joins || at + 1 == sentence.Length || !IsWord(sentence[at + 1]))
                        break;
                    stops |= sentence[at] == '.' && char.IsLetter(sentence[at + 1]);
                }
                if (stops && at < sentence.Length && sentence[at] == '.')
                    at++;
            }
            words.Add(new TextSpan(start, at));
        }
        return words;
    }

    /// <summary>The form of a word: X for capitals, x for small letters, d for figures, runs shortened; other characters stand for themselves.</summary>
    public static string Shape(string word)
    {
        var shape = new System.Text.StringBuilder();
        foreach (var c in word)
        {
            var kind = char.IsUpper(c) ? 'X' : char.IsLetter(c) ? 'x' : char.IsDigit(c) ? 'd' : c;
            // Two of a kind stand for all that are more than one.
            if (shape.Length < 2 || shape[^1] != kind || shape[^2] != kind)
                shape.Append(kind);
        }
        return shape.ToString();
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark;

    private static bool IsPossessive(string text, int at) =>
        text[at] is '\'' or '’' && at > 0 && IsWord(text[at - 1]) && at + 1 < text.Length && text[at + 1] is 's' or 'S'
            && (at + 2 == text.Length || !IsWord(text[at + 2]));
}
