using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.Evaluation;

[Collection(SeededTests.Name)]
public sealed class EvaluatorTests
{
    private static readonly Block Harbour = TinyModel.Blocks[0];
    private static readonly Block Bridge = TinyModel.Blocks[3];

    [Fact]
    public async Task RunAsync_JudgesEveryKindOfQuestion()
    {
        // given questions with answers, with a pattern, without an answer, and with nothing but their passage
        using var model = TinyModel.Create();
        await using var server = new ModelServer(model);
        var blocks = new MemoryBlockStore(TinyModel.Blocks);
        var answerer = new QuestionAnswerer(server, blocks, null, new MemoryTermIndex(blocks), TimeProvider.System);
        var pattern = new QuestionExample("pattern", "In which year was the bridge finished?", [], null, null, null, @"16\d\d", false);
        var passage = new QuestionExample("passage", "What grows in the orchard?", [], null, TinyModel.Articles[2].Text, null, null, false);
        QuestionExample[] questions = [.. TinyModel.Questions, pattern, passage];

        var outcomes = await Evaluator.RunAsync(answerer, questions, 3, RetrieverKind.Lexical, TimeProvider.System, null, CancellationToken.None);

        Assert.Equal(questions.Select(question => question.Id), outcomes.Select(outcome => outcome.Id));
        var report = EvaluationReport.Of(outcomes);
        Assert.Equal((12, 10), (report.Questions, report.Answerable));
        // Words of the question find its passage among eight, and what is right there the reader could have said.
        Assert.Equal(100, report.RecallAt[20]);
        Assert.Equal(100, report.ReaderOracle);
        Assert.NotNull(report.NoAnswer);
        Assert.Equal((true, 1), (outcomes[^1].PassageOnly, outcomes[^1].GoldRank));
        Assert.Equal((outcomes[^2].AnswerRank, (int?)null), (outcomes[^2].GoldRank, outcomes[^2].PassageRank));
        Assert.Equal((null, true), (outcomes[9].GoldRank, outcomes[9].IsImpossible));
    }

    [Theory]
    [InlineData("1642 under Bishop Aldo", 1)]
    [InlineData("in 1642", 0)]
    [InlineData(null, 0)]
    public void Judge_MatchesThePatternAtTheStartOfTheRawPrediction(string? prediction, double expected)
    {
        var question = new QuestionExample("1", "When?", [], null, null, null, @"16\d\d", false);

        var outcome = Evaluator.Judge(question, [Harbour, Bridge], Result(prediction));

        Assert.Equal((expected, expected, expected), (outcome.ExactMatch, outcome.ExactMatchOrqa, outcome.F1));
        // in a passage the pattern may match anywhere
        Assert.Equal(2, outcome.GoldRank);
    }

    [Fact]
    public void Judge_IsWrong_WhenThePatternIsInvalid() =>
        Assert.Equal(0, Evaluator.Judge(new QuestionExample("1", "When?", [], null, null, null, "16(", false), [Bridge], Result("16(")).ExactMatch);

    [Fact]
    public void Judge_TellsTheTwoExactMatchesApart()
    {
        var question = new QuestionExample("1", "Where?", ["Caf\u00e9 \u212b"], null, null, null, null, false);

        var outcome = Evaluator.Judge(question, [], Result("Cafe\u0301 \u00c5"));

        Assert.Equal((0.0, 1.0), (outcome.ExactMatch, outcome.ExactMatchOrqa));
    }

    [Fact]
    public async Task RetrieveAsync_MeasuresByDocument_WhereTheLineJudgesDocuments()
    {
        // given a question with judgements and no answers, and one with answers and judgements
        using var model = TinyModel.Create();
        await using var server = new ModelServer(model);
        var blocks = new MemoryBlockStore(TinyModel.Blocks);
        var answerer = new QuestionAnswerer(server, blocks, null, new MemoryTermIndex(blocks), TimeProvider.System);
        var found = (await answerer.RetrieveAsync(TinyModel.Questions[0].Question, new AnswerOptions(20, RetrieverKind.Lexical), CancellationToken.None)).Blocks;
        var second = answerer.DocumentsOf(found)[1];
        var relevant = new Dictionary<string, int> { [second] = 2, ["elsewhere"] = 1 };
        var judged = new QuestionExample("judged", TinyModel.Questions[0].Question, [], null, null, null, null, false) { Relevant = relevant };

        var outcomes = await Evaluator.RetrieveAsync(
            answerer, [judged, TinyModel.Questions[0] with { Relevant = relevant }, TinyModel.Questions[1]], RetrieverKind.Lexical, TimeProvider.System, null,
            CancellationToken.None);

        Assert.Equal([2, 2, (int?)null], outcomes.Select(outcome => outcome.DocumentRank));
        // 2 / log2(3) of 2 / log2(2) + 1 / log2(3)
        var expected = 2 / Math.Log2(3) / (2 + 1 / Math.Log2(3));
        Assert.Equal([expected, expected, (double?)null], outcomes.Select(outcome => outcome.Ndcg));
        // The passage of a relevant document answers where nothing else says what does.
        Assert.Equal((2, true), (outcomes[0].GoldRank, outcomes[0].PassageOnly));
        Assert.Equal((1, false), (outcomes[1].GoldRank, outcomes[1].PassageOnly));
    }

    [Fact]
    public void ReaderOracle_WantsAWholeSpanWithinReach()
    {
        using var model = TinyModel.Create();
        QuestionExample Asks(string answer) => new("1", "Who?", [answer], null, null, null, null, false);

        Assert.True(new ReaderOracle(model, Asks("Anna Kroll")).Finds(Harbour));
        // another passage, half a word, more pieces than a span has, and behind what the reader gets
        Assert.False(new ReaderOracle(model, Asks("Anna Kroll")).Finds(Bridge));
        Assert.False(new ReaderOracle(model, Asks("ighthous")).Finds(Harbour));
        Assert.False(new ReaderOracle(model, Asks("The harbour of Velm was dug in 1871")).Finds(Harbour));
        var far = Block.Create("Far", string.Concat(Enumerable.Repeat("The mill stands by the river. ", 20)) + "Anna Kroll", 0);
        Assert.False(new ReaderOracle(model, Asks("Anna Kroll")).Finds(far));
    }

    [Fact]
    public void IsOwnPassage_GoesByWordsOfThePassage_WhereNoPlaceIsKnown()
    {
        var context = TinyModel.Articles[0].Text;
        var question = new QuestionExample("1", "Who paints the boats?", [], null, context, null, null, true);

        Assert.True(GoldPassages.IsOwnPassage(question, Harbour));
        // a block that begins in the middle of the passage
        Assert.True(GoldPassages.IsOwnPassage(question, Block.Create("Harbour", context[(context.Length / 3)..] + " More follows.", 0)));
        Assert.False(GoldPassages.IsOwnPassage(question, Bridge));
        Assert.False(GoldPassages.Answers(question, Harbour));
    }

    private static AnswerResult Result(string? prediction) => new(
        "When?", prediction, false, 0.5, 0.1, prediction is null ? [] : [new MergedAnswer(prediction, 0.5, 1)], [],
        new AnswerTimings(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), "");
}
