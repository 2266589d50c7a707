using System.Text.Json;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Questions;

/// <summary>What people said of passages and of documents for a question.</summary>
/// <param name="Documents">Id to grade.</param>
internal readonly record struct QuestionJudgements(IReadOnlyList<GradedPassage> Passages, IReadOnlyDictionary<string, int> Documents);

/// <summary>A question as its JSON object says it; texts are not yet in stored form.</summary>
internal sealed class RawQuestion
{
    private readonly string _fallbackId;

    /// <param name="given">The passage above the question; null where the question stands alone.</param>
    internal RawQuestion(JsonElement element, Passage? given, string fallbackId)
    {
        _fallbackId = fallbackId;
        Element = element;
        Question = QuestionFields.Question(element);
        Id = QuestionFields.Id(element);
        (Title, Context) = given ?? QuestionFields.OwnPassage(element);
        if (string.IsNullOrWhiteSpace(Context))
            Context = null;
        IsImpossible = QuestionFields.Flag(element, "is_impossible");
        Answers = GivenAnswers.Of(element);
        Pattern = PatternOf(element);
        if (Pattern is not null && !AnswerPattern.TryCompile(Pattern, out _, out var problem))
            PatternProblem = problem;
    }

    internal JsonElement Element { get; }

    internal string? Question { get; }

    /// <summary>Null where it has none of its own.</summary>
    internal string? Id { get; }

    internal string? Title { get; }

    internal string? Context { get; }

    internal bool IsImpossible { get; }

    internal GivenAnswers Answers { get; }

    internal string? Pattern { get; }

    /// <summary>Why the pattern is none; null where it is one.</summary>
    internal string? PatternProblem { get; }

    /// <summary>The question in stored form.</summary>
    internal QuestionExample With(List<string> answers, List<int> starts, QuestionJudgements judgements, bool isImpossible) => new(
        Id ?? _fallbackId, TextNormalization.Normalize(Question!).Trim(), answers, Title is null ? null : TextNormalization.Normalize(Title),
        Context is null ? null : TextNormalization.Normalize(Context), starts.Count == 0 ? null : starts, isImpossible ? null : Pattern, isImpossible)
    {
        Passages = judgements.Passages,
        Relevant = judgements.Documents,
    };

    // CuratedTREC has several patterns a question, any of which judges.
    private static string? PatternOf(JsonElement element)
    {
        if (!element.TryGetProperty("answer_regex", out var given))
            return null;
        if (given.ValueKind != JsonValueKind.Array)
            return QuestionFields.TextOf(given) is { } one && !string.IsNullOrWhiteSpace(one) ? one : null;
        var patterns = given.EnumerateArray().Select(QuestionFields.TextOf).OfType<string>().Where(pattern => !string.IsNullOrWhiteSpace(pattern)).ToList();
        return patterns.Count == 0 ? null : string.Join('|', patterns.Select(pattern => $"(?:{pattern})"));
    }
}
