using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Questions;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.Samples;

/// <summary>What everybody tries first has to be right.</summary>
public sealed class EncyclopediaTests
{
    private static readonly string Folder = Path.Combine(TestPaths.Repository, "samples", "encyclopedia");
    private static readonly Dictionary<string, Document> Articles = CorpusSource.Read([Path.Combine(Folder, "articles")])
        .Select(item => item.Document ?? throw new InvalidDataException($"{item.Skipped!.Path}: {item.Skipped.Reason}"))
        .ToDictionary(document => document.Title);

    private static readonly List<QuestionExample> Train = Questions("train"), Heldout = Questions("heldout"), Everyday = Questions("everyday");

    [Fact]
    public void Articles_AreManyAndOfAReadableLength()
    {
        Assert.True(Articles.Count >= 160, $"There are {Articles.Count} articles.");
        foreach (var article in Articles.Values)
            Assert.InRange(article.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length, 120, 350);
    }

    [Fact]
    public void Questions_AreManyAndSomeHaveNoAnswer()
    {
        Assert.True(Train.Count >= 400, $"There are {Train.Count} questions to train on.");
        Assert.True(Heldout.Count >= 240, $"There are {Heldout.Count} held-out questions.");
        var impossible = Heldout.Count(question => question.Answers.Count == 0);
        Assert.True(impossible >= 60, $"{impossible} held-out questions have no answer.");
        Assert.All(Train.Concat(Heldout), question => Assert.Equal(question.Answers.Count == 0, question.IsImpossible));
    }

    [Fact]
    public void Answers_StandAtTheirOffsetsInTheArticle()
    {
        foreach (var question in Train.Concat(Heldout).Where(question => question.Answers.Count > 0))
        {
            Assert.Equal(question.Answers.Count, question.AnswerStarts!.Count);
            for (var i = 0; i < question.Answers.Count; i++)
                Assert.Equal(question.Answers[i], question.Context!.Substring(question.AnswerStarts[i], question.Answers[i].Length));
            Assert.True(Articles.TryGetValue(question.Title!, out var article), $"{question.Id} is about {question.Title}, which has no article.");
            Assert.Contains(question.Context!, article.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Questions_AreNeverInBothFiles()
    {
        var trained = Train.Select(QuestionSets.Key).ToHashSet();

        Assert.DoesNotContain(Heldout, question => trained.Contains(QuestionSets.Key(question)));
        var all = Train.Concat(Heldout).Concat(Everyday).ToList();
        Assert.Equal(all.Count, all.Select(question => question.Id).Distinct().Count());
        Assert.Equal(all.Count, all.Select(QuestionSets.Key).Distinct().Count());
    }

    [Fact]
    public void EverydayQuestions_HaveAnAnswerThatAnArticleHoldsOrNone()
    {
        Assert.Equal(40, Everyday.Count);
        Assert.Equal(10, Everyday.Count(question => question.Answers.Count == 0));
        foreach (var question in Everyday.Where(question => question.Answers.Count > 0))
            Assert.Contains(Articles.Values, article => question.Answers.Any(answer => article.Text.Contains(answer, StringComparison.Ordinal)));
    }

    private static List<QuestionExample> Questions(string name) => [.. QuestionLines.Read(
        Path.Combine(Folder, "questions", $"{name}.jsonl"), skip => throw new InvalidDataException($"{skip.Path}: {skip.Reason}"))];
}
