using System.Text.Json;
using RealmWeb.Engine.Corpora;

namespace RealmWeb.Engine.Questions;

/// <summary>Questions in JSON: one object a question in the forms that data sets are published in, or a whole SQuAD file. What is wrong with one
/// question is said of it, and the others are read.</summary>
internal static class QuestionJson
{
    internal static void Read(JsonElement element, string place, string fallbackId, List<QuestionItem> into)
    {
        if (element.ValueKind != JsonValueKind.Object)
            into.Add(new Skipped(place, $"It is {QuestionFields.KindOf(element)}, not an object with a question."));
        else if (QuestionFields.Question(element) is null && element.TryGetProperty("data", out var data))
            ReadData(data, place, fallbackId, into);
        // An article or a paragraph without what SQuAD puts around it.
        else if (QuestionFields.Question(element) is null && element.TryGetProperty("paragraphs", out var paragraphs))
            ReadArticle(paragraphs, QuestionFields.Text(element, "title"), place, into);
        else if (QuestionFields.Question(element) is null && element.TryGetProperty("qas", out _))
            ReadParagraph(element, QuestionFields.Text(element, "title"), place, fallbackId, into);
        else
            ReadOne(element, null, place, fallbackId, into);
    }

    // SQuAD's articles, or a list of questions in one object.
    private static void ReadData(JsonElement data, string place, string fallbackId, List<QuestionItem> into)
    {
        var number = 0;
        foreach (var part in Parts(data, $"{place}: \"data\"", into))
        {
            number++;
            if (part.ValueKind == JsonValueKind.Object && part.TryGetProperty("paragraphs", out var paragraphs))
                ReadArticle(paragraphs, QuestionFields.Text(part, "title"), $"{place}, article {number}", into);
            else if (part.ValueKind == JsonValueKind.Object && QuestionFields.Question(part) is null)
                into.Add(new Skipped($"{place}, article {number}", "It has neither \"paragraphs\" nor a question."));
            else
                ReadOne(part, null, $"{place}, question {number}", $"{fallbackId}.{number}", into);
        }
        if (number == 0 && data.ValueKind == JsonValueKind.Array)
            into.Add(new Skipped(place, "Its \"data\" is empty."));
    }

    private static void ReadArticle(JsonElement paragraphs, string? title, string place, List<QuestionItem> into)
    {
        var number = 0;
        foreach (var paragraph in Parts(paragraphs, $"{place}: \"paragraphs\"", into))
        {
            number++;
            ReadParagraph(paragraph, title, $"{place}, paragraph {number}", $"{title}#{number}", into);
        }
    }

    private static void ReadParagraph(JsonElement paragraph, string? title, string place, string fallbackId, List<QuestionItem> into)
    {
        if (paragraph.ValueKind != JsonValueKind.Object || !paragraph.TryGetProperty("qas", out var asked))
        {
            into.Add(new Skipped(place, "It has no questions (\"qas\")."));
            return;
        }
        var context = new Passage(title, QuestionFields.Text(paragraph, "context"));
        var number = 0;
        foreach (var qa in Parts(asked, $"{place}: \"qas\"", into))
        {
            number++;
            ReadOne(qa, context, PlaceOf(qa, $"{place}, question {number}"), $"{fallbackId}.{number}", into);
        }
    }

    // An id is found sooner than a number.
    private static string PlaceOf(JsonElement question, string place) =>
        question.ValueKind == JsonValueKind.Object && QuestionFields.Id(question) is { } id ? $"question {id}" : place;

    // One thing where a list is expected stands for a list of it.
    private static IEnumerable<JsonElement> Parts(JsonElement list, string place, List<QuestionItem> into)
    {
        if (list.ValueKind == JsonValueKind.Array)
            return list.EnumerateArray();
        if (list.ValueKind == JsonValueKind.Object)
            return [list];
        into.Add(new Skipped(place, $"It is {QuestionFields.KindOf(list)}, not a list."));
        return [];
    }

    private static void ReadOne(JsonElement element, Passage? given, string place, string fallbackId, List<QuestionItem> into)
    {
        var before = into.Count;
        try
        {
            if (element.ValueKind == JsonValueKind.Object)
                ReadOne(new RawQuestion(element, given, fallbackId), place, into);
            else
                into.Add(new Skipped(place, $"It is {QuestionFields.KindOf(element)}, not an object with a question."));
        }
        catch (InvalidOperationException)
        {
            // The one way in which valid JSON holds no valid text.
            into.RemoveRange(before, into.Count - before);
            into.Add(new Skipped(place, "A text in it has half a surrogate pair (\\ud800 to \\udfff alone). Write the file again with whole characters."));
        }
    }

    private static void ReadOne(RawQuestion raw, string place, List<QuestionItem> into)
    {
        if (string.IsNullOrWhiteSpace(raw.Question))
        {
            into.Add(new Skipped(place, "It has no question."));
            return;
        }
        if (raw.PatternProblem is { } bad)
        {
            into.Add(new Skipped(place, $"Its answer_regex is no regular expression ({bad.TrimEnd('.')}). Correct it."));
            return;
        }
        var judgements = new QuestionJudgements(GradedPassageJson.Read(raw.Element, place, into), RelevantDocumentJson.Read(raw.Element, place, into));
        // A question with its passage trains a retriever even where nobody marked the answer.
        if (!raw.Answers.IsGiven && raw.Pattern is null && !raw.IsImpossible && raw.Context is null && judgements is { Passages.Count: 0, Documents.Count: 0 })
        {
            into.Add(new Skipped(
                place, "It has neither answers nor answer_regex nor context nor passages nor relevant documents. Add \"answers\": [] if nothing answers it."));
            return;
        }
        foreach (var problem in raw.IsImpossible ? [] : raw.Answers.Problems)
            into.Add(new Skipped(place, problem));
        if (raw.Answers.StartsProblem is { } starts)
            into.Add(new Skipped(place, starts));
        else
            AnswerPlacing.Add(raw, judgements, place, into);
    }
}
