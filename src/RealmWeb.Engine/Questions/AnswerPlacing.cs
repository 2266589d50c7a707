using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Questions;

/// <summary>Makes the example of a question, its answers at their places in the context where the file says them.</summary>
internal static class AnswerPlacing
{
    internal static void Add(RawQuestion raw, QuestionJudgements judgements, string place, List<QuestionItem> into)
    {
        var given = raw.Answers;
        if (raw.IsImpossible)
            into.Add(raw.With([], [], judgements, isImpossible: true));
        else if (given.Answers.Count == 0 && given.Problems.Count > 0 && raw.Pattern is null)
            into.Add(new Skipped(place, "None of its answers can be used; the question was left out."));
        else if (raw.Context is { } context && given.Answers.Any(answer => answer.Start is not null))
            AddPlaced(raw, context, judgements, place, into);
        else
            into.Add(raw.With(
                [.. given.Answers.Select(answer => TextNormalization.Normalize(answer.Text))], [], judgements,
                isImpossible: given is { IsGiven: true, Answers.Count: 0 } && raw.Pattern is null));
    }

    private static void AddPlaced(RawQuestion raw, string original, QuestionJudgements judgements, string place, List<QuestionItem> into)
    {
        var context = TextNormalization.Normalize(original);
        var (answers, starts) = (new List<string>(), new List<int>());
        var (repaired, lost) = (0, new List<string>());
        foreach (var (text, start) in raw.Answers.Answers)
        {
            var answer = AnswerOffsets.InStoredForm(original, context, text, start ?? -1);
            var (found, wasWrong) = AnswerOffsets.Find(original, context, answer, start ?? -1);
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
        {
            into.Add(new Skipped(place, $"The answer '{Short(lost[0])}' does not stand at its start, nor exactly once elsewhere in the context"
                + $"{(lost.Count > 1 ? $" (and {lost.Count - 1} more)" : "")}; "
                + $"{(answers.Count == 0 ? "the question was left out" : "it was left out")}. Correct answer_starts."));
        }
        if (repaired > 0)
        {
            into.Add(new Skipped(place,
                $"{repaired} of its answers did not stand at their start; they stand exactly once in the context and were placed there."));
        }
        if (answers.Count > 0)
            into.Add(raw.With(answers, starts, judgements, isImpossible: false));
    }

    private static string Short(string text) => text.Length > 60 ? $"{text[..60]}…" : text;
}
