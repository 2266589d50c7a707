using System.Text.Json;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Questions.Labels;

/// <summary>Labels as DPR's training file: passages of grade 2 and 3 are positive, those of grade 0 hard negative; grade 1 is neither and left out. Fields
/// that DPR does not have (id; grade, document, answers and answer_starts of a passage) are left alone by its loader.</summary>
internal static class DprForm
{
    internal static int Write(Stream into, IReadOnlyCollection<LabelledQuestion> labels)
    {
        var kept = labels.Where(label => label.NoAnswer || label.Best is not null).ToList();
        into.Write("[\n"u8);
        foreach (var (label, i) in kept.Select((label, i) => (label, i)))
        {
            using (var json = LabelJson.Writer(into))
                Write(json, label);
            into.Write(i < kept.Count - 1 ? ",\n"u8 : "\n"u8);
        }
        into.Write("]\n"u8);
        return kept.Count;
    }

    /// <summary>The labels of a file; what cannot be used is reported.</summary>
    internal static IEnumerable<LabelledQuestion> Read(Stream content, string name, Action<Skipped> skipped)
    {
        using var parsed = JsonDocument.Parse(content);
        if (parsed.RootElement.ValueKind != JsonValueKind.Array)
        {
            skipped(new Skipped(name, "It is not a list of questions, as DPR's training files are."));
            yield break;
        }
        var number = 0;
        foreach (var element in parsed.RootElement.EnumerateArray())
        {
            number++;
            if (element.ValueKind == JsonValueKind.Object && QuestionFields.Question(element) is { } question && !string.IsNullOrWhiteSpace(question))
                yield return Question(element, question, QuestionFields.Id(element) ?? $"{name}#{number}").Canonical();
            else
                skipped(new Skipped($"{name}, question {number}", "It has no question."));
        }
    }

    private static void Write(Utf8JsonWriter json, LabelledQuestion label)
    {
        json.WriteStartObject();
        json.WriteString("id", label.Id);
        json.WriteString("question", label.Question);
        json.WriteStrings("answers", label.Passages.SelectMany(passage => passage.Spans).Select(span => span.Text).Distinct());
        Write(json, "positive_ctxs", label.Passages.Where(passage => passage.Answers));
        Write(json, "negative_ctxs", []);
        Write(json, "hard_negative_ctxs", label.Passages.Where(passage => passage.Grade == 0));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<LabelledPassage> passages)
    {
        json.WriteStartArray(name);
        foreach (var passage in passages)
        {
            json.WriteStartObject();
            json.WriteString("title", passage.Title);
            json.WriteString("text", passage.Text);
            json.WriteString("passage_id", passage.BlockId);
            if (passage.Document.Length > 0)
                json.WriteString("document", passage.Document);
            json.WriteNumber("grade", passage.Grade);
            if (passage.Answers)
            {
                json.WriteStrings("answers", passage.Spans.Select(span => span.Text));
                json.WriteStarts(passage);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static LabelledQuestion Question(JsonElement element, string question, string id)
    {
        var answers = Strings(element, "answers").Select(TextNormalization.Normalize).Where(answer => !string.IsNullOrWhiteSpace(answer)).ToList();
        var positive = Passages(element, "positive_ctxs", 2, answers).ToList();
        return new LabelledQuestion(
            id, question, answers.Count == 0 && positive.Count == 0, [.. positive, .. Passages(element, "hard_negative_ctxs", 0, [])]);
    }

    private static IEnumerable<LabelledPassage> Passages(JsonElement element, string name, int grade, List<string> answers)
    {
        if (!element.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array)
            yield break;
        foreach (var passage in list.EnumerateArray())
        {
            if (QuestionFields.Text(passage, "text") is not { } original)
                continue;
            var text = TextNormalization.Normalize(original);
            if (string.IsNullOrWhiteSpace(text))
                continue;
            // A grade that the list contradicts is none.
            var given = passage.TryGetProperty("grade", out var number) && number.TryGetInt32(out var value)
                && value is >= 0 and <= GradedPassage.Highest && value >= GradedPassage.Answers == grade > 0 ? value : grade;
            yield return new LabelledPassage(
                QuestionFields.Text(passage, "document") ?? "", QuestionFields.Text(passage, "passage_id") ?? "",
                TextNormalization.Normalize(QuestionFields.Text(passage, "title") ?? ""), text, given,
                passage.TryGetProperty("answer_starts", out var starts) ? Placed(passage, starts, original, text) : Found(text, answers));
        }
    }

    private static List<LabelledSpan> Placed(JsonElement passage, JsonElement starts, string original, string text)
    {
        var places = starts.EnumerateArray().Select(start => start.GetInt64());
        return [.. Strings(passage, "answers").Zip(places)
            .Select(given => (Answer: AnswerOffsets.InStoredForm(original, text, given.First, given.Second), given.Second))
            .Select(given => (given.Answer, AnswerOffsets.Find(original, text, given.Answer, given.Second).Start)).Where(found => found.Start >= 0)
            .Select(found => new LabelledSpan(found.Start, found.Start + found.Answer.Length, found.Answer))];
    }

    // DPR itself does not say where.
    private static List<LabelledSpan> Found(string text, List<string> answers) => [.. answers
        .Select(answer => (answer, Start: text.IndexOf(answer, StringComparison.Ordinal))).Where(found => found.Start >= 0)
        .Select(found => new LabelledSpan(found.Start, found.Start + found.answer.Length, found.answer))];

    private static IEnumerable<string> Strings(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(QuestionFields.TextOf).OfType<string>()
            : [];
}
