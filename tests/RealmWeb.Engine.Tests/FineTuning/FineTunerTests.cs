using System.Text.Json;
using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Training;
using RealmWeb.TestKit;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.FineTuning;

/// <summary>The stages of fine-tuning one after the other, from a file of questions to a saved model.</summary>
[Collection(SeededTests.Name)]
public sealed class FineTunerTests : IDisposable
{
    private static readonly MemoryBlockStore Blocks = new(TinyModel.Blocks);
    private static readonly SearchableCorpus Corpus = new(Blocks, new MemoryTermIndex(Blocks), "1", []);
    private static readonly TrainingOptions Training = new() { Steps = 3, BatchSize = 2, WarmUpSteps = 1, LearningRate = 1e-3, Seed = 5 };

    private readonly TemporaryFolder _folder = new();

    private FineTuningOptions AllStages => new()
    {
        Data = [new QuestionSource { File = "questions.jsonl" }],
        Development = new QuestionSource { File = "questions.jsonl" },
        Calibration = new QuestionSource { File = "questions.jsonl" },
        DevelopmentQuestions = 4,
        Retriever = Training,
        Reader = Training,
        Joint = Training,
        OpenQa = new OpenQaOptions { Training = Training, ReaderBeamSize = 2, RetrieverBeamSize = 4 },
        FalseRefusals = 1,
    };

    public FineTunerTests() => File.WriteAllLines(_folder.At("questions.jsonl"), TinyModel.Questions.Select(question => JsonSerializer.Serialize(
        new { id = question.Id, question = question.Question, answers = question.Answers, title = question.Title, context = question.Context,
            answer_starts = question.AnswerStarts })));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_TrainsEveryStage_AndDoesNothingAgain_WhenItIsResumed()
    {
        var (first, saved) = await RunAsync(AllStages, "run", resume: false);
        var (again, savedAgain) = await RunAsync(AllStages, "run", resume: true);

        Assert.All([first.Retriever, first.Reader, first.Joint, first.OpenQa], stage => Assert.Equal(3, stage!.Steps));
        Assert.Contains("heldOutLoss", first.Retriever!.Metrics.Keys);
        Assert.Contains("devExactMatch", first.Reader!.Metrics.Keys);
        Assert.Contains(FineTuner.RecallName, first.Joint!.Metrics.Keys);
        Assert.Contains(FineTuner.RecallName, first.OpenQa!.Metrics.Keys);
        Assert.Equal(12, saved.Steps);
        // The checkpoints of the last steps are there: nothing is trained, and the weights are the same.
        Assert.Equal(first.OpenQa.Steps, again.OpenQa!.Steps);
        Assert.Equal(12, savedAgain.Steps);
        Assert.Equal(await File.ReadAllBytesAsync(ModelFiles.Weights(_folder.At("first")), TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(ModelFiles.Weights(_folder.At("second")), TestContext.Current.CancellationToken));
        using var model = RealmModel.Load(_folder.At("second"), CPU);
        // All may be refused.
        Assert.Equal(0, model.Answering.NoAnswerThreshold);
    }

    [Fact]
    public async Task Run_LeavesOutStages_ThatNobodyNamed()
    {
        var (outcome, saved) = await RunAsync(AllStages with { Retriever = null, Joint = null, OpenQa = null }, "reader", resume: false);

        Assert.Equal((null, null, null), (outcome.Retriever, outcome.Joint, outcome.OpenQa));
        Assert.Equal(outcome.Reader!.Metrics, saved.Metrics);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Run_KeepsTheMixture_UnlessTheRetrieverChanges(bool trainsRetriever, bool kept)
    {
        using var model = TinyModel.Create().WithAnswering(new AnsweringDefaults { Mixture = new RetrievalMixture(3, 0.5), NullBias = 30, Temperature = 2 });
        var options = new FineTuningOptions { Data = AllStages.Data, Retriever = trainsRetriever ? Training : null, Reader = Training };

        var run = new TrainingRun(model, "better", _folder.At("kept"), resume: false, TimeProvider.System, null, CancellationToken.None) { BaseFolder = _folder.At("") };
        await new FineTuner(run, options).RunAsync(Corpus);

        // The bias of no answer, fitted beside the mixture's scores, would refuse everything beside others.
        Assert.Equal((kept, kept ? 30 : 0), (run.Model.Answering.Mixture is not null, run.Model.Answering.NullBias));
        Assert.Null(run.Model.Answering.Temperature);
        // What the run was given stays as it was.
        Assert.Equal(2, model.Answering.Temperature);
    }

    [Theory]
    [InlineData(0.1f, 1.5f, 0.25f)]
    [InlineData(0.75f, 0.75f, 0.1f)]
    public async Task JointStage_BeginsWithHalfTheMixture_WhereRelevanceIsUntrained(float dense, float expectedDense, float expectedLexical)
    {
        using var model = TinyModel.Create().WithAnswering(new AnsweringDefaults { Mixture = new RetrievalMixture(3, 0.5) });
        model.Reader.SetRelevance(dense, 0.1);
        // A rate of next to nothing: what it began with is what it ends with.
        var options = new FineTuningOptions { Data = AllStages.Data, Joint = Training with { Steps = 1, LearningRate = 1e-9 } };

        var run = new TrainingRun(model, "better", _folder.At("joint"), resume: false, TimeProvider.System, null, CancellationToken.None) { BaseFolder = _folder.At("") };
        await new FineTuner(run, options).RunAsync(Corpus);

        var weights = model.Reader.RelevanceWeights!.data<float>().ToArray();
        Assert.Equal(expectedDense, weights[0], 1e-5);
        Assert.Equal(expectedLexical, weights[1], 1e-5);
    }

    [Fact]
    public void Require_SaysWhatIsMissing()
    {
        var noData = Assert.Throws<InvalidOperationException>(() => FineTuner.Require(AllStages with { Data = [] }, Corpus));
        var noCorpus = Assert.Throws<InvalidOperationException>(() => FineTuner.Require(AllStages, null));

        Assert.Contains("no questions", noData.Message, StringComparison.Ordinal);
        Assert.Contains("--corpus", noCorpus.Message, StringComparison.Ordinal);
        FineTuner.Require(AllStages with { Joint = null, OpenQa = null }, null);
    }

    [Fact]
    public void Stages_TakeTheStepsAndTheSeedThatWereGiven()
    {
        var changed = FineTuningStages.Change(AllStages with { Joint = null }, stage => stage.With(steps: 20, seed: 9));

        Assert.Null(changed.Joint);
        Assert.All([changed.Retriever, changed.Reader, changed.OpenQa!.Training], stage => Assert.Equal((20, 9), (stage!.Steps, stage.Seed)));
        Assert.Equal(AllStages.Reader, FineTuningStages.OrDefault(AllStages).Reader);
        var unnamed = FineTuningStages.OrDefault(new FineTuningOptions());
        Assert.True(unnamed is { Retriever: not null, Reader: not null, Joint: null, OpenQa: null });
    }

    private async Task<(FineTuningOutcome Outcome, TrainingSummary Saved)> RunAsync(FineTuningOptions options, string work, bool resume)
    {
        using var model = TinyModel.Create();
        var run = new TrainingRun(model, "better", _folder.At(work), resume, TimeProvider.System, null, CancellationToken.None) { BaseFolder = _folder.At("") };
        var outcome = await new FineTuner(run, options).RunAsync(Corpus);
        return (outcome, run.Save(_folder.At(resume ? "second" : "first")));
    }
}
