using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.FineTuning;

/// <summary>A question as open fine-tuning uses it: everything that does not change with the weights.</summary>
/// <param name="Labels">What is known of blocks, by row: graded by annotators, or the block with the line's own passage.</param>
/// <param name="AnswerPieces">Word pieces of each answer.</param>
internal sealed record OpenQaQuestion(
    QuestionExample Example, IReadOnlyList<Piece> Pieces, InputRow Query, QuestionAnalysis? Analysis, int[][] AnswerPieces, IReadOnlyDictionary<long,
        BlockLabel> Labels)
{
    /// <summary>Whether some block is known to answer.</summary>
    public bool HasRightLabel { get; } = Labels.Values.Any(label => label.IsRight);
}

/// <summary>What is known of a block for a question.</summary>
/// <param name="Grade">As in <see cref="GradedPassage"/>.</param>
/// <param name="Spans">Marked answers in the block's text, UTF-16; empty where none was marked.</param>
internal sealed record BlockLabel(int Grade, IReadOnlyList<TextSpan> Spans)
{
    public bool IsRight => Grade >= GradedPassage.Answers;

    public bool IsHardNegative => Grade == 0;
}
