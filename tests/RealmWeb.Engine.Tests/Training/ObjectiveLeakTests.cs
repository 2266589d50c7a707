using RealmWeb.Engine.Answering;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Optimization;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.PreTraining.Masking;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Tests.FineTuning;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Training;
using RealmWeb.Engine.Training.Refresh;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Training;

[Collection(SeededTests.Name)]
public sealed class ObjectiveLeakTests
{
    private static readonly TrainingOptions Options = new() { BatchSize = 2 };

    [Fact]
    public void ReaderSteps_LeaveNoTensorBehind()
    {
        using var model = TinyModel.Create();
        var passages = new PassageExamples(model.Tokenizer, model.Features, new PassageOptions(), [(TinyModel.Questions, 1)]);

        AssertNoLeak(new SpanReadingObjective(model.Reader, model.Featurizer, 1, 2, passages.Draw, CPU));
    }

    [Fact]
    public void RetrieverSteps_LeaveNoTensorBehind()
    {
        using var model = TinyModel.Create();
        var pairs = new QuestionBlockExamples(model.Inputs, TinyModel.Questions, 64);

        AssertNoLeak(new ContrastiveRetrievalObjective(model.Embedder, model.Featurizer, 1, 2, pairs.Draw, "Retriever", CPU));
    }

    [Theory]
    [InlineData(DocumentTower.Frozen)]
    [InlineData(DocumentTower.Trainable)]
    public void OpenQaSteps_LeaveNoTensorBehind(DocumentTower tower)
    {
        using var world = new OpenQaWorld();

        AssertNoLeak(world.Objective(
            OpenQaWorld.Options with
            {
                DocumentTower = tower,
                Refresh = new() { Mode = RefreshMode.Synchronous, EverySteps = 1 },
                ContrastiveWeight = 1,
            }, TinyModel.Questions));
    }

    [Fact]
    public void MaskedSteps_LeaveNoTensorBehind()
    {
        using var model = TinyModel.Create().WithHead(5);
        var objective = new MaskedLanguageModelObjective(model, TinyModel.Blocks, Options, maxLength: 24, new UniformMasking(model.Vocabulary));

        AssertNoLeak(objective);
    }

    [Fact]
    public void Encoding_LeavesNoTensorBehind()
    {
        using var model = TinyModel.Create();
        var question = model.Tokenizer.Encode("Who built the lighthouse?");

        AssertNoLeak(() =>
        {
            model.EncodeQueries([question, question]);
            model.Encode(TinyModel.Blocks, CancellationToken.None);
            Assert.Single(new Candidates([new(1, TinyModel.Blocks[0], 1)], [1], [1], model.Reader.RelevanceWeights).Relevance);
        });
    }

    [Fact]
    public async Task Reading_LeavesNoTensorBehind()
    {
        using var model = TinyModel.Create();
        await using var server = new ModelServer(model, temperatures: [0.7, 1.3]);
        const string asked = "Who built the lighthouse?";
        var question = model.Tokenizer.Encode(asked);
        var analysis = model.Features!.Analyse(asked, question);
        var rows = TinyModel.Blocks.Select(block => (Body: model.Tokenizer.Encode(block.Text), Block: block))
            .Select(read => (model.Featurizer.Reader(question, read.Body, model.Features.Compute(analysis, read.Block.Text, read.Body), model.ReaderLength),
                read.Body, read.Block)).ToList();

        AssertNoLeak(() =>
        {
            var readings = server.ReadBlocks(rows);
            Assert.All(readings, reading => Assert.NotEmpty(reading.Spans));
        });
    }

    private static void AssertNoLeak(IObjective objective)
    {
        using var optimizer = new BertAdamW(objective.Module, new LinearSchedule(1e-3, 2, 100));
        long step = 0;
        AssertNoLeak(() =>
        {
            using var scope = NewDisposeScope();
            optimizer.ZeroGradients();
            objective.Loss(step++).Loss.backward();
            Assert.True(optimizer.Step().Applied);
        });
    }

    private static void AssertNoLeak(Action step)
    {
        // The first steps fill caches.
        step();
        step();
        DisposeScopeManager.Statistics.Reset();
        step();
        step();
        Assert.Equal(0, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
