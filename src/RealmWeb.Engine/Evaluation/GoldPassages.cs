using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Evaluation;

/// <summary>Which retrieved blocks count as found.</summary>
public static class GoldPassages
{
    // Blocks and labelled passages are cut at different places: a run this long, found word for word, is the same passage.
    private const int Run = 60;

    /// <summary>Whether an answer occurs in the block (released HasAnswer, case-sensitive), or the question's pattern matches somewhere in it.</summary>
    public static bool HoldsAnswer(QuestionExample question, Block block)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(block);
        return question.Answers.Any(answer => block.Text.Contains(answer, StringComparison.Ordinal))
            || question.AnswerRegex is { } pattern && AnswerMetrics.FindPattern(block.Text, pattern).Count > 0;
    }

    /// <summary>Whether the block is the passage that the question's line gives: it holds an answer at its labelled place (the words around it
    /// agree), or, where no place is known, part of the passage word for word. False where the line gives no passage.</summary>
    public static bool IsOwnPassage(QuestionExample question, Block block)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(block);
        if (question.Context is not { Length: > 0 } context)
            return false;
        if (question.AnswerStarts is not { Count: > 0 } starts)
            return Runs(context).Any(run => block.Text.Contains(run, StringComparison.Ordinal));
        for (var i = 0; i < starts.Count; i++)
        {
            if (AnswerPlaces.Find(block.Text, context, new TextSpan(starts[i], starts[i] + question.Answers[i].Length)) is not null)
                return true;
        }
        return false;
    }

    /// <summary>Whether a block answers a question: by <see cref="IsOwnPassage"/> where the line says where an answer stands, or says nothing but
    /// the passage; by its document where the line judges documents and says nothing else; else by <see cref="HoldsAnswer"/>. An impossible question is
    /// answered by nothing.</summary>
    /// <param name="document">Id in its file of the block's document; without it nothing answers a question that is judged by document.</param>
    public static bool Answers(QuestionExample question, Block block, string? document = null)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (question.IsImpossible)
            return false;
        if (question.IsJudgedByDocument)
            return document is not null && question.Relevant.GetValueOrDefault(document) > 0;
        var byPlace = question.Context is { Length: > 0 }
            && (question.AnswerStarts is { Count: > 0 } || question.Answers.Count == 0 && question.AnswerRegex is null);
        return byPlace ? IsOwnPassage(question, block) : HoldsAnswer(question, block);
    }

    // Three places, so that a cut through one of them does not lose the passage.
    private static IEnumerable<string> Runs(string context)
    {
        if (context.Length <= Run)
            return [context];
        return new[] { 1, 2, 3 }.Select(quarter => (context.Length - Run) * quarter / 4).Distinct().Select(start => context.Substring(start, Run));
    }
}
