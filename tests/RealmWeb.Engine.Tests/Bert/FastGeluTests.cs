using RealmWeb.Engine.Bert;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Bert;

public sealed class FastGeluTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(1001)]
    [InlineData(300_000)]
    public void Apply_IsTheTanhForm(int count)
    {
        using var scope = NewDisposeScope();
        // From -30 to 30: what a layer sees, and beyond where 32 bits can hold the exponential.
        var x = linspace(-30, 30, count);
        var expected = nn.functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh);

        FastGelu.Apply(x);

        Assert.True(x.allclose(expected, 1e-6, 1e-6), $"differs by {(x - expected).abs().max().item<float>()}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1001)]
    [InlineData(300_000)]
    public void Apply_IsTheTanhFormRoundedOnce_InBfloat16(int count)
    {
        using var scope = NewDisposeScope();
        var x = linspace(-30, 30, count).to(ScalarType.BFloat16);
        var expected = nn.functional.gelu(x.to(ScalarType.Float32), TorchSharp.Modules.GELU.Approximate.tanh);

        FastGelu.Apply(x);

        // Half of the last of eight bits, and what 32 bits differ by.
        Assert.True(x.to(ScalarType.Float32).allclose(expected, 1.0 / 256, 1e-6), $"differs by {(x - expected).abs().max().item<float>()}");
    }

    [Fact]
    public void Apply_KeepsWhatIsNoNumberVisible()
    {
        float[] x = [float.NaN, 0, 1, float.PositiveInfinity];

        FastGelu.Apply(x);

        Assert.True(float.IsNaN(x[0]));
        Assert.Equal(0, x[1]);
        Assert.Equal(0.841192f, x[2], 5);
        Assert.Equal(float.PositiveInfinity, x[3]);
    }

    [Fact]
    public void For_WritesOverNothingThatAGradientNeeds()
    {
        using var scope = NewDisposeScope();
        var activation = Activations.For(Tiny.Encoder with { Activation = "gelu_new" });
        var weight = randn([4, 4]).requires_grad_();
        var states = weight.mul(weight);
        var before = states.detach().clone();

        var activated = activation(states);

        Assert.True(states.detach().equal(before).all().item<bool>());
        activated.sum().backward();
        Assert.NotNull(weight.grad);
    }
}
