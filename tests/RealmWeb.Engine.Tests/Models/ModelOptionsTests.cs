using System.Text.Json;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.TestKit;

namespace RealmWeb.Engine.Tests.Models;

public sealed class ModelOptionsTests
{
    [Fact]
    public void Load_KeepsWhatItDoesNotKnow_OverARoundTrip()
    {
        using var folder = new TemporaryFolder();
        var published = Path.Combine(TestPaths.Golden, "reader", "config.json");
        var given = JsonDocument.Parse(File.ReadAllText(published)).RootElement;
        var options = ModelOptions.Load(published);

        options.Save(folder.At("config.json"));
        var again = ModelOptions.Load(folder.At("config.json"));

        Assert.Equal(given.GetProperty("hidden_size").GetInt32(), again.Encoder.HiddenSize);
        Assert.Equal(given.GetProperty("pad_token_id").GetInt32(), again.Encoder.PadTokenId);
        Assert.Equal("realm", again.Other["model_type"].GetString());
        Assert.Equal(options.ToJson(), again.ToJson());
        Assert.Equal(given.GetProperty("num_block_records").GetInt32(), again.Other["num_block_records"].GetInt32());
    }

    [Fact]
    public void Base_IsTheModelOfThePaper()
    {
        ModelOptions.Base.Validate();

        Assert.Equal((768, 12, 12, 3072, 128, 10), (
            ModelOptions.Base.Encoder.HiddenSize, ModelOptions.Base.Encoder.LayerCount, ModelOptions.Base.Encoder.HeadCount,
                ModelOptions.Base.Encoder.IntermediateSize,
            ModelOptions.Base.Retriever.ProjectionSize, ModelOptions.Base.Reader.MaxSpanWidth));
    }

    [Fact]
    public void Save_WritesOneFlatObject_ThatLoadsAgain()
    {
        using var folder = new TemporaryFolder();
        var options = new ModelOptions
        {
            Encoder = new() { HiddenSize = 24 },
                Retriever = RetrieverOptions.SentenceTransformer(mean: true, normalize: true) with { ScoreScale = 20, QueryPrefix = "query: " },
            Reader = new() { MaxSpanWidth = 20, NullSpan = true },
        }.With("note", new { kept = true });

        options.Save(folder.At("config.json"));
        var again = ModelOptions.Load(folder.At("config.json"));

        Assert.Equal(options.Encoder with { FeatureSizes = [] }, again.Encoder with { FeatureSizes = options.Encoder.FeatureSizes });
        Assert.Equal((options.Retriever, options.Reader), (again.Retriever, again.Reader));
        Assert.True(again.Other["note"].GetProperty("kept").GetBoolean());
        using var json = System.Text.Json.JsonDocument.Parse(File.ReadAllText(folder.At("config.json")));
        Assert.Equal((24, "query: ", 20),
            (json.RootElement.GetProperty("hidden_size").GetInt32(), json.RootElement.GetProperty("query_prefix").GetString(),
            json.RootElement.GetProperty("max_span_width").GetInt32()));
    }

    [Theory]
    [InlineData("""{"hidden_size":10,"num_attention_heads":3}""", "num_attention_heads")]
    [InlineData("""{"hidden_size":-1}""", "hidden_size")]
    [InlineData("""{"vocab_size":2000000000}""", "vocab_size")]
    [InlineData("""{"hidden_act":"relu"}""", "gelu_new")]
    [InlineData("""{"embedder_pooling":"max"}""", "embedder_pooling")]
    [InlineData("""{"embedder_head":"wide"}""", "embedder_head")]
    [InlineData("""{"block_layout":"three"}""", "block_layout")]
    [InlineData("""{"score_scale":0}""", "score_scale")]
    [InlineData("""{"query_prefix":null}""", "query_prefix")]
    [InlineData("""{"max_span_width":0}""", "max_span_width")]
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
        var exception = Assert.Throws<InvalidDataException>(() => ModelOptions.Parse(json, "models/x/config.json"));

        Assert.StartsWith("models/x/config.json", exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }
}
