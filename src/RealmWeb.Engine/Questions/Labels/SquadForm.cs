namespace RealmWeb.Engine.Questions.Labels;

/// <summary>Labels as SQuAD 2.0: an article a title, a paragraph a passage. A question that is answered in several passages stands at each, from the
/// second on with "-2" and so on behind its id. What has no marked words and is not without an answer has no place there.</summary>
internal static class SquadForm
{
    private sealed record Asked(string Id, string Question, LabelledPassage Passage, bool NoAnswer);

    internal static int Write(Stream into, IReadOnlyCollection<LabelledQuestion> labels)
    {
        var asked = labels.Select(Questions).Where(questions => questions.Count > 0).ToList();
        using var json = LabelJson.Writer(into);
        json.WriteStartObject();
        json.WriteString("version", "v2.0");
        json.WriteStartArray("data");
        foreach (var article in asked.SelectMany(questions => questions).GroupBy(question => question.Passage.Title))
        {
            json.WriteStartObject();
            json.WriteString("title", article.Key);
            json.WriteStartArray("paragraphs");
            foreach (var paragraph in article.GroupBy(question => question.Passage.Text))
            {
                json.WriteStartObject();
                json.WriteString("context", paragraph.Key);
                json.WriteStartArray("qas");
                foreach (var question in paragraph)
                    Write(json, question);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        return asked.Count;
    }

    private static List<Asked> Questions(LabelledQuestion label)
    {
        if (label.NoAnswer)
            return label.Passages.Take(1).Select(passage => new Asked(label.Id, label.Question, passage, true)).ToList();
        return label.Passages.Where(passage => passage.Spans.Count > 0)
            .Select((passage, i) => new Asked(i == 0 ? label.Id : $"{label.Id}-{i + 1}", label.Question, passage, false)).ToList();
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, Asked question)
    {
        json.WriteStartObject();
        json.WriteString("id", question.Id);
        json.WriteString("question", question.Question);
        json.WriteStartArray("answers");
        foreach (var span in question.Passage.Spans)
        {
            json.WriteStartObject();
            json.WriteString("text", span.Text);
            json.WriteNumber("answer_start", LabelJson.CodePoints(question.Passage.Text, span.Start));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteBoolean("is_impossible", question.NoAnswer);
        json.WriteEndObject();
    }
}
