using System.Globalization;
using System.Text;

namespace RealmWeb.Engine.Text;

/// <summary>What two spellings of one answer have in common: the normalisation of SQuAD v1.1.</summary>
/// <remarks>Same results as the published Python script, whose lower case, word characters and white space differ from .NET's.</remarks>
public static class AnswerNormalization
{
    /// <summary>Lower case, without ASCII punctuation, without the words a, an and the, white space collapsed. SQuAD v1.1.</summary>
    public static string Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var kept = new StringBuilder(text.Length);
        foreach (var unit in Lower(text))
        {
            // ASCII punctuation and the ASCII symbols, as Python's string.punctuation.
            if (!(char.IsAscii(unit) && (char.IsPunctuation(unit) || char.IsSymbol(unit))))
                kept.Append(unit);
        }
        return CollapseWhiteSpace(WithoutArticles(kept.ToString()));
    }

    private static string Lower(string text)
    {
        var lower = new StringBuilder(text.Length);
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            // The two letters whose lower case is no single fixed letter.
            if (rune.Value == 'Σ')
                lower.Append(IsFinal(text, at) ? 'ς' : 'σ');
            else if (rune.Value == 'İ')
                lower.Append("i\u0307");
            else
                lower.Append(Rune.ToLowerInvariant(rune).ToString());
            at += rune.Utf16SequenceLength;
        }
        return lower.ToString();
    }

    // Unicode's Final_Sigma: behind a letter with case and not before one, whatever marks stand between.
    private static bool IsFinal(string text, int at)
    {
        var before = at - 1;
        while (before >= 0 && IsCaseIgnorable(text[before]))
            before--;
        var after = at + 1;
        while (after < text.Length && IsCaseIgnorable(text[after]))
            after++;
        return before >= 0 && IsCased(text[before]) && !(after < text.Length && IsCased(text[after]));
    }

    private static bool IsCased(char unit) =>
        char.GetUnicodeCategory(unit) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static bool IsCaseIgnorable(char unit) =>
        unit is '\'' or '.' or ':' or '·' or '\u2018' or '\u2019' or '^' or '`' || char.GetUnicodeCategory(unit) is UnicodeCategory.NonSpacingMark
            or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;

    private static string WithoutArticles(string text)
    {
        var kept = new StringBuilder(text.Length);
        var start = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if (at < text.Length && IsWord(text, at))
                continue;
            var word = text.AsSpan(start, at - start);
            if (word is "a" or "an" or "the")
                kept.Append(' ');
            else
                kept.Append(word);
            if (at < text.Length)
                kept.Append(text[at]);
            start = at + 1;
        }
        return kept.ToString();
    }

    private static bool IsWord(string text, int at) => char.IsSurrogate(text[at])
        ? Rune.TryGetRuneAt(text, char.IsLowSurrogate(text[at]) && at > 0 ? at - 1 : at, out var rune) && (Rune.IsLetter(rune) || Rune.IsNumber(rune))
        : char.IsLetter(text[at]) || char.IsNumber(text[at]) || text[at] == '_';

    private static string CollapseWhiteSpace(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var unit in text)
        {
            if (!char.IsWhiteSpace(unit) && unit is < '\u001C' or > '\u001F')
                kept.Append(unit);
            else if (kept.Length > 0 && kept[^1] != ' ')
                kept.Append(' ');
        }
        if (kept.Length > 0 && kept[^1] == ' ')
            kept.Length--;
        return kept.ToString();
    }
}
