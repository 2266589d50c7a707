using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Optimization;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Optimization;

[Collection(SeededTests.Name)]
public sealed class BertAdamWTests
{
    private static readonly LinearSchedule Constant = new(0.1, 0, long.MaxValue);

    [Fact]
    public void Step_FollowsTheFormula_WorkedByHand()
    {
        using var weight = new Parameter(tensor(new[] { 2.0 }));
        using var bias = new Parameter(tensor(new[] { 2.0 }));
        using var optimizer = new BertAdamW([("dense.weight", weight), ("dense.bias", bias)], Constant);
        weight.grad = tensor(new[] { 0.3 });
        bias.grad = tensor(new[] { 0.4 });

        var step = optimizer.Step();

        // Norm 0.5 is below 1. m = 0.1 g, v = 0.001 g^2, w -= 0.1 (m / (sqrt(v) + 1e-6) + 0.01 w); no decay of the bias.
        Assert.Equal(0.5, step.GradientNorm, 1e-12);
        Assert.Equal(2 - 0.1 * (0.03 / (Math.Sqrt(0.001 * 0.09) + 1e-6) + 0.02), weight.item<double>(), 1e-12);
        Assert.Equal(2 - 0.1 * (0.04 / (Math.Sqrt(0.001 * 0.16) + 1e-6)), bias.item<double>(), 1e-12);
    }

    [Fact]
    public void Step_MovesAParameterByItsOwnRate_WhenItHasAFactor()
    {
        using var slow = new Parameter(tensor(new[] { 2.0 }));
        using var still = new Parameter(tensor(new[] { 2.0 }));
        using var optimizer = new BertAdamW([("slow.weight", slow), ("still.weight", still)], Constant, rateFactor: name => name == "slow.weight" ? 0.5 : 0);
        (slow.grad, still.grad) = (tensor(new[] { 0.3 }), tensor(new[] { 0.4 }));

        optimizer.Step();

        // Half of 0.1 for the step and for the decay.
        Assert.Equal(2 - 0.05 * (0.03 / (Math.Sqrt(0.001 * 0.09) + 1e-6) + 0.02), slow.item<double>(), 1e-12);
        Assert.Equal(2, still.item<double>());
    }

    [Fact]
    public void Step_ScalesAllGradientsTogether_WhenTheirNormIsAboveTheLimit()
    {
        using var a = new Parameter(tensor(new[] { 0.0 }));
        using var b = new Parameter(tensor(new[] { 0.0 }));
        using var optimizer = new BertAdamW([("a.bias", a), ("b.bias", b)], Constant);
        (a.grad, b.grad) = (tensor(new[] { 30.0 }), tensor(new[] { 40.0 }));

        Assert.Equal(50, optimizer.Step().GradientNorm, 1e-9);

        // Clipped to 0.6 and 0.8.
        var moments = optimizer.Export().ToDictionary(item => item.Name, item => item.Tensor);
        Assert.Equal(0.06, moments["m.a.bias"].item<double>(), 1e-12);
        Assert.Equal(0.001 * 0.64, moments["v.b.bias"].item<double>(), 1e-12);
        Assert.Equal(30, a.grad!.item<double>());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Step_ChangesNothing_WhenAGradientIsNotFinite(double poison)
    {
        using var weight = new Parameter(tensor(new[] { 2.0, 3.0 }));
        using var optimizer = new BertAdamW([("weight", weight)], Constant);
        weight.grad = tensor(new[] { 1.0, poison });

        var step = optimizer.Step();

        Assert.False(step.Applied);
        Assert.Equal(0, optimizer.StepCount);
        Assert.Equal([2.0, 3.0], weight.data<double>().ToArray());
        Assert.Equal([0.0, 0.0], optimizer.Export()[0].Tensor.data<double>().ToArray());
    }

    [Fact]
    public void Step_LeavesParametersAlone_WhenTheyHaveNoGradient()
    {
        using var used = new Parameter(ones(1));
        using var unused = new Parameter(ones(1));
        using var optimizer = new BertAdamW([("used", used), ("unused", unused)], Constant);
        used.grad = ones(1);

        optimizer.Step();

        Assert.NotEqual(1, used.item<float>());
        Assert.Equal(1, unused.item<float>());
    }

    [Theory]
    [InlineData(0.0, 0.9, 0.999)]
    [InlineData(0.1, 0.9, 0.98)]
    public void Step_FollowsPyTorch_OverFiftyStepsOfItsRule(double decay, double beta1, double beta2)
    {
        // given the same network twice; PyTorch gets the exempt parameters as a group of their own
        using var scope = NewDisposeScope();
        manual_seed(3);
        var (x, y) = (randn(32, 6), randn(32, 2));
        var start = new[] { ("dense.weight", randn(5, 6)), ("dense.bias", randn(5)), ("LayerNorm.weight", ones(5)), ("out.weight", randn(2, 5)) };
        var ours = start.ToDictionary(item => item.Item1, item => new Parameter(item.Item2.clone()));
        var theirs = start.ToDictionary(item => item.Item1, item => new Parameter(item.Item2.clone()));
        using var optimizer = new BertAdamW(
            ours.Select(item => (item.Key, item.Value)), new LinearSchedule(0.02, 0, long.MaxValue),
            BertAdamWOptions.Torch with { WeightDecay = decay, Beta1 = beta1, Beta2 = beta2, MaxGradientNorm = double.PositiveInfinity });
        using var decayed = optim.AdamW([theirs["dense.weight"], theirs["out.weight"]], 0.02, beta1, beta2, weight_decay: decay);
        using var exempt = optim.AdamW([theirs["dense.bias"], theirs["LayerNorm.weight"]], 0.02, beta1, beta2, weight_decay: 0);

        for (var step = 0; step < 50; step++)
        {
            // when both step on the gradients of their own loss
            optimizer.ZeroGradients();
            decayed.zero_grad();
            exempt.zero_grad();
            Loss(ours).backward();
            Loss(theirs).backward();
            optimizer.Step();
            decayed.step();
            exempt.step();

            // then they are at the same place
            foreach (var (name, parameter) in ours)
                Assert.True((parameter - theirs[name]).abs().max().item<float>() < 1e-6, $"{name} differs after step {step}");
        }

        Tensor Loss(Dictionary<string, Parameter> w) =>
            nn.functional.mse_loss(((x.matmul(w["dense.weight"].t()) + w["dense.bias"]).tanh() * w["LayerNorm.weight"]).matmul(w["out.weight"].t()), y);
    }

    [Fact]
    public void Load_GoesOnExactlyAsIfNothingHadHappened()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var schedule = new LinearSchedule(0.05, 2, 10);
        using var original = new Parameter(arange(5, ScalarType.Float32));
        using var optimizer = new BertAdamW([("w", original)], schedule);
        void Train(Parameter parameter, BertAdamW with, int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                with.ZeroGradients();
                (parameter - 1.5f).square().sum().backward();
                with.Step();
            }
        }

        Train(original, optimizer, 3);
        SafetensorsFile.Save(folder.At("state"), [.. optimizer.Export(), ("w", original)]);
        using var file = SafetensorsFile.Open(folder.At("state"));
        using var resumed = new Parameter(file.Load("w"));
        using var second = new BertAdamW([("w", resumed)], schedule);
        second.Load(file);
        Train(original, optimizer, 4);
        Train(resumed, second, 4);

        Assert.Equal(7, second.StepCount);
        Assert.Equal(original.data<float>().ToArray(), resumed.data<float>().ToArray());
    }

    [Fact]
    public void Load_NamesTheMoment_WhenItDoesNotFit()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var parameter = new Parameter(zeros(2));
        using var optimizer = new BertAdamW([("w", parameter)], Constant);
        CheckpointException Loading(params (string, Tensor)[] state)
        {
            SafetensorsFile.Save(folder.At("state"), state);
            using var file = SafetensorsFile.Open(folder.At("state"));
            return Assert.Throws<CheckpointException>(() => optimizer.Load(file));
        }

        Assert.Equal("m.w", Loading(("v.w", zeros(2)), ("step", tensor(1L))).TensorName);
        Assert.Equal("v.w", Loading(("m.w", zeros(2)), ("v.w", zeros(3)), ("step", tensor(1L))).TensorName);
        Assert.Equal("m.w", Loading(("m.w", full(2, float.NaN)), ("v.w", zeros(2)), ("step", tensor(1L))).TensorName);
        Assert.Equal("step", Loading(("m.w", zeros(2)), ("v.w", zeros(2)), ("step", tensor(-1L))).TensorName);
    }

    [Fact]
    public void PublishedWarmup_IsATenth_WithinLimits()
    {
        Assert.Equal(100, LinearSchedule.PublishedWarmup(500));
        Assert.Equal(342, LinearSchedule.PublishedWarmup(3_420));
        Assert.Equal(10_000, LinearSchedule.PublishedWarmup(200_000));
        Assert.Equal(0, new LinearSchedule(1, 100, 1000).At(0));
        Assert.Equal(0, new LinearSchedule(1, 100, 1000).At(2000));
    }
}
