using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Evaluation;

/// <summary>How well a predicted answer agrees with the gold answers: the published definitions of SQuAD and of open-domain evaluation.</summary>
/// <remarks>Same results as the Python scripts, whose lower case, word characters and white space differ from .NET's.</remarks>
public static partial class AnswerMetrics
{
    private const RegexOptions PatternOptions = RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant;

    // A gold pattern that backtracks without end must not stop an evaluation.
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(2);

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

    /// <summary>1 where the prediction equals any gold answer after <see cref="Normalize"/>, else 0.</summary>
    public static double ExactMatch(string prediction, IEnumerable<string> golds)
    {
        var normalized = Normalize(prediction);
        return golds.Any(gold => Normalize(gold) == normalized) ? 1 : 0;
    }

    /// <summary>Exact match as Google's open-domain evaluation (ORQA) counts it: texts are decomposed (NFD) before they are normalised.</summary>
    public static double ExactMatchDecomposed(string prediction, IEnumerable<string> golds) =>
        ExactMatch(CanonicalForms.Decompose(prediction), golds.Select(CanonicalForms.Decompose));

    /// <summary>Overlap of words with the best gold answer, 0..1. SQuAD v1.1: 0 where no word is shared, so also where both are empty.</summary>
    public static double F1(string prediction, IEnumerable<string> golds) => Best(prediction, golds, bothEmpty: 0);

    /// <summary>As <see cref="F1"/>, but 1 where both are empty: SQuAD 2.0, whose unanswerable questions have the answer "".</summary>
    public static double F1Squad2(string prediction, IEnumerable<string> golds) => Best(prediction, golds, bothEmpty: 1);

    /// <summary>Whether any pattern matches at the start of the prediction: what the open-domain evaluation counts for CuratedTREC.</summary>
    /// <param name="patterns">Python regular expressions; case is ignored, ^ and $ fit at line ends, an invalid pattern matches nothing.</param>
    public static bool MatchesAtStart(string prediction, IEnumerable<string> patterns) => patterns.Any(pattern => Matches(prediction, pattern, ""));

    /// <summary>Whether any pattern matches the whole prediction.</summary>
    public static bool MatchesWhole(string prediction, IEnumerable<string> patterns) => patterns.Any(pattern => Matches(prediction, pattern, @"\z"));

    /// <summary>Where a pattern matches in a text, read as <see cref="MatchesAtStart"/> does; nowhere for an invalid or endless pattern.</summary>
    public static IReadOnlyList<TextSpan> FindPattern(string text, string pattern)
    {
        try
        {
            return [.. Regex.Matches(text, Translate(pattern), PatternOptions, LongestMatch).Where(match => match.Length > 0).Select(match => new TextSpan(match.Index, match.Index + match.Length))];
        }
        catch (Exception error) when (error is ArgumentException or RegexMatchTimeoutException)
        {
            return [];
        }
    }

    private static double Best(string prediction, IEnumerable<string> golds, double bothEmpty)
    {
        var words = Normalize(prediction).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return golds.Select(gold => Overlap(words, Normalize(gold).Split(' ', StringSplitOptions.RemoveEmptyEntries), bothEmpty)).DefaultIfEmpty().Max();
    }

    private static double Overlap(string[] prediction, string[] gold, double bothEmpty)
    {
        if (prediction.Length == 0 && gold.Length == 0)
            return bothEmpty;
        var left = gold.CountBy(word => word).ToDictionary();
        var shared = 0;
        foreach (var word in prediction)
        {
            if (left.GetValueOrDefault(word) is var count and > 0)
            {
                left[word] = count - 1;
                shared++;
            }
        }
        if (shared == 0)
            return 0;
        var precision = (double)shared / prediction.Length;
        var recall = (double)shared / gold.Length;
        return 2 * precision * recall / (precision + recall);
    }

    private static bool Matches(string prediction, string pattern, string end)
    {
        try
        {
            var translated = Translate(pattern);
            // Alone first: within the brackets below an unbalanced pattern could become a valid one.
            _ = new Regex(translated, PatternOptions, LongestMatch);
            return Regex.IsMatch(prediction, $@"\A(?:{translated}){end}", PatternOptions, LongestMatch);
        }
        catch (Exception error) when (error is ArgumentException or RegexMatchTimeoutException)
        {
            return false;
        }
    }

    // Python's \w knows no combining marks, its \Z is the very end, and it writes (?P<name>…).
    private static string Translate(string pattern)
    {
        var inClass = false;
        return Escapes().Replace(pattern, match =>
        {
            switch (match.Value)
            {
                case "[" when !inClass:
                    inClass = true;
                    return "[";
                case "]":
                    inClass = false;
                    return "]";
                case @"\w":
                    return inClass ? @"\p{L}\p{N}_" : @"[\p{L}\p{N}_]";
                case @"\W" when !inClass:
                    return @"[^\p{L}\p{N}_]";
                case @"\Z":
                    return @"\z";
                case "(?P<":
                    return "(?<";
                default:
                    return match.Value;
            }
        });
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

    [GeneratedRegex(@"\\.|\[|\]|\(\?P<", RegexOptions.Singleline)]
    private static partial Regex Escapes();
}
