using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Evaluation;

/// <summary>Finds the place of a labelled answer in a block that was cut from the same article as the passage it was labelled in.</summary>
/// <remarks>For labels only: what is shown to askers comes from the reader, never from a search.</remarks>
public static class AnswerPlaces
{
    // Characters on each side that must agree: enough to tell two mentions apart, short enough to survive a cut between sentences.
    private const int Around = 25;

    /// <summary>The answer's place in the block; null where its surroundings are not in the block.</summary>
    public static TextSpan? Find(string block, string context, TextSpan answer)
    {
        ArgumentNullException.ThrowIfNull(block);
        ArgumentNullException.ThrowIfNull(context);
        if (answer.Start < 0 || answer.End > context.Length || answer.Length == 0)
            return null;
        // The surroundings end with the paragraph or at a cut, so one side may be missing, but not both.
        foreach (var (before, after) in new[] { (Around, Around), (Around, 0), (0, Around) })
        {
            var start = Math.Max(0, answer.Start - before);
            var end = Math.Min(context.Length, answer.End + after);
            if (before + after < 2 * Around && end - start < answer.Length + 10)
                continue;
            var at = block.IndexOf(context[start..end], StringComparison.Ordinal);
            if (at >= 0)
                return new TextSpan(at + answer.Start - start, at + answer.End - start);
        }
        return null;
    }
}
