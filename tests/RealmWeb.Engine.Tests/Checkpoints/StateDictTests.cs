using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Tests.Bert;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Checkpoints;

public sealed class StateDictTests
{
    [Fact]
    public void LoadInto_GivesTheSameModel_AfterExport()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var folder = new TemporaryFolder();
        using var first = new SpanReader(Tiny.Extended.Encoder, Tiny.Extended.Reader);
        using var second = new SpanReader(Tiny.Extended.Encoder, Tiny.Extended.Reader);
        first.eval();
        second.eval();
        using var inputs = Tiny.Inputs(2, 9, features: 2);
        var mask = ones(2, 9);

        SafetensorsFile.Save(folder.At("w"), StateDict.Export(first, "reader."));
        using var file = SafetensorsFile.Open(folder.At("w"));
        var report = StateDict.LoadInto(second, file, "reader.", new());

        Assert.Empty(report.Missing);
        Assert.Contains("relevance.weight", report.Loaded);
        Assert.Contains("qa_outputs.null_output.weight", report.Loaded);
        Assert.Contains("realm.embeddings.feature_embeddings.1.weight", report.Loaded);
        Assert.True(first.SpanLogits(inputs, mask).equal(second.SpanLogits(inputs, mask)).all().item<bool>());
    }

    [Fact]
    public void LoadInto_NamesWhatIsMissingOrUnused_AndChangesNothing()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var embedder = new Embedder(Tiny.Encoder, Tiny.Retriever);
        using var reader = new SpanReader(Tiny.Encoder, Tiny.Reader);
        SafetensorsFile.Save(folder.At("w"), StateDict.Export(embedder));
        using var file = SafetensorsFile.Open(folder.At("w"));
        var before = reader.Bert.WordEmbeddings.clone();

        var missing = Assert.Throws<CheckpointException>(() => StateDict.LoadInto(reader, file));
        var unused = Assert.Throws<CheckpointException>(() => StateDict.LoadInto(embedder.Bert, file, options: new() { MayBeMissing = [""] }));

        Assert.StartsWith("qa_outputs.", missing.TensorName, StringComparison.Ordinal);
        Assert.Contains("cls.LayerNorm.bias", unused.Message, StringComparison.Ordinal);
        Assert.True(reader.Bert.WordEmbeddings.equal(before).all().item<bool>());
    }

    [Fact]
    public void LoadInto_NamesBothShapes_WhenTheConfigurationIsAnother()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var saved = new Embedder(Tiny.Encoder, Tiny.Retriever);
        using var wider = new Embedder(Tiny.Encoder with { VocabularySize = 51 }, Tiny.Retriever);
        SafetensorsFile.Save(folder.At("w"), StateDict.Export(saved));
        using var file = SafetensorsFile.Open(folder.At("w"));

        var exception = Assert.Throws<CheckpointException>(() => StateDict.LoadInto(wider, file));

        Assert.Equal("realm.embeddings.word_embeddings.weight", exception.TensorName);
        Assert.Contains("[50, 8]", exception.Message, StringComparison.Ordinal);
        Assert.Contains("[51, 8]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadInto_RefusesWeights_WhenTheyAreWholeNumbers()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var embedder = new Embedder(Tiny.Encoder, Tiny.Retriever);
        SafetensorsFile.Save(folder.At("w"), StateDict.Export(embedder).Select(item =>
            (item.Name, item.Name == "cls.LayerNorm.bias" ? item.Tensor.to(ScalarType.Int32) : item.Tensor)));
        using var file = SafetensorsFile.Open(folder.At("w"));

        var exception = Assert.Throws<CheckpointException>(() => StateDict.LoadInto(embedder, file));

        Assert.Equal("cls.LayerNorm.bias", exception.TensorName);
        Assert.Contains("whole numbers (Int32)", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void LoadInto_RefusesWeights_WhenTheyAreNotFinite(float poison)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var folder = new TemporaryFolder();
        using var embedder = new Embedder(Tiny.Encoder, Tiny.Retriever);
        var tensors = StateDict.Export(embedder);
        tensors.Single(item => item.Name == "realm.pooler.dense.bias").Tensor[3] = tensor(poison);
        SafetensorsFile.Save(folder.At("w"), tensors);
        using var file = SafetensorsFile.Open(folder.At("w"));

        var exception = Assert.Throws<CheckpointException>(() => StateDict.LoadInto(embedder, file));

        Assert.Equal("realm.pooler.dense.bias", exception.TensorName);
    }

    [Fact]
    public void LoadInto_TakesTheWordEmbeddings_WhenAnOwnDecoderWasTied()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = new Engine.PreTraining.KnowledgeAugmentedEncoder(Tiny.Encoder);
        using var head = new MaskedLanguageModelHead(Tiny.Encoder, ownDecoder: true);
        SafetensorsFile.Save(folder.At("w"), StateDict.Export(model));
        using var file = SafetensorsFile.Open(folder.At("w"));
        using var wrapper = new HeadAlone(head);

        StateDict.LoadInto(wrapper, file, options: new() { MayBeUnused = ["realm."] });

        Assert.True(head.get_parameter("predictions.decoder.weight")!.equal(model.Bert.WordEmbeddings).all().item<bool>());
    }

    private sealed class HeadAlone : nn.Module
    {
        public HeadAlone(MaskedLanguageModelHead head)
            : base(nameof(HeadAlone)) => register_module("cls", head);
    }
}
