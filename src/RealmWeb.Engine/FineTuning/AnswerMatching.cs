using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.FineTuning;

/// <summary>What a block is worth for a question.</summary>
internal enum Verdict
{
    Wrong,
    Right,

    /// <summary>Nobody can say: kept out of every loss.</summary>
    Unknown,
}

/// <summary>Whether a block answers a question, and where.</summary>
/// <param name="readerLength">Pieces of a whole reader input; what does not fit is not matched by pieces.</param>
internal sealed class AnswerMatching(AnswerMatch match, int readerLength)
{
    private const int SpecialPieces = 3;

    /// <summary>The retriever's notion of right. What annotators said goes before any match of words.</summary>
    public Verdict Judge(OpenQaQuestion question, long row, BlockText block)
    {
        if (question.Labels.TryGetValue(row, out var label))
            return label.IsRight ? Verdict.Right : label.IsHardNegative ? Verdict.Wrong : Verdict.Unknown;
        if (question.Example.IsImpossible)
            return Verdict.Wrong;
        if (match == AnswerMatch.Passages && question.HasRightLabel)
            return HasSubstring(question, block, StringComparison.OrdinalIgnoreCase) ? Verdict.Unknown : Verdict.Wrong;
        var right = match == AnswerMatch.Pieces ? PieceSpans(question, block).Any() : HasSubstring(question, block, StringComparison.Ordinal);
        return right ? Verdict.Right : Verdict.Wrong;
    }

    /// <summary>The reader's right spans, in pieces of the block: those that were marked, else every place of every answer's word pieces.</summary>
    public IReadOnlyList<TextSpan> Spans(OpenQaQuestion question, long row, BlockText block)
    {
        if (question.Example.IsImpossible)
            return [];
        if (question.Labels.TryGetValue(row, out var label))
        {
            if (!label.IsRight)
                return [];
            if (label.Spans.Count > 0)
                return [.. label.Spans.Select(span => PassageExamples.PieceSpan(block.Body, span)).Where(span => span.Length > 0).Distinct()];
        }
        else if (match == AnswerMatch.Passages && question.HasRightLabel)
            return [];
        return [.. PieceSpans(question, block).Distinct()];
    }

    /// <summary>Every place of a sequence, overlapping ones included.</summary>
    internal static IEnumerable<TextSpan> Places(int[] pieces, int length, int[] wanted)
    {
        for (var start = 0; wanted.Length > 0 && start + wanted.Length <= length; start++)
        {
            if (pieces.AsSpan(start, wanted.Length).SequenceEqual(wanted))
                yield return new TextSpan(start, start + wanted.Length);
        }
    }

    private IEnumerable<TextSpan> PieceSpans(OpenQaQuestion question, BlockText block)
    {
        var kept = Math.Clamp(
            readerLength - SpecialPieces - Math.Min(question.Pieces.Count, Featurization.Featurizer.MaxQuestionPieces), 0, block.PieceIds.Length);
        return question.AnswerPieces.SelectMany(answer => Places(block.PieceIds, kept, answer));
    }

    private static bool HasSubstring(OpenQaQuestion question, BlockText block, StringComparison comparison) =>
        question.Example.Answers.Any(answer => block.Text.Contains(answer, comparison));
}
