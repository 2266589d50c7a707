using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Questions;

namespace RealmWeb.Jobs.Answering;

/// <summary>Questions that the Ask page offers to a first visitor.</summary>
internal static class ExampleQuestions
{
    /// <summary>From the questions that came with the corpus; where none did, one about each of the first documents.</summary>
    public static IReadOnlyList<string> For(CorpusStore corpus, CorpusInfo info, int count)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "samples", info.Name, "questions", "train.jsonl");
        if (File.Exists(file))
        {
            var answerable = QuestionLines.Read(file).Where(question => question.Answers.Count > 0 && question.Question.Length < 60).ToList();
            if (answerable.Count >= count)
                return [.. Enumerable.Range(0, count).Select(i => answerable[(int)((i + 0.5) * answerable.Count / count)].Question)];
        }
        return [.. corpus.Documents.List(pageSize: count).Documents.Where(document => document.Title.Length is > 0 and < 60)
            .Select(document => $"What is {document.Title}?")];
    }
}
