using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.TestKit;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Answering;

[Collection(SeededTests.Name)]
public sealed class ReadingPrecisionTests
{
    [Fact]
    public void Auto_ComputesInBfloat16_OnProcessorsThatMultiplyIt_Alone()
    {
        Assert.Equal(Bfloat16.IsFastOn(DeviceType.CPU) && Autocast.IsAvailable, ReadingPrecision.Auto.IsBfloat16(DeviceType.CPU));
        Assert.False(ReadingPrecision.Auto.IsBfloat16(DeviceType.CUDA));
        Assert.False(ReadingPrecision.Fp32.IsBfloat16(DeviceType.CPU));
    }

    [Fact]
    public async Task Readings_AgreeInBothPrecisions_OnTheModelThatIsShipped()
    {
        // given the shipped model, and questions of the sample with five articles each
        using var folder = new TemporaryFolder();
        using var model = LoadShipped(folder);
        if (!Autocast.IsAvailable)
        {
            Assert.Throws<TorchUnavailableException>(() => new ModelServer(model, precision: ReadingPrecision.Bf16));
            return;
        }
        var sample = Path.Combine(TestPaths.Repository, "samples", "encyclopedia");
        var blocks = Directory.GetFiles(Path.Combine(sample, "articles")).Order().Take(5).Select(file => Block.Create("", File.ReadAllText(file), 0)).ToList();
        var questions = QuestionLines.Read(Path.Combine(sample, "questions", "heldout.jsonl")).Take(6).Select(question => question.Question).ToList();
        await using var exact = new ModelServer(model, precision: ReadingPrecision.Fp32);
        await using var narrow = new ModelServer(model, precision: ReadingPrecision.Bf16);

        foreach (var question in questions)
        {
            var pieces = model.Tokenizer.Encode(question);
            var expected = await exact.ReadAsync(question, pieces, blocks, TestContext.Current.CancellationToken);
            var read = await narrow.ReadAsync(question, pieces, blocks, TestContext.Current.CancellationToken);

            // then the masses of blocks and of no answer differ by less than 0.05, and so do the probabilities of the spans that both have
            var (masses, nothing) = JointDistribution.Masses([0, 0, 0, 0, 0], expected);
            var (near, nearNothing) = JointDistribution.Masses([0, 0, 0, 0, 0], read);
            Assert.Equal(nothing, nearNothing, 0.05);
            Assert.All(masses.Zip(near), pair => Assert.Equal(pair.First, pair.Second, 0.05));
            foreach (var (one, other) in expected.Zip(read))
            {
                var spans = other.Spans.ToDictionary(span => span.Span, span => Math.Exp(span.Logit - other.LogSumExp));
                Assert.All(one.Spans.Take(3), span => Assert.Equal(Math.Exp(span.Logit - one.LogSumExp), spans[span.Span], 0.05));
            }
        }
        // and it was not the same computation twice
        var first = model.Tokenizer.Encode(questions[0]);
        Assert.NotEqual(
            (await exact.ReadAsync(questions[0], first, blocks, TestContext.Current.CancellationToken))[0].LogSumExp,
            (await narrow.ReadAsync(questions[0], first, blocks, TestContext.Current.CancellationToken))[0].LogSumExp);
        Assert.Equal((ReadingPrecision.Fp32, ReadingPrecision.Bf16), (exact.Precision, narrow.Precision));
    }

    // As the build ships it: the vocabulary is that of the base.
    internal static RealmModel LoadShipped(TemporaryFolder folder)
    {
        var models = Path.Combine(TestPaths.Repository, "models");
        var shipped = Directory.GetDirectories(models).Single(model => File.Exists(ModelFiles.Config(model)));
        foreach (var file in new[] { ModelFiles.Config(shipped), ModelFiles.Weights(shipped), ModelFiles.Vocabulary(Path.Combine(models, "bases", "arctic-xs")) })
            File.Copy(file, folder.At(Path.GetFileName(file)));
        return RealmModel.Load(folder.At(""), CPU, models);
    }
}
