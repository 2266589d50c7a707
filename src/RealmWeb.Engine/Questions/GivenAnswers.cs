using System.Text.Json;

namespace RealmWeb.Engine.Questions;

/// <summary>Answers as a question object gives them: "answers" or "answer"; a string, a number, a list of them, SQuAD's list of objects with text and
/// answer_start, or Hugging Face's object of two lists.</summary>
internal sealed class GivenAnswers
{
    private readonly List<(string Text, long? Start)> _answers = [];
    private readonly List<string> _problems = [];

    /// <summary>The line says something of answers, be it that there is none.</summary>
    internal bool IsGiven { get; private set; }

    /// <summary>Texts that are not blank, and where the file says that they stand: code points in the context; null where it does not say.</summary>
    internal IReadOnlyList<(string Text, long? Start)> Answers => _answers;

    /// <summary>What was left out of them, in sentences.</summary>
    internal IReadOnlyList<string> Problems => _problems;

    /// <summary>Why no start can be told; null where there is no such problem.</summary>
    internal string? StartsProblem { get; private set; }

    internal static GivenAnswers Of(JsonElement question)
    {
        var given = new GivenAnswers();
        foreach (var name in new[] { "answers", "answer" })
        {
            if (question.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
            {
                given.IsGiven = true;
                given.Take(value);
                break;
            }
        }
        given.TakeStarts(question);
        return given;
    }

    private void Take(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String when value.GetString()!.TrimStart().StartsWith('[') && AnswerList.Parse(value.GetString()!) is { } list:
                foreach (var text in list)
                    Add(text, null);
                break;
            case JsonValueKind.String or JsonValueKind.Number:
                Add(QuestionFields.TextOf(value)!, null);
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                    Take(item);
                break;
            case JsonValueKind.Object:
                TakeObject(value);
                break;
            default:
                _problems.Add($"An answer of it is {QuestionFields.KindOf(value)} and was left out. Write it as a string.");
                break;
        }
    }

    private void TakeObject(JsonElement value)
    {
        // TriviaQA's word for it.
        if (!value.TryGetProperty("text", out var text) && !value.TryGetProperty("value", out text))
        {
            _problems.Add("An answer of it has no \"text\" and was left out.");
            return;
        }
        value.TryGetProperty("answer_start", out var start);
        if (text.ValueKind != JsonValueKind.Array)
        {
            if (QuestionFields.TextOf(text) is { } one)
                Add(one, NumberOf(start));
            else
                _problems.Add($"The \"text\" of an answer of it is {QuestionFields.KindOf(text)} and was left out. Write it as a string.");
        }
        else
        {
            var starts = start.ValueKind == JsonValueKind.Array ? start.EnumerateArray().Select(NumberOf).ToList() : [];
            foreach (var (item, i) in text.EnumerateArray().Select((item, i) => (item, i)))
            {
                if (QuestionFields.TextOf(item) is { } each)
                    Add(each, i < starts.Count ? starts[i] : null);
                else
                    _problems.Add($"An answer of it is {QuestionFields.KindOf(item)} and was left out. Write it as a string.");
            }
        }
        if (value.TryGetProperty("aliases", out var aliases) && aliases.ValueKind == JsonValueKind.Array)
            Take(aliases);
    }

    // Starts beside the answers belong to them by number.
    private void TakeStarts(JsonElement question)
    {
        if (!question.TryGetProperty("answer_starts", out var list) && !question.TryGetProperty("answer_start", out list))
            return;
        var starts = list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(NumberOf).ToList()
            : NumberOf(list) is { } one ? [one] : [];
        if (starts.Count == 0)
            return;
        if (starts.Count == _answers.Count && _problems.Count == 0)
        {
            for (var i = 0; i < starts.Count; i++)
                _answers[i] = (_answers[i].Text, starts[i]);
        }
        else
            StartsProblem = $"It has {_answers.Count} answers but {starts.Count} answer_starts. Give each answer its start.";
    }

    private void Add(string text, long? start)
    {
        if (string.IsNullOrWhiteSpace(text))
            _problems.Add("An answer of it is empty and was left out. Give \"answers\": [] if nothing answers it.");
        else
            _answers.Add((text, start));
    }

    private static long? NumberOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && Math.Abs(number) < int.MaxValue && number == Math.Floor(number)
            ? (long)number
            : null;
}
