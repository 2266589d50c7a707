using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Lab.Sentences;

namespace RealmWeb.Lab.Tests;

public sealed class SentenceQuestionsTests
{
    // Numbers 3 to 9 are of one article, 400 is of another. 𐌰 takes two UTF-16 units and counts as one character.
    private static readonly (string Id, string Sentence, string? Reading, double Confidence)[] s_read =
    [
        ("set-400", "Nobody slept in Orne.", "Orne", 0.9),
        ("set-9", "The mill burned in 1721.", "1721", 0.3),
        ("set-3", "Ada dug the harbour.", "Ada", 0.9),
        ("set-4", "Its letter 𐌰 came before Ships.", "Ships", 0.8),
        ("set-7", "Later Ada went home.", "home", 0.7),
        ("set-8", "Velm has no bell.", null, 0.9),
    ];

    [Fact]
    public void Passages_AreTheSentenceAmongItsNeighbours_WithTheWordsThatWereRead()
    {
        var questions = Make(new SentenceQuestionOptions { Unanswerable = 0 });

        Assert.Equal(["set-3", "set-4", "set-7", "set-400"], questions.Select(question => question.Id));
        Assert.All(questions, question =>
        {
            var (_, sentence, reading, _) = s_read.Single(read => read.Id == question.Id);
            Assert.Contains(sentence, question.Context);
            Assert.All(question.AnswerStarts!, start => Assert.Equal(reading, question.Context!.Substring(start, reading!.Length)));
            Assert.NotEmpty(question.AnswerStarts!);
        });
        // no neighbour from another article, and none that holds the answer
        Assert.All(questions.Take(3), question => Assert.DoesNotContain("Orne", question.Context));
        Assert.DoesNotContain("went home", questions[0].Context);
        Assert.Equal("Nobody slept in Orne.", questions[3].Context);
        Assert.Contains(questions, question => question.Context!.Split(". ").Length > 2);
    }

    [Fact]
    public void Unanswerable_LeavesTheSentenceOut()
    {
        var questions = Make(new SentenceQuestionOptions { Unanswerable = 1 });

        // 400 stands alone: it keeps its sentence.
        Assert.Equal(["set-400"], questions.Where(question => !question.IsImpossible).Select(question => question.Id));
        Assert.All(questions.Where(question => question.IsImpossible), question =>
        {
            var (_, sentence, reading, _) = s_read.Single(read => read.Id == question.Id);
            Assert.DoesNotContain(sentence, question.Context);
            Assert.DoesNotContain(reading!, question.Context);
        });
    }

    [Fact]
    public void Make_IsTheSameForTheSameSeed_AndNeedsNumbers()
    {
        Assert.Equal(Lines(new SentenceQuestionOptions()), Lines(new SentenceQuestionOptions()));
        var unnumbered = new QuestionExample("a", "Who?", [], null, "Ada.", null, null, false);
        var error = Assert.Throws<InvalidDataException>(() => SentenceQuestions.Make([unnumbered], [Outcome("a", "Ada", 1)], new SentenceQuestionOptions()).ToList());
        Assert.Contains("The id a ends in no number.", error.Message);
    }

    private static List<QuestionExample> Make(SentenceQuestionOptions options)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.At("made.jsonl"), Lines(options));
        var items = QuestionReader.Read(folder.At("made.jsonl"), TestContext.Current.CancellationToken).ToList();
        Assert.All(items, item => Assert.Null(item.Skipped));
        return [.. items.Select(item => item.Example!)];
    }

    private static List<string> Lines(SentenceQuestionOptions options) => [.. SentenceQuestions.Make(
        [.. s_read.Select(read => new QuestionExample(read.Id, $"Question {read.Id}?", [], null, read.Sentence, null, null, false))],
        [.. s_read.Select(read => Outcome(read.Id, read.Reading, read.Confidence))], options)];

    private static QuestionOutcome Outcome(string id, string? prediction, double confidence) =>
        new(id, $"Question {id}?", [], prediction, false, 0.1, confidence, 0, 0, null);
}
