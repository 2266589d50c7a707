namespace RealmWeb.Engine.Corpora;

/// <summary>A question with what counts as its answer.</summary>
/// <param name="Answers">Gold answers, any one is right; empty where there is none, where a pattern judges, or where only the passage is known.</param>
/// <param name="Title">Title of the passage, where the file gives one.</param>
/// <param name="Context">The passage that answers, in stored form; null for open questions.</param>
/// <param name="AnswerStarts">Where answers[i] stands in the context, UTF-16; null where places are unknown.</param>
/// <param name="AnswerRegex">Python regular expression that a right answer matches.</param>
/// <param name="IsImpossible">The context (or the corpus) does not answer.</param>
public sealed record QuestionExample(
    string Id, string Question, IReadOnlyList<string> Answers, string? Title, string? Context, IReadOnlyList<int>? AnswerStarts, string? AnswerRegex,
    bool IsImpossible);

/// <summary>One step of reading a question file: a question or a skip, never both. A repaired or shortened question comes behind a skip that says so.</summary>
public readonly record struct QuestionItem(QuestionExample? Example, Skipped? Skipped)
{
    public static implicit operator QuestionItem(QuestionExample example) => new(example, null);

    public static implicit operator QuestionItem(Skipped skipped) => new(null, skipped);
}
