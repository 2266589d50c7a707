using System.Text.Json.Nodes;
using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Tensors;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Models;

/// <summary>Encoders of BERT's family come in as the start of a model, and embedders of sentence-transformers as its retriever.</summary>
[Collection(SeededTests.Name)]
public sealed class EncoderImportTests : IDisposable
{
    private const string MeanPooling =
        """{"word_embedding_dimension":16,"pooling_mode_cls_token":false,"pooling_mode_mean_tokens":true,"pooling_mode_max_tokens":false}""";
    private const string Modules =
        """[{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},{"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},{"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}]""";

    private static readonly BertOptions Encoder = TinyModel.Options.Encoder with { VocabularySize = TinyModel.Vocabulary.Count, ConvolutionWidth = 0 };

    private readonly TemporaryFolder _folder = new();
    private readonly BertEncoder _bert = new(Encoder);

    public EncoderImportTests()
    {
        _bert.eval();
        Directory.CreateDirectory(_folder.At("st/1_Pooling"));
        SafetensorsFile.Save(_folder.At("st/model.safetensors"), StateDict.Export(_bert));
        new ModelOptions { Encoder = Encoder }.With("model_type", "bert").Save(_folder.At("st/config.json"));
        TinyModel.Vocabulary.Save(_folder.At("st/vocab.txt"));
        Write("modules.json", Modules);
        Write("1_Pooling/config.json", MeanPooling);
        Write("config_sentence_transformers.json", """{"prompts":{"query":"Question: ","document":""}}""");
    }

    [Fact]
    public void Read_TakesPoolingNormalisationAndPromptFromTheFolder()
    {
        var notes = new List<string>();
        using var model = Read(notes);

        Assert.Equal(
            RetrieverOptions.SentenceTransformer(mean: true, normalize: true) with { ScoreScale = 20, QueryPrefix = "Question: " }, model.Options.Retriever);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var packed = model.Featurizer.Pack([model.Inputs.Block(TinyModel.Blocks[0]), model.Inputs.Block(TinyModel.Blocks[2])], CPU);
        var mask = packed.Mask.to(ScalarType.Float32).unsqueeze(2);
        var mean = (_bert.Encode(packed, pool: false).LastHidden * mask).sum(1) / mask.sum(1);
        var expected = nn.functional.normalize(mean) * Math.Sqrt(20);
        Assert.True((model.Embedder.Embed(packed) - expected).abs().max().item<float>() < 1e-5);
        // the reader starts from the same encoder, which is said, and the retriever needs no training
        Assert.True(_bert.WordEmbeddings.equal(model.Reader.Bert.WordEmbeddings).all().item<bool>());
        Assert.Contains("span scorer is untrained", Assert.Single(notes), StringComparison.Ordinal);
        // and it is a whole model afterwards
        model.Save(_folder.At("own"));
        using var loaded = RealmModel.Load(_folder.At("own"), CPU);
        Assert.Equal((model.ModelVersion, model.Options.Retriever), (loaded.ModelVersion, loaded.Options.Retriever));
    }

    [Fact]
    public void Read_StartsBothPartsFromAnEncoder_WhereNothingSaysHowItEmbeds()
    {
        File.Delete(_folder.At("st/modules.json"));
        var notes = new List<string>();

        using var model = Read(notes);

        Assert.True(model.Options.Retriever.IsPublished);
        Assert.Equal(2, notes.Count);
        Assert.True(_bert.WordEmbeddings.equal(model.Embedder.Bert.WordEmbeddings).all().item<bool>());
    }

    [Fact]
    public void Read_LetsGivenPropertiesGoFirst()
    {
        File.Delete(_folder.At("st/modules.json"));
        var given = JsonNode.Parse(
            """{"embedder_head":"none","embedder_pooling":"cls","embedder_normalize":true,"reader_null_span":true,"max_span_width":7}""")!.AsObject();

        using var model = Read([], given);

        Assert.True(model.Options.Retriever is { Pooling: "cls", Normalize: true, Head: "none" });
        Assert.True(model.Options.Reader is { NullSpan: true, MaxSpanWidth: 7 });
        Assert.Contains("score_scale", Assert.Throws<InvalidDataException>(() => Read([], JsonNode.Parse("""{"score_scale":-1}""")!.AsObject())).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("modules.json", """[{"path":"","type":"a.Transformer"},{"path":"1_Pooling","type":"a.Pooling"},{"path":"2","type":"a.Dense"}]""", "Dense")]
    [InlineData("modules.json", """[{"path":"","type":"a.Transformer"},{"path":"../1_Pooling","type":"a.Pooling"}]""", "not inside")]
    [InlineData("modules.json", """[{"path":"","type":"a.Transformer"},{"path":"gone","type":"a.Pooling"}]""", "Copy the whole folder")]
    [InlineData("modules.json", """{"a":1}""", "not what sentence-transformers write")]
    [InlineData("1_Pooling/config.json", """{"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":true}""", "pools otherwise")]
    [InlineData("1_Pooling/config.json", """{"pooling_mode_cls_token":true,"pooling_mode_max_tokens":true}""", "pools otherwise")]
    [InlineData("1_Pooling/config.json", """{"pooling_mode":"lasttoken"}""", "pools otherwise")]
    [InlineData("tokenizer_config.json", """{"do_lower_case":false}""", "uncased")]
    [InlineData("config.json", """{"model_type":"roberta","hidden_size":24}""", "roberta")]
    public void Read_SaysWhatItDoesNotKnow(string file, string json, string message)
    {
        Write(file, json);

        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Read([])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_RefusesTwoEmbedders()
    {
        using (var model = TinyModel.Create())
        {
            using var published = RealmModel.Create("published", new ModelOptions { Encoder = Encoder }, TinyModel.Vocabulary, null, null, 1, CPU);
            PublishedExport.Save(published, PublishedKind.Embedder, _folder.At("embedder"));
        }

        Assert.Contains("an embedder, and so does",
            Assert.Throws<CheckpointException>(() => PublishedImport.Read("two", [_folder.At("st"), _folder.At("embedder")], null, 1, CPU)).Message,
            StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _bert.Dispose();
        _folder.Dispose();
    }

    private RealmModel Read(List<string> notes, JsonObject? given = null) => PublishedImport.Read("st", [_folder.At("st")], null, 1, CPU, notes.Add, given);

    private void Write(string name, string json) => File.WriteAllText(_folder.At($"st/{name}"), json);
}
