using System.Collections.Frozen;
using System.Globalization;

namespace RealmWeb.Engine.Retrieval.Lexical;

/// <summary>The words of a question that are worth looking up.</summary>
public static class QuestionTerms
{
    // Words that carry the grammar of an English question and not its subject.
    private static readonly FrozenSet<string> StopWords = (
        "a about after all also am an and any are as at be because been before being between both but by can could did do does doing done down during " +
        "each else ever every few for from further get gets give given had has have having he her here hers herself him himself his how i if in into is " +
        "it its itself just let like many may me might more most much must my myself name named no nor not of off on once one only or other our ours out " +
        "over own s same shall she should so some such t than that the their theirs them themselves then there these they this those through to too under " +
        "until up upon us used very was we were what whatever when where whether which while who whom whose why will with within without would you your yours")
        .Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Distinct words in order of appearance, stop words left out unless nothing else is there.</summary>
    public static IReadOnlyList<string> Of(string question)
    {
        ArgumentNullException.ThrowIfNull(question);
        var words = Words(question).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var telling = words.Where(word => !StopWords.Contains(word)).ToList();
        return telling.Count > 0 ? telling : words;
    }

    /// <summary>Runs of what the index's tokenizer (unicode61) takes for letters and digits; everything else, query operators included, separates.</summary>
    public static IEnumerable<string> Words(string text)
    {
        var start = -1;
        for (var i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
        {
            if (IsWord(CharUnicodeInfo.GetUnicodeCategory(text, i)))
            {
                if (start < 0)
                    start = i;
            }
            else if (start >= 0)
            {
                yield return text[start..i];
                start = -1;
            }
        }
        if (start >= 0)
            yield return text[start..];
    }

    private static bool IsWord(UnicodeCategory category) => category is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or
        UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber or
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.PrivateUse;
}
