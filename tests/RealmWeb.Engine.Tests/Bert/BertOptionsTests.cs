using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.Bert;

public sealed class BertOptionsTests
{
    [Fact]
    public void Load_KeepsWhatItDoesNotKnow_OverARoundTrip()
    {
        using var folder = new TemporaryFolder();
        var options = BertOptions.Load(Path.Combine(TestPaths.Golden, "reader", "config.json"));

        options.Save(folder.At("config.json"));
        var again = BertOptions.Load(folder.At("config.json"));

        Assert.Equal(32, again.HiddenSize);
        Assert.Equal(1, again.PadTokenId);
        Assert.Equal("realm", again.Other!["model_type"].GetString());
        Assert.Equal(options.ToJson(), again.ToJson());
        Assert.Equal(12, again.Other["num_block_records"].GetInt32());
    }

    [Fact]
    public void Base_IsTheModelOfThePaper()
    {
        BertOptions.Base.Validate();

        Assert.Equal((768, 12, 12, 3072, 128, 10), (
            BertOptions.Base.HiddenSize, BertOptions.Base.LayerCount, BertOptions.Base.HeadCount, BertOptions.Base.IntermediateSize,
            BertOptions.Base.ProjectionSize, BertOptions.Base.MaxSpanWidth));
    }

    [Theory]
    [InlineData("""{"hidden_size":10,"num_attention_heads":3}""", "num_attention_heads")]
    [InlineData("""{"hidden_size":-1}""", "hidden_size")]
    [InlineData("""{"vocab_size":2000000000}""", "vocab_size")]
    [InlineData("""{"hidden_act":"relu"}""", "gelu_new")]
    [InlineData("""{"embedder_pooling":"max"}""", "embedder_pooling")]
    [InlineData("""{"hidden_dropout_prob":1}""", "hidden_dropout_prob")]
    [InlineData("""{"layer_norm_eps":0}""", "layer_norm_eps")]
    [InlineData("""{"feature_sizes":[0]}""", "feature_sizes")]
    [InlineData("""{"feature_sizes":null}""", "feature_sizes")]
    [InlineData("""{"hidden_size":"wide"}""", "hidden_size")]
    [InlineData("null", "null")]
    [InlineData("[1", "JSON")]
    [InlineData("", "JSON")]
    public void Parse_NamesTheProperty_WhenAValueIsImpossible(string json, string expected)
    {
        var exception = Assert.Throws<InvalidDataException>(() => BertOptions.Parse(json, "models/x/config.json"));

        Assert.StartsWith("models/x/config.json", exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }
}
