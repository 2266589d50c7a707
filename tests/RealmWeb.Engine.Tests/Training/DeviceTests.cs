using RealmWeb.Engine.Models;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Tests.Tensors;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Training;

/// <summary>What a GPU computes against what the processor computes; where there is no GPU, the processor against itself.</summary>
[Collection(SeededTests.Name)]
public sealed class DeviceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("masked")]
    [InlineData("retriever")]
    [InlineData("realm")]
    [InlineData("realm-by-chunks")]
    [InlineData("reader")]
    [InlineData("open-qa")]
    public void Gradients_AreThoseOfTheProcessor(string kind)
    {
        using (var model = TinyModel.Create(options: TinyModel.Steady).WithHead(3))
            model.Save(_folder.At("model"));

        var expected = Gradients(kind, CPU);
        var actual = Gradients(kind, TorchRuntime.Start());

        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        Assert.All(expected, entry =>
        {
            var norm = Math.Sqrt(entry.Value.Sum(value => (double)value * value));
            var difference = Math.Sqrt(entry.Value.Zip(actual[entry.Key], (a, b) => ((double)a - b) * (a - b)).Sum());
            Assert.True(difference <= 1e-3 * norm + 1e-5, $"{entry.Key}: differs by {difference:g3}, norm {norm:g3}");
        });
    }

    public void Dispose() => _folder.Dispose();

    private Dictionary<string, float[]> Gradients(string kind, Device device)
    {
        using var tiny = new TinyObjective(kind, RealmModel.Load(_folder.At("model"), device));
        var objective = tiny.Objective;
        objective.Module.train();
        using var scope = NewDisposeScope();
        manual_seed(7);
        objective.Backward(0);
        return objective.Module.named_parameters().Where(entry => entry.parameter.grad is not null)
            .ToDictionary(entry => entry.name, entry => entry.parameter.grad!.cpu().data<float>().ToArray());
    }
}
