using RealmWeb.Engine.Optimization;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Training;
using RealmWeb.Engine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Tensors;

/// <summary>Mixed precision as far as a machine without a GPU can show it: libtorch's autocast works the same way on the CPU.</summary>
[Collection(SeededTests.Name)]
public sealed class AutocastTests
{
    [Fact]
    public void Products_AreInBfloat16_WhileWeightsAndGradientsStay()
    {
        using var scope = NewDisposeScope();
        using var linear = nn.Linear(8, 4);
        var x = rand(3, 8);

        using (new Autocast(DeviceType.CPU))
        {
            var y = linear.call(x);
            y.sum().backward();
            Assert.Equal(ScalarType.BFloat16, y.dtype);
        }

        Assert.Equal(ScalarType.Float32, linear.call(x).dtype);
        Assert.Equal(ScalarType.Float32, linear.weight!.dtype);
        Assert.Equal(ScalarType.Float32, linear.weight.grad!.dtype);
        Assert.True((linear.weight.grad - x.sum([0])).abs().max().item<float>() < 0.05);
    }

    [Fact]
    public void Products_SeeNewWeights_InTheNextStep()
    {
        using var scope = NewDisposeScope();
        using var linear = nn.Linear(1, 1, hasBias: false);
        float Output(double weight)
        {
            using (no_grad())
                linear.weight!.fill_(weight);
            using var cast = new Autocast(DeviceType.CPU);
            return linear.call(ones(1, 1)).to(ScalarType.Float32).item<float>();
        }

        Assert.Equal(2, Output(2));
        Assert.Equal(5, Output(5));
    }

    [Theory]
    [InlineData("masked")]
    [InlineData("retriever")]
    [InlineData("reader")]
    [InlineData("realm")]
    [InlineData("realm-by-chunks")]
    public void Objectives_GiveNearlyTheSameLoss_AndLearn(string kind)
    {
        using var tiny = new TinyObjective(kind, TinyModel.Create(options: TinyModel.Steady));
        var objective = tiny.Objective;
        using var optimizer = new BertAdamW(objective.Module, new LinearSchedule(3e-3, 0, 1000), BertAdamWOptions.Torch);
        float Loss()
        {
            using var scope = NewDisposeScope();
            using var cast = new Autocast(DeviceType.CPU);
            return objective.Loss(0).Loss.to(ScalarType.Float32).item<float>();
        }
        using var exact = objective.Loss(0).Loss;
        var first = Loss();
        Assert.Equal(exact.item<float>(), first, 0.05 * first);

        for (var step = 0; step < 15; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.ZeroGradients();
            using (new Autocast(DeviceType.CPU))
                objective.Backward(0);
            Assert.True(optimizer.Step().Applied);
        }

        Assert.True(Loss() < 0.9 * first, $"{first} became {Loss()}");
    }

    [Fact]
    public void Backward_ReachesEveryWeight_AfterAPassWithoutAGraph()
    {
        // given the way by chunks, whose first pass has no graph: what autocast keeps of it has none either
        using var direct = new TinyObjective("realm", TinyModel.Create(options: TinyModel.Steady));
        using var chunked = new TinyObjective("realm-by-chunks", TinyModel.Create(options: TinyModel.Steady));

        var (expected, reached) = (Gradients(direct.Objective), Gradients(chunked.Objective));

        Assert.Equal(expected.Keys.Order(), reached.Keys.Order());
        Assert.All(expected, entry => Assert.Equal(entry.Value, reached[entry.Key], 0.02 + 0.1 * entry.Value));

        static Dictionary<string, double> Gradients(IObjective objective)
        {
            using var scope = NewDisposeScope();
            using (new Autocast(DeviceType.CPU))
                objective.Backward(0);
            return objective.Module.named_parameters().Where(entry => entry.parameter.grad is not null)
                .ToDictionary(entry => entry.name, entry => (double)entry.parameter.grad!.norm().item<float>());
        }
    }

    [Fact]
    public void Run_TrainsInBfloat16_WhereTheProcessorMultipliesIt_AndRefusesElsewhere()
    {
        using var folder = new TemporaryFolder();
        var model = TinyModel.Create();
        using var tiny = new TinyObjective("reader", model);
        var loop = new TrainingLoop(
            tiny.Objective, new TrainingOptions
            {
                Precision = ComputePrecision.Bf16,
                Steps = 25,
                LearningRate = 1e-2,
                WarmUpSteps = 0,
                BiasCorrection = true,
            }, folder.At(""), TimeProvider.System);
        using var scope = NewDisposeScope();
        double Loss() => tiny.Objective.Loss(0).Loss.item<float>();
        var first = Loss();

        if (!Bfloat16.IsFastOn(DeviceType.CPU))
        {
            Assert.Contains("bfloat16 instructions",
                Assert.Throws<InvalidOperationException>(() => loop.Run(false, null, null, CancellationToken.None)).Message, StringComparison.Ordinal);
            return;
        }
        loop.Run(false, null, null, CancellationToken.None);

        Assert.True(Loss() < 0.9 * first, $"{first} became {Loss()}");
        Assert.All(model.Reader.named_parameters(), entry => Assert.Equal(ScalarType.Float32, entry.parameter.dtype));
    }
}
