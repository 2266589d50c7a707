using RealmWeb.Data.Corpora;

namespace RealmWeb.Jobs.Answering;

/// <summary>Questions that the Ask page offers to a first visitor.</summary>
internal static class ExampleQuestions
{
    /// <summary>From the questions that came with the corpus; where none did, one about each of the first documents.</summary>
    public static IReadOnlyList<string> For(CorpusStore corpus, CorpusInfo info, int count)
    {
        var file = Path.Combine(AppContext.BaseDirectory, "samples", info.Name, "questions", "examples.txt");
        if (File.Exists(file))
            return [.. File.ReadLines(file).Where(line => line.Length > 0).Take(count)];
        return [.. corpus.Documents.List(pageSize: count).Documents.Where(document => document.Title.Length is > 0 and < 60)
            .Select(document => $"What is {document.Title}?")];
    }
}
