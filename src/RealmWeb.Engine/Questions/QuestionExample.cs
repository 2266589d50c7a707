using System.Collections.Frozen;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Questions;

/// <summary>A question with what counts as its answer.</summary>
/// <param name="Answers">Gold answers, any one is right; empty where there is none, where a pattern judges, or where only the passage is known.</param>
/// <param name="Title">Title of the passage, where the file gives one.</param>
/// <param name="Context">The passage that answers, in stored form; null for open questions.</param>
/// <param name="AnswerStarts">Where answers[i] stands in the context, UTF-16; null where places are unknown.</param>
/// <param name="AnswerRegex">Python regular expression that a right answer matches.</param>
/// <param name="IsImpossible">The context (or the corpus) does not answer.</param>
public sealed record QuestionExample(
    string Id, string Question, IReadOnlyList<string> Answers, string? Title, string? Context, IReadOnlyList<int>? AnswerStarts, string? AnswerRegex,
    bool IsImpossible)
{
    /// <summary>What annotators said of passages; empty where nobody did.</summary>
    public IReadOnlyList<GradedPassage> Passages { get; init; } = [];

    /// <summary>Grades of documents by their id in their file (<see cref="Document.SourceId"/>), as in judgements of TREC: above 0 is relevant, and more
    /// is better. Empty where nobody judged documents.</summary>
    public IReadOnlyDictionary<string, int> Relevant { get; init; } = FrozenDictionary<string, int>.Empty;

    /// <summary>Nothing says what answers but the judgements of documents.</summary>
    public bool IsJudgedByDocument => Relevant.Count > 0 && !IsImpossible && Answers.Count == 0 && AnswerRegex is null && string.IsNullOrEmpty(Context);
}

/// <summary>What an annotator said of one passage for a question.</summary>
/// <param name="Text">The passage in stored form; null where the block is named instead.</param>
/// <param name="BlockId">Content-hash id of the block (<see cref="Block.Id"/>); null where the text is given instead.</param>
/// <param name="Grade">0: does not answer, though it may look so; 1: related, says neither; 2: answers; 3: answers fully.</param>
/// <param name="Span">The answer in the passage, UTF-16; null where it was not marked.</param>
public sealed record GradedPassage(string? Text, string? BlockId, int Grade, TextSpan? Span)
{
    /// <summary>The lowest grade of a passage that answers.</summary>
    public const int Answers = 2;

    public const int Highest = 3;

    /// <summary>Id of the passage's document in its file; empty where the line does not say.</summary>
    public string Document { get; init; } = "";

    /// <summary>Title of the passage, in stored form; empty where the line does not say.</summary>
    public string Title { get; init; } = "";
}

/// <summary>One step of reading a question file: a question or a skip, never both. A repaired or shortened question comes behind a skip that says so.</summary>
public readonly record struct QuestionItem(QuestionExample? Example, Skipped? Skipped)
{
    public static implicit operator QuestionItem(QuestionExample example) => new(example, null);

    public static implicit operator QuestionItem(Skipped skipped) => new(null, skipped);
}
