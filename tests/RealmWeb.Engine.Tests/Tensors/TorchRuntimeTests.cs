using RealmWeb.Engine.Tensors;
using TorchSharp;

namespace RealmWeb.Engine.Tests.Tensors;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void Start_ChoosesTheProcessor_WhenToldTo()
    {
        Assert.Equal(DeviceType.CPU, TorchRuntime.Start("cpu").type);
        Assert.Equal(torch.cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU, TorchRuntime.Start().type);
    }

    [Fact]
    public void Start_SaysWhatCanBeChosen_WhenAskedForSomethingElse()
    {
        Assert.Contains("auto, cpu or cuda", Assert.Throws<ArgumentException>(() => TorchRuntime.Start("tpu")).Message, StringComparison.Ordinal);
        Assert.Contains("at least 1", Assert.Throws<ArgumentException>(() => TorchRuntime.Start("cpu", 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Require_NamesTheExpression_WhenAShapeDiffers()
    {
        using var scope = torch.NewDisposeScope();
        var scores = torch.zeros(2, 7);

        Shapes.Require(scores, 2, Shapes.Any);
        var exception = Assert.Throws<TensorShapeException>(() => Shapes.Require(scores, 2, 8));

        Assert.Equal("scores", exception.TensorName);
        Assert.Equal([2, 7], exception.Actual);
        Assert.Throws<TensorShapeException>(() => Shapes.Require(scores, 2, 7, 1));
    }
}
