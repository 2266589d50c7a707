using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Evaluation;

/// <summary>How well a predicted answer agrees with the gold answers: the published definitions of SQuAD and of open-domain evaluation.</summary>
/// <remarks>Same results as the Python scripts.</remarks>
public static class AnswerMetrics
{
    /// <summary>1 where the prediction equals any gold answer after <see cref="AnswerNormalization.Normalize"/>, else 0.</summary>
    public static double ExactMatch(string prediction, IEnumerable<string> golds)
    {
        var normalized = AnswerNormalization.Normalize(prediction);
        return golds.Any(gold => AnswerNormalization.Normalize(gold) == normalized) ? 1 : 0;
    }

    /// <summary>Exact match as Google's open-domain evaluation (ORQA) counts it: texts are decomposed (NFD) before they are normalised.</summary>
    public static double ExactMatchDecomposed(string prediction, IEnumerable<string> golds) =>
        ExactMatch(CanonicalForms.Decompose(prediction), golds.Select(CanonicalForms.Decompose));

    /// <summary>Overlap of words with the best gold answer, 0..1. SQuAD v1.1: 0 where no word is shared, so also where both are empty.</summary>
    public static double F1(string prediction, IEnumerable<string> golds) => Best(prediction, golds, bothEmpty: 0);

    /// <summary>As <see cref="F1"/>, but 1 where both are empty: SQuAD 2.0, whose unanswerable questions have the answer "".</summary>
    /// <remarks>The golden tests alone use it, which compare all published metrics.</remarks>
    public static double F1Squad2(string prediction, IEnumerable<string> golds) => Best(prediction, golds, bothEmpty: 1);

    /// <summary>Whether any pattern matches at the start of the prediction: what the open-domain evaluation counts for CuratedTREC.</summary>
    /// <param name="patterns">Python regular expressions; case is ignored, ^ and $ fit at line ends, an invalid pattern matches nothing.</param>
    public static bool MatchesAtStart(string prediction, IEnumerable<string> patterns) =>
        patterns.Any(pattern => AnswerPattern.IsMatchAtStart(prediction, pattern, whole: false));

    /// <summary>Whether any pattern matches the whole prediction.</summary>
    /// <remarks>The golden tests alone use it, which compare all published metrics.</remarks>
    public static bool MatchesWhole(string prediction, IEnumerable<string> patterns) =>
        patterns.Any(pattern => AnswerPattern.IsMatchAtStart(prediction, pattern, whole: true));

    /// <summary>Where a pattern matches in a text, read as <see cref="MatchesAtStart"/> does; nowhere for an invalid or endless pattern.</summary>
    public static IReadOnlyList<TextSpan> FindPattern(string text, string pattern) => AnswerPattern.Find(text, pattern);

    private static double Best(string prediction, IEnumerable<string> golds, double bothEmpty)
    {
        var words = AnswerNormalization.Normalize(prediction).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return golds.Select(gold => Overlap(words, AnswerNormalization.Normalize(gold).Split(' ', StringSplitOptions.RemoveEmptyEntries), bothEmpty))
            .DefaultIfEmpty().Max();
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
}
