using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>How a word is written.</summary>
internal enum Casing
{
    /// <summary>No capital letter, or no letter at all, or the pronoun I.</summary>
    Lower,

    /// <summary>First letter only.</summary>
    Capital,

    /// <summary>Capitals elsewhere too: NATO, DNA, McDonald, iPhone.</summary>
    Marked,
}

/// <summary>A word with what is said about capitals around it.</summary>
/// <param name="Start">UTF-16 offset.</param>
/// <param name="Letters">End without the stop of an abbreviation; what statistics know the word by.</param>
/// <param name="End">End with it; without a possessive 's.</param>
/// <param name="Follows">Only blanks, or a sign for "and", stand between the word before and this one.</param>
/// <param name="Forced">Any word would be capitalised here: a sentence, heading or list item begins, or everything around is capitalised.</param>
/// <param name="Quoted">A quotation opens here: of a sentence, which forces a capital, or of a title, which does not.</param>
/// <param name="Possessive">'s follows.</param>
internal readonly record struct CasedWord(int Start, int Letters, int End, Casing Casing, bool Follows, bool Forced, bool Quoted, bool Possessive)
{
    public ReadOnlySpan<char> In(string text) => text.AsSpan(Start, Letters - Start);
}

/// <summary>Cuts a sentence into words for judging capitals.</summary>
internal static class CasedWords
{
    /// <param name="words">Emptied and filled.</param>
    public static void Read(string sentence, List<CasedWord> words)
    {
        words.Clear();
        var (follows, forced, quoted) = (false, true, false);
        for (var at = 0; at < sentence.Length;)
        {
            var c = sentence[at];
            if (!char.IsLetterOrDigit(c))
            {
                follows &= c is ' ' or '\u00A0' or '&';
                // Not the apostrophe: it opens nothing in 'tis and Yo'el.
                quoted = c is '"' or '“' or '«' or '‘' or '„' || quoted && c is '[' or '(';
                forced |= c is ':' or '\n' or '•' or '.' or '!' or '?' or '…' or '|' or '*' or '#';
                at++;
                continue;
            }
            var word = ReadWord(sentence, at, follows, forced, quoted);
            words.Add(word);
            at = word.End;
            (follows, forced, quoted) = (true, false, false);
            if (word.Possessive)
                at += 2;
        }
        var heading = IsHeading(words, sentence, out var shouted);
        for (var i = 0; heading && i < words.Count; i++)
            words[i] = words[i] with
            {
                Forced = words[i].Forced || shouted || words[i].Casing == Casing.Capital,
                Casing = shouted ? Casing.Capital : words[i].Casing,
            };
    }

    /// <summary>Whether titles leave the word small.</summary>
    public static bool IsSmall(ReadOnlySpan<char> word) =>
        word is "of" or "the" or "and" or "in" or "a" or "an" or "for" or "to" or "on" or "at" or "by" or "with" or "from" or "or" or "as" or "vs";

    private static CasedWord ReadWord(string text, int start, bool follows, bool forced, bool quoted)
    {
        var (end, capitals, letters, firstIsCapital, stops) = (start, 0, 0, char.IsUpper(text[start]), 0);
        for (; end < text.Length; end++)
        {
            var c = text[end];
            if (char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark)
            {
                letters += char.IsLetter(c) ? 1 : 0;
                capitals += char.IsUpper(c) ? 1 : 0;
                continue;
            }
            var next = end + 1 < text.Length ? text[end + 1] : ' ';
            if (!char.IsLetterOrDigit(next) || !Joins(text, start, end, c, next, capitals))
                break;
            stops += c == '.' ? 1 : 0;
        }
        var stop = end < text.Length && text[end] == '.' && IsAbbreviation(text, start, end, stops);
        var possessive = end + 1 < text.Length && text[end] is '\'' or '’' && text[end + 1] is 's'
            && (end + 2 == text.Length || !char.IsLetterOrDigit(text[end + 2]));
        // "I", also in I'm and I've.
        var pronoun = text[start] == 'I' && (end == start + 1 || text[start + 1] is '\'' or '’') && !stop;
        var casing = capitals == 0 || pronoun ? Casing.Lower : firstIsCapital && capitals == 1 && letters > 1 ? Casing.Capital : letters == 1 ? Casing.Capital
            : Casing.Marked;
        return new CasedWord(start, end, stop ? end + 1 : end, casing, follows, forced, quoted, possessive);
    }

    // Whether a mark inside a word belongs to it: O'Brien, Jean-Claude, U.S, AT&T; not Paris-based, Anna's, either/or.
    private static bool Joins(string text, int start, int at, char mark, char next, int capitals) => mark switch
    {
        '\'' or '’' => char.IsLetter(next) && !(next == 's' && (at + 2 == text.Length || !char.IsLetterOrDigit(text[at + 2]))),
        '-' or '‑' => capitals == 0 || !char.IsLower(next) || at + 3 < text.Length
            && text.AsSpan(at + 1, 3) is "al-" or "el-" or "la-" or "de-" or "le-" or "en-",
        '.' => char.IsLetter(next) && (at == start + 1 || text[at - 2] == '.' || text[at - 1] is 'h' && at == start + 2),
        '&' => char.IsUpper(text[at - 1]) && char.IsUpper(next),
        _ => false,
    };

    // J. Smith, U.S., St. Louis, Acme Inc.; not "he chose plan B. Then".
    private static bool IsAbbreviation(string text, int start, int end, int stops)
    {
        if (stops > 0)
            return true;
        var word = text.AsSpan(start, end - start);
        var goesOn = end + 2 < text.Length && text[end + 1] == ' ' && (char.IsUpper(text[end + 2]) || char.IsLower(text[end + 2]));
        if (word.Length == 1)
            return char.IsUpper(word[0]) && end + 1 < text.Length && (goesOn && char.IsUpper(text[end + 2]) || char.IsUpper(text[end + 1]));
        return word is "Inc" or "Jr" or "Sr" or "Co" or "Corp" or "Ltd" or "Bros" || char.IsUpper(word[0]) && goesOn && EnglishAbbreviations.IsLeading(word);
    }

    // A heading in title case, or a line in capitals: its capitals say nothing about its words.
    private static bool IsHeading(List<CasedWord> words, string text, out bool shouted)
    {
        int large = 0, marked = 0, small = 0;
        foreach (var word in words)
        {
            var isSmall = word.Casing == Casing.Lower && char.IsLetter(text[word.Start]);
            if (isSmall && !IsSmall(word.In(text)))
            {
                shouted = false;
                return false;
            }
            small += isSmall ? 1 : 0;
            large += word.Casing == Casing.Lower ? 0 : 1;
            marked += word.Casing == Casing.Marked ? 1 : 0;
        }
        shouted = small == 0 && marked > 1 && marked * 2 >= words.Count;
        return shouted || large > 1;
    }
}
