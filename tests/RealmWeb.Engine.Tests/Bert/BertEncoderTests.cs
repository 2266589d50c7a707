using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Tests.Tensors;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Bert;

[Collection(SeededTests.Name)]
public sealed class BertEncoderTests
{
    [Fact]
    public void Parameters_HaveThePublishedNames()
    {
        using var bert = new BertEncoder(Tiny.Extended.Encoder with { LayerCount = 1 });

        Assert.Equal(
            [
                "embeddings.LayerNorm.bias", "embeddings.LayerNorm.weight", "embeddings.feature_embeddings.0.weight",
                "embeddings.feature_embeddings.1.weight", "embeddings.position_embeddings.weight", "embeddings.token_type_embeddings.weight",
                "embeddings.word_embeddings.weight", "encoder.layer.0.attention.output.LayerNorm.bias",
                "encoder.layer.0.attention.output.LayerNorm.weight", "encoder.layer.0.attention.output.dense.bias",
                "encoder.layer.0.attention.output.dense.weight", "encoder.layer.0.attention.self.key.bias",
                "encoder.layer.0.attention.self.key.weight", "encoder.layer.0.attention.self.query.bias",
                "encoder.layer.0.attention.self.query.weight", "encoder.layer.0.attention.self.value.bias",
                "encoder.layer.0.attention.self.value.weight", "encoder.layer.0.intermediate.dense.bias",
                "encoder.layer.0.intermediate.dense.weight", "encoder.layer.0.output.LayerNorm.bias", "encoder.layer.0.output.LayerNorm.weight",
                "encoder.layer.0.output.dense.bias", "encoder.layer.0.output.dense.weight", "pooler.dense.bias", "pooler.dense.weight",
            ],
            bert.named_parameters().Select(item => item.name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Encode_IgnoresWhatIsMasked()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var bert = new BertEncoder(Tiny.Encoder);
        bert.eval();
        using var inputs = Tiny.Inputs(2, 9);
        var changedIds = inputs.InputIds.clone();
        changedIds[1, 8] = tensor(17L);
        using var changed = new BertInputs(changedIds, inputs.Mask.alias(), inputs.SegmentIds.alias());

        var difference = (bert.Encode(inputs, false).LastHidden - bert.Encode(changed, false).LastHidden).abs();

        Assert.True(difference[1, 8].max().item<float>() > 1e-3);
        difference[1, 8] = zeros(8);
        Assert.Equal(0, difference.max().item<float>());
    }

    [Fact]
    public void EncodePooled_SavesWorkButNoNumbers()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var bert = new BertEncoder(Tiny.Encoder with { ConvolutionWidth = 3 });
        bert.eval();
        using var inputs = Tiny.Inputs(3, 9);

        var expected = bert.Encode(inputs, pool: true).Pooled!;

        Assert.True((expected - bert.EncodePooled(inputs)).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void Encode_TreatsLevelZeroAsNoFeature()
    {
        using var scope = NewDisposeScope();
        using var bert = new BertEncoder(Tiny.Extended.Encoder);
        bert.eval();
        using var with = Tiny.Inputs(2, 9, features: 2);
        using var zero = new BertInputs(with.InputIds.alias(), with.Mask.alias(), with.SegmentIds.alias(), zeros_like(with.FeatureIds!));
        using var without = new BertInputs(with.InputIds.alias(), with.Mask.alias(), with.SegmentIds.alias());

        var expected = bert.Encode(without, false).LastHidden;
        var withFeatures = bert.Encode(with, false).LastHidden;
        withFeatures.sum().backward();

        Assert.True(expected.equal(bert.Encode(zero, false).LastHidden).all().item<bool>());
        Assert.True((expected - withFeatures).abs().max().item<float>() > 1e-3);
        var gradient = bert.get_parameter("embeddings.feature_embeddings.0.weight")!.grad!;
        Assert.Equal(0, gradient[0].abs().max().item<float>());
        Assert.True(gradient[1].abs().max().item<float>() > 0);
    }

    [Fact]
    public void Encode_SaysWhatIsWrong_WhenInputsDoNotFit()
    {
        using var scope = NewDisposeScope();
        using var bert = new BertEncoder(Tiny.Encoder);
        using var tooLong = Tiny.Inputs(1, 33);
        using var features = Tiny.Inputs(1, 9, features: 2);

        Assert.Contains("33 tokens", Assert.Throws<ArgumentException>(() => bert.Encode(tooLong, false)).Message, StringComparison.Ordinal);
        Assert.Contains("feature_sizes", Assert.Throws<ArgumentException>(() => bert.Encode(features, false)).Message, StringComparison.Ordinal);
        Assert.Throws<TensorShapeException>(() => new BertInputs(zeros(2, 3), zeros(2, 4), zeros(2, 3)));
    }

    [Fact]
    public void NewEncoder_StartsTheSame_ForTheSameSeed()
    {
        TorchRuntime.Seed(11);
        using var first = new BertEncoder(Tiny.Encoder);
        TorchRuntime.Seed(11);
        using var second = new BertEncoder(Tiny.Encoder);

        Assert.True(first.WordEmbeddings.equal(second.WordEmbeddings).all().item<bool>());
        Assert.InRange(first.WordEmbeddings.std().item<float>(), 0.015, 0.025);
        Assert.Equal(1, first.get_parameter("embeddings.LayerNorm.weight")!.min().item<float>());
    }

    [Fact]
    public void Slice_TakesRows()
    {
        using var inputs = Tiny.Inputs(4, 5, features: 1);
        using var part = inputs.Slice(1..3);

        Assert.Equal(2, part.Count);
        Assert.True(part.InputIds.equal(inputs.InputIds[1..3]).all().item<bool>());
        Assert.Equal([2, 5, 1], part.FeatureIds!.shape);
    }
}
