using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Tensors;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Models;

/// <summary>A model that stores what training changed of a base.</summary>
[Collection(SeededTests.Name)]
public sealed class ModelBaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Int8)]
    public void SaveChanged_LeavesOutWhatTheBaseHas(ScalarType storeAs)
    {
        // given a model on a base, of which training changed the reader but for its word embeddings
        using var model = OnBase("start");
        model.Save(_folder.At("whole"));

        model.SaveChanged(_folder.At("small"), _folder.At("bases/start"), storeAs);

        using (var stored = SafetensorsFile.Open(_folder.At("small/model.safetensors")))
        {
            Assert.DoesNotContain(
                stored.Names, name => name.StartsWith("embedder.", StringComparison.Ordinal) || name.Contains("word_embeddings", StringComparison.Ordinal));
            Assert.Contains("reader.realm.encoder.layer.0.attention.self.query.weight", stored.Names);
        }
        using var loaded = RealmModel.Load(_folder.At("small"), CPU);
        Assert.Equal(model.ModelVersion, loaded.ModelVersion);
        using var scope = NewDisposeScope();
        foreach (var ((name, expected), (_, actual)) in StateDict.Export(model.Reader).Zip(StateDict.Export(loaded.Reader)))
        {
            var tolerance = storeAs == ScalarType.Int8 && expected.dim() == 2 ? expected.abs().max().item<float>() / 127 : 0;
            Assert.True((expected - actual).abs().max().item<float>() <= tolerance, name);
        }
        // and it is a model of our own, which is written whole again on demand
        Assert.True(PublishedImport.IsOwn(_folder.At("small")));
        loaded.Save(_folder.At("again"));
        Directory.Delete(_folder.At("bases"), recursive: true);
        using var again = RealmModel.Load(_folder.At("again"), CPU);
        Assert.Equal(loaded.ModelVersion, again.ModelVersion);
    }

    [Fact]
    public void Load_Refuses_WhenTheBaseIsMissingOrAnother()
    {
        using (var model = OnBase("start"))
            model.SaveChanged(_folder.At("small"), _folder.At("bases/start"));

        Directory.Move(_folder.At("bases/start"), _folder.At("bases/elsewhere"));
        var missing = Assert.Throws<CheckpointException>(() => RealmModel.Load(_folder.At("small"), CPU)).Message;
        using (OnBase("start", seed: 2))
        {
        }
        var other = Assert.Throws<CheckpointException>(() => RealmModel.Load(_folder.At("small"), CPU)).Message;

        Assert.Contains(Path.GetFullPath(_folder.At("bases/start")), missing, StringComparison.Ordinal);
        Assert.Contains("realm model export", missing, StringComparison.Ordinal);
        Assert.Contains("has other weights", other, StringComparison.Ordinal);
        Assert.Contains(ModelBase.Of(_folder.At("bases/elsewhere")).Sha256, other, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"../../etc","sha256":"00"}""")]
    [InlineData("""{"name":"start"}""")]
    [InlineData("7")]
    public void Load_Refuses_ABaseThatIsNoName(string named)
    {
        using (var model = OnBase("start"))
            model.SaveChanged(_folder.At("small"), _folder.At("bases/start"));
        var options = ModelOptions.Load(_folder.At("small/config.json"));
        options.With("base", System.Text.Json.JsonDocument.Parse(named).RootElement).Save(_folder.At("small/config.json"));

        Assert.Contains("\"base\" in config.json", Assert.Throws<InvalidDataException>(() => RealmModel.Load(_folder.At("small"), CPU)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void SaveChanged_Refuses_AFolderWithoutBase()
    {
        using var model = TinyModel.Create();

        Assert.Throws<FileNotFoundException>(() => model.SaveChanged(_folder.At("small"), _folder.At("bases/none")));
    }

    public void Dispose() => _folder.Dispose();

    // A base as an encoder alone, a model whose encoders start from it, and a reader of which nearly all has moved.
    private RealmModel OnBase(string name, int seed = 1)
    {
        var options = TinyModel.Options with
        {
            Retriever = RetrieverOptions.SentenceTransformer(mean: false, normalize: true),
            Encoder = TinyModel.Options.Encoder with { ConvolutionWidth = 0 },
        };
        var model = RealmModel.Create("tiny", options, TinyModel.Vocabulary, null, null, seed, CPU);
        var folder = Directory.CreateDirectory(_folder.At($"bases/{name}")).FullName;
        SafetensorsFile.Save(Path.Combine(folder, "model.safetensors"), StateDict.Export(model.Embedder.Bert));
        using (var encoder = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors")))
            StateDict.LoadInto(model.Reader.Bert, encoder, options: new() { MayBeMissing = ["pooler."] });
        using var noGradient = no_grad();
        foreach (var (parameterName, parameter) in model.Reader.named_parameters())
        {
            if (!parameterName.Contains("word_embeddings", StringComparison.Ordinal))
                parameter.add_(0.01);
        }
        return model;
    }
}
