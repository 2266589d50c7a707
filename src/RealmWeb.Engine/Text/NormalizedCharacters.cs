using System.Globalization;
using System.Text;

namespace RealmWeb.Engine.Text;

/// <summary>What the uncased BERT tokenizer makes of one character: lower-cased, decomposed, marks stripped, classified.</summary>
/// <remarks>BERT lower-cases character by character, so a capital sigma never becomes the final form. All 65,536 code units are tabled once:
/// the tokenizer then costs one lookup a character.</remarks>
internal static class NormalizedCharacters
{
    private const int KindShift = 24, LengthShift = 20, PayloadMask = (1 << LengthShift) - 1;

    // What many characters become (syllables of Hangul, ligatures with a base letter) stands here, one after another.
    private static readonly List<char> Pool = [];
    private static readonly int[] Table = BuildTable();
    private static readonly char[] Expansions = [.. Pool];

    internal enum Kind
    {
        /// <summary>Removed without a trace: control, format, unassigned, U+FFFD.</summary>
        Dropped,

        /// <summary>A mark that is stripped; it belongs to the character before it.</summary>
        Mark,

        Space,

        /// <summary>One character of a word.</summary>
        Letter,

        /// <summary>A word of its own: punctuation or a CJK ideograph.</summary>
        Alone,

        /// <summary>Several characters.</summary>
        Expansion,

        /// <summary>First half of a surrogate pair: ask for the code point.</summary>
        Surrogate,
    }

    /// <summary>Kind of a UTF-16 code unit.</summary>
    internal static Kind Classify(char unit, out char letter)
    {
        var entry = Table[unit];
        letter = (char)entry;
        return (Kind)(entry >> KindShift);
    }

    /// <summary>The characters that a code unit of kind <see cref="Kind.Expansion"/> becomes.</summary>
    internal static ReadOnlySpan<char> Expand(char unit)
    {
        var entry = Table[unit];
        return Expansions.AsSpan(entry & PayloadMask, (entry >> LengthShift) & 0xF);
    }

    /// <summary>Whether a character that is already normalised stands alone.</summary>
    internal static bool IsAlone(Rune rune) => IsPunctuation(rune) || IsIdeograph(rune.Value);

    /// <summary>Kind of a code point, and what it becomes.</summary>
    internal static Kind Classify(Rune rune, StringBuilder result)
    {
        result.Clear();
        var value = rune.Value;
        if (value is '\t' or '\n' or '\r')
            return Kind.Space;
        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                return Kind.Space;
            case UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned:
                return Kind.Dropped;
        }
        if (value == 0xFFFD)
            return Kind.Dropped;
        var parts = new List<int>();
        // U+0130 is the one letter whose lower case is two characters; the second is a mark.
        CanonicalForms.Decompose(value == 0x130 ? 'i' : Rune.ToLowerInvariant(rune).Value, parts);
        foreach (var part in parts)
        {
            if (Rune.GetUnicodeCategory(new Rune(part)) != UnicodeCategory.NonSpacingMark)
                result.Append(new Rune(part).ToString());
        }
        if (result.Length == 0)
            return Kind.Mark;
        if (IsIdeograph(value))
            return Kind.Alone;
        if (result.Length > 1)
            return Kind.Expansion;
        return IsAlone(new Rune(result[0])) ? Kind.Alone : Kind.Letter;
    }

    private static int[] BuildTable()
    {
        var table = new int[char.MaxValue + 1];
        var result = new StringBuilder();
        for (var unit = 0; unit <= char.MaxValue; unit++)
        {
            if (char.IsSurrogate((char)unit))
            {
                // An unpaired low half is dropped, as unpaired surrogates are in BERT.
                table[unit] = (int)(char.IsHighSurrogate((char)unit) ? Kind.Surrogate : Kind.Dropped) << KindShift;
                continue;
            }
            var kind = Classify(new Rune(unit), result);
            var entry = (int)kind << KindShift;
            if (kind == Kind.Expansion || result.Length > 1)
            {
                entry = (int)Kind.Expansion << KindShift | result.Length << LengthShift | Pool.Count;
                foreach (var part in result.ToString())
                    Pool.Add(part);
            }
            else if (result.Length == 1)
                entry |= result[0];
            table[unit] = entry;
        }
        return table;
    }

    private static bool IsPunctuation(Rune rune) =>
        rune.Value is >= 33 and <= 47 or >= 58 and <= 64 or >= 91 and <= 96 or >= 123 and <= 126
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
            or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation
            or UnicodeCategory.OtherPunctuation;

    // The blocks that BERT spaces; kana and Hangul are not among them.
    private static bool IsIdeograph(int value) =>
        value is >= 0x4E00 and <= 0x9FFF or >= 0x3400 and <= 0x4DBF or >= 0x20000 and <= 0x2A6DF or >= 0x2A700 and <= 0x2B73F
            or >= 0x2B740 and <= 0x2B81F or >= 0x2B820 and <= 0x2CEAF or >= 0xF900 and <= 0xFAFF or >= 0x2F800 and <= 0x2FA1F;
}
