using System.Text.Json;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Questions;

/// <summary>Questions in JSON: one object a question, or a whole SQuAD file.</summary>
internal static class QuestionJson
{
    internal static void Read(JsonElement element, string place, string fallbackId, List<QuestionItem> into)
    {
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array)
            ReadSquad(data, into);
        else if (element.ValueKind == JsonValueKind.Object)
            ReadOne(element, place, fallbackId, into);
        else
            into.Add(new Skipped(place, $"It is a JSON {element.ValueKind.ToString().ToLowerInvariant()}, not an object with a question."));
    }

    private static void ReadSquad(JsonElement data, List<QuestionItem> into)
    {
        foreach (var article in data.EnumerateArray())
        {
            var title = Text(article, "title");
            foreach (var paragraph in article.GetProperty("paragraphs").EnumerateArray())
            {
                var context = paragraph.GetProperty("context").GetString()!;
                foreach (var asked in paragraph.GetProperty("qas").EnumerateArray())
                {
                    var id = Text(asked, "id") ?? $"{title}#{into.Count}";
                    var answers = asked.TryGetProperty("answers", out var given)
                        ? given.EnumerateArray().Select(answer => (answer.GetProperty("text").GetString()!, answer.GetProperty("answer_start").GetInt64())).ToList()
                        : [];
                    Place($"question {id}", new Raw(id, asked.GetProperty("question").GetString()!, title, context, Flag(asked, "is_impossible")), answers, into);
                }
            }
        }
    }

    private static void ReadOne(JsonElement element, string place, string fallbackId, List<QuestionItem> into)
    {
        var question = Text(element, "question");
        if (string.IsNullOrWhiteSpace(question))
        {
            into.Add(new Skipped(place, "It has no question."));
            return;
        }
        var raw = new Raw(Text(element, "id") ?? fallbackId, question, Text(element, "title"), Text(element, "context") ?? Text(element, "sentence"), Flag(element, "is_impossible"))
        {
            Passages = GradedPassageJson.Read(element, place, into),
        };
        var regex = Text(element, "answer_regex");
        var hasAnswers = element.TryGetProperty("answers", out var list) && list.ValueKind == JsonValueKind.Array;
        // A question with its passage trains a retriever even where nobody marked the answer.
        if (!hasAnswers && regex is null && !raw.IsImpossible && raw.Context is null && raw.Passages.Count == 0)
        {
            into.Add(new Skipped(place, "It has neither answers nor answer_regex nor context nor passages. Add \"answers\": [] if nothing answers it."));
            return;
        }
        var answers = hasAnswers ? list.EnumerateArray().Select(answer => answer.GetString() ?? "").ToList() : [];
        var starts = element.TryGetProperty("answer_starts", out var given) && given.ValueKind == JsonValueKind.Array
            ? given.EnumerateArray().Select(start => start.GetInt64()).ToList()
            : [];
        if (starts.Count > 0 && starts.Count != answers.Count)
            into.Add(new Skipped(place, $"It has {answers.Count} answers but {starts.Count} answer_starts. Give each answer its start."));
        else if (raw.Context is not null && starts.Count > 0 && !raw.IsImpossible)
            Place(place, raw, [.. answers.Zip(starts)], into);
        else
        {
            var kept = answers.Select(TextNormalization.Normalize).Where(answer => !string.IsNullOrWhiteSpace(answer)).ToList();
            into.Add(Make(raw, raw.IsImpossible ? [] : kept, [], regex, raw.IsImpossible || hasAnswers && kept.Count == 0 && regex is null));
        }
    }

    // Answers with places in a context.
    private static void Place(string place, Raw raw, List<(string Text, long Start)> given, List<QuestionItem> into)
    {
        var context = TextNormalization.Normalize(raw.Context!);
        var (answers, starts) = (new List<string>(), new List<int>());
        var (repaired, lost) = (0, new List<string>());
        foreach (var (text, start) in raw.IsImpossible ? [] : given)
        {
            var answer = TextNormalization.Normalize(text);
            var (found, wasWrong) = AnswerOffsets.Find(raw.Context!, context, answer, start);
            if (found < 0)
            {
                lost.Add(text);
                continue;
            }
            answers.Add(answer);
            starts.Add(found);
            repaired += wasWrong ? 1 : 0;
        }
        if (lost.Count > 0)
            into.Add(new Skipped(place, $"The answer '{Short(lost[0])}' does not stand at its start, nor exactly once elsewhere in the context"
                + $"{(lost.Count > 1 ? $" (and {lost.Count - 1} more)" : "")}; {(answers.Count == 0 ? "the question was left out" : "it was left out")}. Correct answer_starts."));
        if (repaired > 0)
            into.Add(new Skipped(place, $"{repaired} of its answers did not stand at their start; they stand exactly once in the context and were placed there."));
        if (answers.Count > 0 || lost.Count == 0)
            into.Add(Make(raw, answers, starts, null, answers.Count == 0));
    }

    private static QuestionExample Make(Raw raw, List<string> answers, List<int> starts, string? regex, bool isImpossible) => new(
        raw.Id, TextNormalization.Normalize(raw.Question).Trim(), answers, raw.Title is null ? null : TextNormalization.Normalize(raw.Title),
        raw.Context is null ? null : TextNormalization.Normalize(raw.Context), starts.Count == 0 ? null : starts, regex, isImpossible)
    {
        Passages = raw.Passages,
    };

    private static string? Text(JsonElement element, string name) =>
        !element.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;

    private static bool Flag(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static string Short(string text) => text.Length > 60 ? $"{text[..60]}…" : text;

    private sealed record Raw(string Id, string Question, string? Title, string? Context, bool IsImpossible)
    {
        public IReadOnlyList<GradedPassage> Passages { get; init; } = [];
    }
}
