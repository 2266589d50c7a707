namespace RealmWeb.Engine.Corpora;

/// <summary>A question line.</summary>
/// <param name="AnswerStarts">UTF-16 offset in <paramref name="Context"/> of each answer; null where places are unknown.</param>
/// <param name="IsImpossible">The context (or the corpus) does not answer it.</param>
public sealed record QuestionExample(
    string Id, string Question, IReadOnlyList<string> Answers, string? Title, string? Context, IReadOnlyList<int>? AnswerStarts, string? AnswerRegex, bool IsImpossible);
