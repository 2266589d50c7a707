using RealmWeb.Engine.Answering;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Training;

namespace RealmWeb.Engine.Tests.FineTuning;

[Collection(SeededTests.Name)]
public sealed class OpenQaObjectiveTests
{
    private static readonly IReadOnlyList<QuestionExample> Answerable = [.. TinyModel.Questions.Where(question => !question.IsImpossible)];

    [Fact]
    public void Loss_TrainsQuestionTowerAndReader_AndLeavesBlocksAlone_WhenFrozen()
    {
        // given frozen block vectors
        using var world = new OpenQaWorld();
        var objective = world.Objective(OpenQaWorld.Options, Answerable);

        // when a step's gradients are taken
        using var loss = objective.Loss(0).Loss;
        loss.backward();

        // then they reach the question tower and the reader, and nothing of the block tower is even trained
        Assert.All(["query_embedder.cls.dense.weight", "query_embedder.realm.embeddings.word_embeddings.weight", "reader.qa_outputs.dense_intermediate.weight",
            "reader.relevance.weight"],
            name => Assert.True(GradientNorm(objective, name) > 0, name));
        Assert.DoesNotContain(objective.Module.named_parameters(), entry => entry.name.StartsWith("embedder.", StringComparison.Ordinal));
        Assert.All(world.Model.Embedder.named_parameters(), entry => Assert.Null(entry.parameter.grad));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Loss_TrainsTheDocumentTower_WhenItIsTrainable(bool separate)
    {
        // given a question whose embedding is kept out of the graph, so that only blocks can move the one tower
        using var world = new OpenQaWorld();
        if (separate)
            world.SeparateTowers();
        var objective = world.Objective(OpenQaWorld.Options with { DocumentTower = DocumentTower.Trainable, EmbeddedBeamSize = 4 }, Answerable);

        using var loss = objective.Loss(0).Loss;
        loss.backward();

        Assert.True(GradientNorm(objective, "embedder.cls.dense.weight") > 0);
        Assert.Equal(separate, objective.Module.named_parameters().Any(entry => entry.name.StartsWith("query_embedder.", StringComparison.Ordinal)));
        if (separate)
            Assert.True(GradientNorm(objective, "query_embedder.cls.dense.weight") > 0);
    }

    [Fact]
    public void Constructor_Refuses_WhenOneTowerServesFrozenBlocksToo()
    {
        using var world = new OpenQaWorld();
        var examples = new OpenQaExamples(world.Model, world.Blocks, true, [(Answerable, 1)], CancellationToken.None);

        Assert.Throws<ArgumentException>(() => new OpenQaObjective(world.Model, OpenQaWorld.Options, examples, world.Blocks, _ => world.Index, world.Lexical));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Loss_IsZeroWithoutGradient_WhenNothingIsRight(bool nullSpan)
    {
        // given a question whose answer stands nowhere, for a model with and one without "no answer"
        using var world = new OpenQaWorld(TinyModel.Create(options: TinyModel.Options with { Reader = TinyModel.Options.Reader with { NullSpan = nullSpan } }));
        var question = new QuestionExample("1", "Who built the lighthouse of Velm?", ["Zebra"], null, null, null, null, false);
        var objective = world.Objective(OpenQaWorld.Options, [question]);

        using var loss = objective.Loss(0).Loss;
        loss.backward();

        Assert.Equal(0, loss.item<float>());
        Assert.All(objective.Module.named_parameters(),
            entry => Assert.True(entry.parameter.grad is null || entry.parameter.grad.abs().max().item<float>() == 0, entry.name));
    }

    [Theory]
    [InlineData(DocumentTower.Frozen)]
    [InlineData(DocumentTower.Trainable)]
    public void Loss_IsTheMeanOfTheQuestions_WhenThereAreSeveral(DocumentTower tower)
    {
        // given the same draws three to a step and one to a step, without dropout
        using var world = new OpenQaWorld();
        var together = OpenQaWorld.Options with { DocumentTower = tower, HardNegativeShare = 0.3, ContrastiveWeight = 0.5, EmbeddedBeamSize = 4 };
        var alone = together with { Training = together.Training with { BatchSize = 1 } };
        var objective = world.Objective(together, TinyModel.Questions);
        objective.Module.eval();
        using var three = objective.Loss(0).Loss;

        var one = world.Objective(alone, TinyModel.Questions);
        one.Module.eval();
        var singles = Enumerable.Range(0, 3).Select(step =>
        {
            using var loss = one.Loss(step).Loss;
            return loss.item<float>();
        }).ToArray();

        Assert.Equal(singles.Average(), three.item<float>(), 1e-4);
        Assert.True(singles.Distinct().Count() > 1);
    }

    [Fact]
    public async Task Training_TurnsAQuestionWithoutAnswer_ToNoAnswer()
    {
        // given a question that the corpus does not answer, and a model that has no opinion on it
        using var world = new OpenQaWorld(TinyModel.Create(options: TinyModel.Steady));
        var question = TinyModel.Questions[^1];
        Assert.True(question.IsImpossible);
        await using var server = new ModelServer(world.Model);
        var answerer = new QuestionAnswerer(server, world.Blocks, world.Index, world.Lexical, TimeProvider.System);
        var before = await answerer.AnswerAsync(question.Question, new AnswerOptions(3), null, CancellationToken.None);

        // when it trains on it
        var options = OpenQaWorld.Options with { Training = OpenQaWorld.Options.Training with { Steps = 100, BatchSize = 1, LearningRate = 1e-2 } };
        new TrainingLoop(world.Objective(options, [question]), options.Training, world.At("run"), TimeProvider.System)
            .Run(false, null, null, CancellationToken.None);

        // then "no answer" is the outcome
        var after = await answerer.AnswerAsync(question.Question, new AnswerOptions(3), null, CancellationToken.None);
        Assert.True(before.NullMass < 0.9, $"It was {before.NullMass} before.");
        Assert.True(after.NullMass > 0.95, $"{before.NullMass} became {after.NullMass}.");
        Assert.True(after.NoAnswer);
    }

    [Fact]
    public void Training_FindsTheRightBlocks_WhenItLearnsByHeart()
    {
        // given a model that finds few of the passages
        using var world = new OpenQaWorld(TinyModel.Create(options: TinyModel.Steady));
        var before = RightFirst(world);

        // when question tower and reader train
        var options = OpenQaWorld.Options with
        {
            Training = OpenQaWorld.Options.Training with { Steps = 60, BatchSize = 8, LearningRate = 1e-2 },
            Match = AnswerMatch.Passages,
        };
        var objective = world.Objective(options, Answerable);
        using var first = objective.Loss(0).Loss;
        new TrainingLoop(objective, options.Training, world.At("run"), TimeProvider.System).Run(false, null, null, CancellationToken.None);

        // then they are found in the vectors that were there before
        var after = RightFirst(world);
        using var last = objective.Loss(0).Loss;
        Assert.True(after >= 8 && after > before, $"{before} of 9 became {after}.");
        Assert.True(last.item<float>() < 0.5 * first.item<float>(), $"{first.item<float>()} became {last.item<float>()}");
    }

    [Fact]
    public void Loss_KeepsWithoutAnswer_ForModelsThatCanSaySo()
    {
        // given that every right block is kept from the reader
        var options = OpenQaWorld.Options with { WithoutAnswer = 1, Training = OpenQaWorld.Options.Training with { BatchSize = 4 } };
        using var world = new OpenQaWorld();
        using var without = new OpenQaWorld(TinyModel.Create(options: TinyModel.Options with { Reader = TinyModel.Options.Reader with { NullSpan = false } }));

        Assert.Equal(0, world.Objective(options, Answerable).Loss(0).Metrics["rightRead"]);
        Assert.Equal(1, without.Objective(options, Answerable).Loss(0).Metrics["rightRead"]);
    }

    // How many of the answerable questions have the block of their passage first.
    private static int RightFirst(OpenQaWorld world)
    {
        var queries = world.Model.EncodeQueries([.. Answerable.Select(question => world.Model.Tokenizer.Encode(question.Question))]);
        var found = world.Index.Search(queries, 1);
        return Answerable.Where((question, i) => world.Blocks.GetBlocks([found[i][0].Row])[0].Block.Text == question.Context).Count();
    }

    private static float GradientNorm(OpenQaObjective objective, string name) =>
        objective.Module.named_parameters().Single(entry => entry.name == name).parameter.grad?.norm().item<float>() ?? 0;
}
