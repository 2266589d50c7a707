using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Questions;

/// <summary>The passages of question lines as documents, so that there is a corpus in which the questions can be answered.</summary>
public static class QuestionPassages
{
    /// <summary>One document a title, its distinct passages in their order; passages without a title are documents of their own.</summary>
    /// <param name="part">i/n: only the passages of part i of n; null for all.</param>
    public static IEnumerable<Document> Read(string path, string? part)
    {
        var examples = QuestionSets.Read(new QuestionSource { File = path, Part = part }, "").Where(example => !string.IsNullOrEmpty(example.Context));
        var passages = examples.Select(example => (Title: example.Title ?? "", Text: example.Context!)).Distinct().ToList();
        // A part has documents of its own: an article may have passages in several.
        var source = part is null ? Path.GetFileName(path) : $"{Path.GetFileName(path)}#{part}";
        foreach (var article in passages.Where(passage => passage.Title.Length > 0).GroupBy(passage => passage.Title))
            yield return new Document(
                $"{source}/{article.Key}", article.Key, TextNormalization.Normalize(string.Join("\n\n", article.Select(passage => passage.Text))));
        foreach (var (passage, i) in passages.Where(passage => passage.Title.Length == 0).Select((passage, i) => (passage, i)))
            yield return new Document($"{source}/{i + 1}", "", TextNormalization.Normalize(passage.Text));
    }
}
