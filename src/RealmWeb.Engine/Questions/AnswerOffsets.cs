using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Questions;

/// <summary>Finds answers in their context: data files count Unicode code points in text of their own form, we count UTF-16 in stored form.</summary>
internal static class AnswerOffsets
{
    /// <summary>Where the answer stands in the normalised context.</summary>
    /// <param name="given">The file's start: code points in the original context.</param>
    /// <returns>The place, and whether it had to be corrected; -1 where the answer does not stand at its start nor exactly once elsewhere.</returns>
    internal static (int Start, bool Repaired) Find(string original, string context, string answer, long given)
    {
        if (answer.Length == 0)
            return (-1, false);
        if (Utf16(original, given) is var start and >= 0)
        {
            // Stored form may compose characters or drop carriage returns before the answer.
            var place = ReferenceEquals(original, context) || original == context ? start : TextNormalization.Normalize(original[..start]).Length;
            if (place + answer.Length <= context.Length && string.CompareOrdinal(context, place, answer, 0, answer.Length) == 0)
                return (place, false);
        }
        var first = context.IndexOf(answer, StringComparison.Ordinal);
        return first >= 0 && context.IndexOf(answer, first + 1, StringComparison.Ordinal) < 0 ? (first, true) : (-1, false);
    }

    /// <summary>The answer in stored form.</summary>
    /// <remarks>Marks that join and order letters are dropped where no such letter stands before them, as at the start of an answer alone; words that
    /// stand in the context as they are written are in stored form already.</remarks>
    internal static string InStoredForm(string original, string context, string answer, long given) =>
        original == context && Utf16(original, given) is var start and >= 0 && answer.Length > 0 && start + answer.Length <= context.Length
            && string.CompareOrdinal(context, start, answer, 0, answer.Length) == 0
            ? answer
            : TextNormalization.Normalize(answer);

    private static int Utf16(string text, long codePoints)
    {
        if (codePoints < 0)
            return -1;
        var at = 0;
        for (long passed = 0; passed < codePoints; passed++)
        {
            if (at >= text.Length)
                return -1;
            at += char.IsSurrogatePair(text, at) ? 2 : 1;
        }
        return at;
    }
}
