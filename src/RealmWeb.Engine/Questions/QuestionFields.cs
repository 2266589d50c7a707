using System.Text.Json;

namespace RealmWeb.Engine.Questions;

/// <summary>The passage that stands above the questions in SQuAD's form.</summary>
internal sealed record Passage(string? Title, string? Context);

/// <summary>Fields of a question object, by the names that data sets use.</summary>
internal static class QuestionFields
{
    private static readonly string[] QuestionNames = ["question", "query", "question_text"];
    private static readonly string[] IdNames = ["id", "_id", "qid", "question_id"];
    private static readonly string[] ContextNames = ["context", "sentence"];

    internal static string? Question(JsonElement element) => QuestionNames.Select(name => TextOrInner(element, name)).FirstOrDefault(text => text is not null);

    internal static string? Id(JsonElement element) => IdNames.Select(name => Text(element, name)).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));

    /// <summary>Title and text of the passage that answers: the question's own, or the first of DPR's positive passages.</summary>
    internal static Passage OwnPassage(JsonElement element)
    {
        var title = Text(element, "title");
        if (ContextNames.Select(name => Text(element, name)).FirstOrDefault(text => text is not null) is { } context)
            return new Passage(title, context);
        if (!element.TryGetProperty("positive_ctxs", out var positive) || positive.ValueKind != JsonValueKind.Array)
            return new Passage(title, null);
        var first = positive.EnumerateArray().FirstOrDefault(passage => !string.IsNullOrWhiteSpace(Text(passage, "text")));
        return first.ValueKind == JsonValueKind.Object ? new Passage(title ?? Text(first, "title"), Text(first, "text")) : new Passage(title, null);
    }

    /// <summary>A string, or a number as it is written; null for everything else.</summary>
    internal static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? TextOf(value) : null;

    internal static string? TextOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString() : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;

    internal static bool Flag(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>"a JSON number" and so on, for messages.</summary>
    internal static string KindOf(JsonElement element) => $"a JSON {element.ValueKind.ToString().ToLowerInvariant()}";

    private static string? TextOrInner(JsonElement element, string name) =>
        Text(element, name) ?? (element.TryGetProperty(name, out var value) ? Text(value, "text") : null);
}
