using System.Text.Json;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Questions;

/// <summary>Annotators' labels of a question line: <c>"passages":[{"text"|"blockId","grade","start","end","document","title"}]</c>.</summary>
/// <remarks>start and end are UTF-16 offsets in the passage as the site shows it, not code points as answer_starts: the labels come from the site. A
/// passage with several answers stands there once for each.</remarks>
internal static class GradedPassageJson
{
    /// <summary>The usable labels; the others are reported.</summary>
    internal static IReadOnlyList<GradedPassage> Read(JsonElement question, string place, List<QuestionItem> into)
    {
        if (!question.TryGetProperty("passages", out var list) || list.ValueKind != JsonValueKind.Array)
            return [];
        var passages = new List<GradedPassage>();
        var number = 0;
        foreach (var label in list.EnumerateArray())
        {
            number++;
            if (ReadOne(label, out var reason) is { } passage)
                passages.Add(passage with { Document = String(label, "document") ?? "", Title = TextNormalization.Normalize(String(label, "title") ?? "") });
            else
                into.Add(new Skipped(place, $"Its passage {number} was left out: {reason}"));
        }
        return passages;
    }

    private static GradedPassage? ReadOne(JsonElement label, out string reason)
    {
        reason = "";
        if (label.ValueKind != JsonValueKind.Object)
        {
            reason = "it is no JSON object. Give \"text\" or \"blockId\", and \"grade\".";
            return null;
        }
        var text = String(label, "text");
        var blockId = String(label, "blockId");
        if (string.IsNullOrWhiteSpace(text) && string.IsNullOrWhiteSpace(blockId))
            reason = "it has neither \"text\" nor \"blockId\". Say which passage it is.";
        else if (Number(label, "grade") is not (>= 0 and <= GradedPassage.Highest and var grade))
            reason = $"its \"grade\" is not a whole number from 0 to {GradedPassage.Highest}. Correct it.";
        else if (Span(label, text) is not { } span)
            reason = "its \"start\" and \"end\" are no part of the passage. Give both as UTF-16 offsets, end exclusive, or neither.";
        else if (string.IsNullOrWhiteSpace(text))
            return new GradedPassage(null, blockId, grade, span.Length == 0 ? null : span);
        else
            return new GradedPassage(TextNormalization.Normalize(text), blockId, grade, span.Length == 0 ? null : InStoredForm(text, span));
        return null;
    }

    // Empty where none is given, null where what is given makes no sense.
    private static TextSpan? Span(JsonElement label, string? text)
    {
        var (start, end) = (Number(label, "start"), Number(label, "end"));
        if (start is null && end is null && !label.TryGetProperty("start", out _) && !label.TryGetProperty("end", out _))
            return default(TextSpan);
        return start >= 0 && end > start && (string.IsNullOrWhiteSpace(text) || end <= text.Length) ? new TextSpan(start.Value, end.Value) : null;
    }

    // Stored form may compose characters or drop carriage returns before or in the span.
    private static TextSpan InStoredForm(string text, TextSpan span)
    {
        if (TextNormalization.Normalize(text) == text)
            return span;
        var start = TextNormalization.Normalize(text[..span.Start]).Length;
        return new TextSpan(start, start + TextNormalization.Normalize(span.Of(text)).Length);
    }

    private static string? String(JsonElement label, string name) =>
        label.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement label, string name) =>
        label.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;
}
