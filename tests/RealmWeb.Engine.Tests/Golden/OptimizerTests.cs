using RealmWeb.Engine.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Golden;

public sealed class OptimizerTests
{
    [Theory]
    [InlineData("no_bias_correction", false)]
    [InlineData("bias_correction", true)]
    public void Step_FollowsReference_WhenGradientsAreClipped(string name, bool biasCorrection)
    {
        using var scope = NewDisposeScope();
        var file = GoldenFiles.Json("optimizer", "io.json");
        var problem = file.GetProperty("problem");
        var settings = file.GetProperty("settings");
        var (x, y) = (GoldenFiles.Numbers(problem.GetProperty("x")), GoldenFiles.Numbers(problem.GetProperty("y")));
        var parameters = problem.GetProperty("parameters").EnumerateObject()
            .Select(item => (item.Name, Parameter: new Parameter(GoldenFiles.Numbers(item.Value)))).ToArray();
        var w = parameters.ToDictionary(item => item.Name, item => item.Parameter);
        var schedule = new LinearSchedule(
            settings.GetProperty("init_lr").GetDouble(), settings.GetProperty("num_warmup_steps").GetInt64(),
            settings.GetProperty("num_train_steps").GetInt64(), DecayFromPeak: biasCorrection);
        using var optimizer = new BertAdamW(parameters, schedule, new(BiasCorrection: biasCorrection));

        foreach (var step in file.GetProperty("cases").GetProperty(name).EnumerateArray())
        {
            optimizer.ZeroGradients();
            var output = (x.matmul(w["dense.weight"].t()) + w["dense.bias"]) * w["LayerNorm.weight"] + w["LayerNorm.bias"];
            var factor = Math.Pow(problem.GetProperty("loss_scale_per_step").GetDouble(), step.GetProperty("step").GetInt32());
            (nn.functional.mse_loss(output, y) * factor).backward();
            foreach (var expected in step.GetProperty("gradients_before_clip").EnumerateObject())
                GoldenFiles.Near(GoldenFiles.Numbers(expected.Value), w[expected.Name].grad!, expected.Name);
            var done = optimizer.Step();

            Assert.True(done.Applied);
            Assert.Equal(step.GetProperty("learning_rate").GetDouble(), done.LearningRate, 1e-9);
            Assert.Equal(step.GetProperty("global_norm").GetDouble(), done.GradientNorm, 1e-4 * done.GradientNorm);
            foreach (var expected in step.GetProperty("parameters_after").EnumerateObject())
                GoldenFiles.Near(GoldenFiles.Numbers(expected.Value), w[expected.Name], $"step {done.Step} {expected.Name}");
        }
    }

    [Theory]
    [InlineData("bert_original", false)]
    [InlineData("warmup_then_decay_from_peak", true)]
    public void At_FollowsReference_OverWholeRun(string name, bool decayFromPeak)
    {
        foreach (var table in GoldenFiles.Json("optimizer", "io.json").GetProperty("schedules").GetProperty(name).EnumerateArray())
        {
            var schedule = new LinearSchedule(
                table.GetProperty("init_lr").GetDouble(), table.GetProperty("warmup").GetInt64(), table.GetProperty("total").GetInt64(), decayFromPeak);

            var rates = table.GetProperty("lr").EnumerateArray().Select((_, step) => schedule.At(step));

            Assert.Equal(table.GetProperty("lr").EnumerateArray().Select(rate => rate.GetDouble()), rates, (a, b) => Math.Abs(a - b) < 1e-9);
        }
    }
}
