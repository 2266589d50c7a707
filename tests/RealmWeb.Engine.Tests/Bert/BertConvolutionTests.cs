using RealmWeb.Engine.Bert;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Bert;

public sealed class BertConvolutionTests
{
    private static readonly BertOptions Options = Tiny.Encoder with { ConvolutionWidth = 3, ConvolutionCount = 2 };

    [Fact]
    public void Parameters_AreThoseOfTheOptions()
    {
        using var encoder = new BertEncoder(Options);
        using var plain = new BertEncoder(Tiny.Encoder with { ConvolutionCount = 2 });

        var depthwise = encoder.named_parameters().Where(entry => entry.name.EndsWith("depthwise.weight", StringComparison.Ordinal)).ToList();

        Assert.Equal(Options.LayerCount * Options.ConvolutionCount, depthwise.Count);
        Assert.All(depthwise, entry => Assert.Equal([Options.HiddenSize, 1, 3], entry.parameter.shape));
        Assert.DoesNotContain(plain.named_parameters(), entry => entry.name.Contains("convolution", StringComparison.Ordinal));
    }

    [Fact]
    public void Encode_DoesNotSeePadding()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var encoder = new BertEncoder(Options);
        encoder.eval();
        // The last row has seven tokens and two of padding.
        using var padded = Tiny.Inputs(2, 9);
        using var alone = new BertInputs(
            padded.InputIds[TensorIndex.Slice(1, 2), TensorIndex.Slice(0, 7)].clone(), ones(1, 7, ScalarType.Int64), zeros(1, 7, ScalarType.Int64));

        var (together, pooled) = encoder.Encode(padded, pool: true);
        var (single, _) = encoder.Encode(alone, pool: false);

        Assert.True(together[TensorIndex.Slice(1, 2), TensorIndex.Slice(0, 7)].allclose(single, 1e-5, 1e-5));
        Assert.True(encoder.EncodePooled(padded).allclose(pooled!, 1e-5, 1e-5));
    }

    [Theory]
    [InlineData(4, 1, "convolution_width")]
    [InlineData(-1, 1, "convolution_width")]
    [InlineData(3, 0, "convolution_count")]
    [InlineData(3, 17, "convolution_count")]
    public void Validate_NamesWhatIsOutOfRange(int width, int count, string name)
    {
        var failure = Assert.Throws<InvalidDataException>((Tiny.Encoder with { ConvolutionWidth = width, ConvolutionCount = count }).Validate);

        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }
}
