using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Tests.Tensors;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Bert;

[Collection(SeededTests.Name)]
public sealed class RandomDropoutTests
{
    [Theory]
    [InlineData(0.1, 100_000)]
    [InlineData(0.5, 99_997)]
    public void Apply_DropsTheGivenShare_AndScalesTheRest(double probability, int count)
    {
        using var scope = NewDisposeScope();
        TorchRuntime.Seed(3);

        var dropped = RandomDropout.Apply(ones(count), probability);

        var kept = dropped.gt(0);
        Assert.Equal(1 - probability, kept.to(ScalarType.Float64).mean().item<double>(), 0.01);
        Assert.Equal(1, dropped.mean().item<float>(), 0.02);
        Assert.True((dropped.masked_select(kept) - 1 / (1 - probability)).abs().max().item<float>() < 1e-5);
        // Neighbours are independent: both are kept with probability (1 - p)^2.
        var both = kept[..(count - 1)].logical_and(kept[1..]).to(ScalarType.Float64).mean().item<double>();
        Assert.Equal((1 - probability) * (1 - probability), both, 0.01);
    }

    [Fact]
    public void Apply_KeepsTheScale_WhenTheNumbersAreOfBfloat16()
    {
        using var scope = NewDisposeScope();
        TorchRuntime.Seed(3);

        // 1 / (1 - 0.1) is no bfloat16: rounded to one, every step would be a little too large.
        var dropped = RandomDropout.Apply(ones(1000, ScalarType.BFloat16), 0.1);

        Assert.Equal(1 / 0.9, dropped.max().to(ScalarType.Float64).item<double>(), 1e-6);
    }

    [Fact]
    public void Apply_Repeats_ForTheSameSeed_AndGoesOnFromTheSameState()
    {
        using var scope = NewDisposeScope();
        TorchRuntime.Seed(5);
        var first = RandomDropout.Apply(ones(50), 0.5);
        var state = Generator.Default.get_state();
        var second = RandomDropout.Apply(ones(50), 0.5);
        Generator.Default.set_state(state);
        var resumed = RandomDropout.Apply(ones(50), 0.5);
        TorchRuntime.Seed(5);
        var again = RandomDropout.Apply(ones(50), 0.5);

        Assert.True(first.equal(again).all().item<bool>());
        Assert.True(second.equal(resumed).all().item<bool>());
        Assert.False(first.equal(second).all().item<bool>());
    }

    [Fact]
    public void Fill_IsTheSameOnEveryProcessor()
    {
        // Worked out with 64-bit integers, one lane after the other.
        var mask = new float[16];

        RandomDropout.Fill(mask, 0.5, seed: 42);

        Assert.Equal("1011010101001011", string.Concat(mask.Select(value => value > 0 ? '1' : '0')));
    }
}
