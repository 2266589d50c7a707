using System.Reflection;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Tensors;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Models;

[Collection(SeededTests.Name)]
public sealed class RealmModelTests : IDisposable
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Load_GivesBackEveryBit_WhenSavedAsFloat32()
    {
        using var model = TinyModel.Create(statistics: WithVectors())
            .WithAnswering(new AnsweringDefaults { NoAnswerThreshold = 0.31, DenseFusionWeight = 0.7, Beam = 17 });
        model.Save(_folder.At("copy"));

        using var copy = RealmModel.Load(_folder.At("copy"), CPU);

        Assert.All(Weights(model).Zip(Weights(copy)), pair => Assert.Equal(pair.First, pair.Second));
        Assert.Equal(model.ModelVersion, copy.ModelVersion);
        Assert.Equal(model.Answering, copy.Answering);
        Assert.Equal(("copy", model.Vocabulary.Hash), (copy.Name, copy.Vocabulary.Hash));
        Assert.Equal(model.Options.Encoder with { FeatureSizes = [] }, copy.Options.Encoder with { FeatureSizes = [] });
        Assert.Equal(model.Options.Encoder.FeatureSizes, copy.Options.Encoder.FeatureSizes);
        Assert.Equal((model.Options.Retriever, model.Options.Reader), (copy.Options.Retriever, copy.Options.Reader));
        Assert.Equal(model.Statistics!.InverseDocumentFrequency, copy.Statistics!.InverseDocumentFrequency);
        Assert.Equal(model.Statistics.WordVectors, copy.Statistics.WordVectors);
        Assert.Equal(["config.json", "model.safetensors", "vocab.txt"], Directory.GetFiles(_folder.At("copy")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void LeastParameters_AreNearlyAll()
    {
        using var model = TinyModel.Create();

        var all = Weights(model).Sum(weights => (long)weights.Length);

        Assert.InRange(model.Options.LeastParameters, all * 0.7, all);
    }

    [Fact]
    public void Load_IsClose_WhenSavedAsFloat16()
    {
        using var model = TinyModel.Create(statistics: WithVectors());
        model.Save(_folder.At("half"), ScalarType.Float16);
        model.Save(_folder.At("whole"));

        using var half = RealmModel.Load(_folder.At("half"), CPU);

        foreach (var (exact, rounded) in Weights(model).Zip(Weights(half)))
        {
            for (var i = 0; i < exact.Length; i++)
                Assert.True(Math.Abs(exact[i] - rounded[i]) <= 1e-3 * Math.Abs(exact[i]) + 1e-7, $"{exact[i]} became {rounded[i]}");
        }
        Assert.Equal(model.Statistics!.WordVectors, half.Statistics!.WordVectors);
        Assert.True(new FileInfo(_folder.At("half/model.safetensors")).Length < 0.65 * new FileInfo(_folder.At("whole/model.safetensors")).Length);
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void Load_TakesWhatOtherProgramsWrite(ScalarType type)
    {
        // given weights of another width with a table of positions, a mark before the JSON, and lines that end as on Windows
        using var model = TinyModel.Create();
        model.Save(_folder.At("other"));
        var path = _folder.At("other/model.safetensors");
        using (var scope = NewDisposeScope())
        {
            List<(string, Tensor)> tensors;
            using (var file = SafetensorsFile.Open(path))
                tensors = [.. file.Names.Select(name => (name, file.Load(name).clone().to(type)))];
            tensors.Add(("embedder.realm.embeddings.position_ids", arange(16, ScalarType.Int64).unsqueeze(0)));
            SafetensorsFile.Save(path, tensors);
        }
        var (config, vocabulary) = (_folder.At("other/config.json"), _folder.At("other/vocab.txt"));
        File.WriteAllText(config, File.ReadAllText(config), System.Text.Encoding.UTF8);
        File.WriteAllText(vocabulary, File.ReadAllText(vocabulary).ReplaceLineEndings("\r\n"));

        using var read = RealmModel.Load(_folder.At("other"), CPU);

        Assert.Equal(model.Vocabulary.Hash, read.Vocabulary.Hash);
        foreach (var (exact, rounded) in Weights(model).Zip(Weights(read)))
            Assert.All(exact.Zip(rounded), pair => Assert.Equal(pair.First, pair.Second, Math.Abs(pair.First) / 100));
    }

    [Fact]
    public void Load_GivesAModelWithoutFeatures_WhenItWasSavedWithoutThem()
    {
        using var model = RealmModel.Create(
            "plain", TinyModel.Options with { Reader = TinyModel.Options.Reader with { RelevanceWeights = false } }, TinyModel.Vocabulary, null, null, 3, CPU);
        model.Save(_folder.At("plain"));

        using var copy = RealmModel.Load(_folder.At("plain"), CPU);

        Assert.Null(copy.Features);
        Assert.Null(copy.Reader.RelevanceWeights);
        Assert.All(Weights(model).Zip(Weights(copy)), pair => Assert.Equal(pair.First, pair.Second));
    }

    [Fact]
    public void WithSeparateTowers_KeepsTheIndexRight_WhenQuestionsLearnAlone()
    {
        // given a model whose question tower moved away from that of its blocks
        using var shared = TinyModel.Create();
        var (version, blocks) = (shared.ModelVersion, shared.Encode(TinyModel.Blocks, CancellationToken.None));
        var pieces = shared.Tokenizer.Encode("Who built the lighthouse?");
        var question = shared.EncodeQueries([pieces]);
        var model = shared.WithSeparateTowers();
        Assert.Equal(question, model.EncodeQueries([pieces]));
        using (no_grad())
            model.QueryEmbedder.named_parameters().Single(entry => entry.name == "cls.dense.bias").parameter.add_(1);
        model = model.WithTrainedWeights();
        model.Save(_folder.At("separate"));

        // when it is loaded
        using var copy = RealmModel.Load(_folder.At("separate"), CPU);

        // then it embeds blocks as before, to the same version, and questions as learned
        Assert.True(copy.Options.Retriever.SeparateTowers);
        Assert.Equal(version, copy.ModelVersion);
        Assert.Equal(blocks, copy.Encode(TinyModel.Blocks, CancellationToken.None));
        Assert.Equal(model.EncodeQueries([pieces]), copy.EncodeQueries([pieces]));
        Assert.NotEqual(question, copy.EncodeQueries([pieces]));
        using var file = SafetensorsFile.Open(_folder.At("separate/model.safetensors"));
        Assert.True(file.Contains("query_embedder.cls.dense.bias") && file.Contains("embedder.cls.dense.bias"));
    }

    [Fact]
    public void Load_NamesTheTower_WhenTheFileLacksIt()
    {
        using var model = TinyModel.Create();
        model.Save(_folder.At("one"));
        var config = _folder.At("one/config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"separate_towers\": false", "\"separate_towers\": true", StringComparison.Ordinal));

        var failure = Assert.Throws<CheckpointException>(() => RealmModel.Load(_folder.At("one"), CPU));

        Assert.Contains("query_embedder.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ModelVersion_ChangesWithTheEmbedderOnly()
    {
        // given copies of a model in which one weight of the reader, of the embedder changed
        using var model = TinyModel.Create();
        model.Save(_folder.At("reader"));
        model.Save(_folder.At("embedder"));
        Change("reader", "reader.qa_outputs.dense_output.bias", 0.5f);
        Change("embedder", "embedder.cls.dense.bias", 0.5f);

        using var reader = RealmModel.Load(_folder.At("reader"), CPU);
        using var embedder = RealmModel.Load(_folder.At("embedder"), CPU);

        Assert.Equal(model.ModelVersion, reader.ModelVersion);
        Assert.NotEqual(model.ModelVersion, embedder.ModelVersion);
    }

    public static TheoryData<RetrieverOptions> OtherVectors =>
    [
        TinyModel.Options.Retriever with { Normalize = true }, TinyModel.Options.Retriever with { ScoreScale = 20 },
            TinyModel.Options.Retriever with { BlockLayout = "joined" },
    ];

    [Theory]
    [MemberData(nameof(OtherVectors))]
    public void ModelVersion_ChangesWithWhatMakesOtherVectorsOfTheSameWeights(RetrieverOptions retriever)
    {
        using var model = TinyModel.Create();
        using var other = TinyModel.Create(options: TinyModel.Options with { Retriever = retriever });
        using var prefixed = TinyModel.Create(options: TinyModel.Options with { Retriever = TinyModel.Options.Retriever with { QueryPrefix = "question: " } });

        Assert.NotEqual(model.ModelVersion, other.ModelVersion);
        Assert.NotEqual(model.Encode(TinyModel.Blocks, CancellationToken.None), other.Encode(TinyModel.Blocks, CancellationToken.None));
        // What stands before questions leaves the vectors of blocks, and an index of them, as they are.
        Assert.Equal(model.ModelVersion, prefixed.ModelVersion);
        Assert.Equal(model.Encode(TinyModel.Blocks, CancellationToken.None), prefixed.Encode(TinyModel.Blocks, CancellationToken.None));
    }

    [Theory]
    [InlineData("reader.qa_outputs.dense_output.bias", float.NaN)]
    [InlineData("embedder.cls.dense.bias", float.PositiveInfinity)]
    [InlineData("lexical.inverse_document_frequency", float.NaN)]
    public void Load_NamesTheTensor_WhenItHoldsNoNumber(string name, float value)
    {
        using var model = TinyModel.Create();
        model.Save(_folder.At("bad"));
        Change("bad", name, value);

        var failure = Assert.Throws<CheckpointException>(() => RealmModel.Load(_folder.At("bad"), CPU));

        Assert.Equal(name, failure.TensorName);
        Assert.Contains("NaN", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NamesTheTensor_WhenAnyIsMissing()
    {
        using var model = TinyModel.Create();
        model.Save(_folder.At("whole"));
        model.Save(_folder.At("bad"));
        using var scope = NewDisposeScope();
        using var whole = SafetensorsFile.Open(_folder.At("whole/model.safetensors"));
        foreach (var name in whole.Names)
        {
            SafetensorsFile.Save(_folder.At("bad/model.safetensors"), whole.Names.Where(other => other != name).Select(other => (other, whole.Load(other))));

            Assert.Equal(name, Assert.Throws<CheckpointException>(() => RealmModel.Load(_folder.At("bad"), CPU)).TensorName);
        }
    }

    [Fact]
    public void Load_ReadsShards()
    {
        using var model = TinyModel.Create();
        model.Save(_folder.At("shards"));
        var whole = _folder.At("shards/model.safetensors");
        using (var scope = NewDisposeScope())
        using (var file = SafetensorsFile.Open(whole))
        {
            foreach (var (shard, i) in file.Names.Chunk(20).Select((names, i) => (names, i)))
                SafetensorsFile.Save(_folder.At($"shards/model-{i}.safetensors"), shard.Select(name => (name, file.Load(name))));
            var map = file.Names.Chunk(20).SelectMany((names, i) => names.Select(name => (name, i)))
                .ToDictionary(entry => entry.name, entry => $"model-{entry.i}.safetensors");
            File.WriteAllText(whole + ".index.json", System.Text.Json.JsonSerializer.Serialize(new { weight_map = map }));
        }
        File.Delete(whole);

        using var read = RealmModel.Load(_folder.At("shards"), CPU);

        Assert.All(Weights(model).Zip(Weights(read)), pair => Assert.Equal(pair.First, pair.Second));
        Assert.True(PublishedImport.IsOwn(_folder.At("shards")));
    }

    [Fact]
    public void Load_NamesTheTensor_WhenTheStatisticsAreOfAnotherVocabulary()
    {
        using var model = TinyModel.Create(statistics: new LexicalStatistics(new float[7], [], 0));
        model.Save(_folder.At("bad"));

        var failure = Assert.Throws<CheckpointException>(() => RealmModel.Load(_folder.At("bad"), CPU));

        Assert.Equal("lexical.inverse_document_frequency", failure.TensorName);
    }

    [Fact]
    public void Load_Refuses_WhenTheVocabularyHasAnotherSize()
    {
        using var model = TinyModel.Create();
        model.Save(_folder.At("bad"));
        File.AppendAllText(_folder.At("bad/vocab.txt"), "onemore\n");

        var failure = Assert.Throws<InvalidDataException>(() => RealmModel.Load(_folder.At("bad"), CPU));

        Assert.Contains($"{TinyModel.Vocabulary.Count + 1} pieces", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"vocab_size {TinyModel.Vocabulary.Count}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Refuses_WhenTheVocabularyHasAnotherOrder()
    {
        using var model = TinyModel.Create();
        model.Save(_folder.At("other"));
        var pieces = File.ReadAllLines(_folder.At("other/vocab.txt"));
        (pieces[^1], pieces[^2]) = (pieces[^2], pieces[^1]);
        File.WriteAllLines(_folder.At("other/vocab.txt"), pieces);

        var failure = Assert.Throws<InvalidDataException>(() => RealmModel.Load(_folder.At("other"), CPU));

        Assert.Contains("in another order", failure.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.At("other/vocab.txt"), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Refuses_WhenTheFeaturesAreNotThoseOfTheProgram()
    {
        using var model = TinyModel.Create();
        model.Save(_folder.At("bad"));
        var config = File.ReadAllText(_folder.At("bad/config.json"));
        File.WriteAllText(_folder.At("bad/config.json"),
            System.Text.RegularExpressions.Regex.Replace(config, "(?s)\"feature_sizes\": \\[.*?\\]", "\"feature_sizes\": [2]"));

        Assert.Contains("feature_sizes", Assert.Throws<InvalidDataException>(() => RealmModel.Load(_folder.At("bad"), CPU)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("model.safetensors")]
    [InlineData("vocab.txt")]
    public void Load_NamesTheFile_WhenItIsMissing(string name)
    {
        using var model = TinyModel.Create();
        model.Save(_folder.At("bad"));
        File.Delete(_folder.At($"bad/{name}"));

        var failure = Assert.Throws<FileNotFoundException>(() => RealmModel.Load(_folder.At("bad"), CPU));

        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
        Assert.False(ModelFiles.Exists(_folder.At("bad")));
    }

    [Fact]
    public void Encode_GivesEachBlockItsOwnVector_WhateverItIsBatchedWith()
    {
        // More blocks than a batch, of very different lengths.
        using var model = TinyModel.Create();
        var blocks = Enumerable.Range(0, 70)
            .Select(i => TinyModel.Blocks[i % 8] with { Text = string.Join(' ', Enumerable.Repeat(TinyModel.Blocks[i % 8].Text, 1 + i % 3)) }).ToList();

        var together = model.Encode(blocks, CancellationToken.None);

        for (var i = 0; i < blocks.Count; i += 9)
        {
            var alone = model.Encode([blocks[i]], CancellationToken.None);
            Assert.All(alone.Zip(together[(i * model.Dimension)..((i + 1) * model.Dimension)]), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
        Assert.Throws<OperationCanceledException>(() => model.Encode(blocks, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void WithReaderEncoderInRetriever_MakesBothEncodersEqual_ToAnotherVersion()
    {
        using var model = TinyModel.Create();
        var before = model.ModelVersion;

        var shared = model.WithReaderEncoderInRetriever();

        Assert.NotEqual(before, shared.ModelVersion);
        var reader = model.Reader.Bert.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        Assert.All(model.Embedder.Bert.named_parameters(), entry => Assert.True(entry.parameter.eq(reader[entry.name]).all().item<bool>(), entry.name));
    }

    [Fact]
    public void RealmModel_NeverChanges_OnceItIsMade()
    {
        Assert.DoesNotContain(typeof(RealmModel).GetProperties(Members), property => property.SetMethod is not null);
        Assert.All(typeof(RealmModel).GetFields(Members), field => Assert.True(field.IsInitOnly, field.Name));
    }

    [Fact]
    public void With_LeavesTheModelItCameFromAsItWas()
    {
        using var model = TinyModel.Create();
        var (options, answering, version) = (model.Options, model.Answering, model.ModelVersion);

        var other = model.WithAnswering(answering with { Temperature = 3 }).WithSeparateTowers().WithHead(3);

        Assert.Equal((options, answering), (model.Options, model.Answering));
        Assert.Null(model.Head);
        Assert.Same(model.Embedder, model.QueryEmbedder);
        Assert.NotNull(other.Head);
        Assert.NotSame(other.Embedder, other.QueryEmbedder);
        Assert.True(other.Options.Retriever.SeparateTowers);
        Assert.Equal(3, other.Answering.Temperature);
        // Both over the same weights, so that an index of the one is one of the other.
        Assert.Same(model.Embedder, other.Embedder);
        Assert.Same(model.Reader, other.Reader);
        Assert.Equal(version, other.ModelVersion);
        Assert.Same(other, other.WithHead(4));
        Assert.Same(other, other.WithSeparateTowers());
    }

    [Fact]
    public void WithTrainedWeights_HasTheVersionOfTheNewWeights()
    {
        using var model = TinyModel.Create();
        var before = model.ModelVersion;
        using (no_grad())
            model.Embedder.named_parameters().Single(entry => entry.name == "cls.dense.bias").parameter.add_(1);

        var trained = model.WithTrainedWeights();

        Assert.NotEqual(before, trained.ModelVersion);
        Assert.Equal(trained.ModelVersion, trained.WithAnswering(new AnsweringDefaults { Beam = 9 }).ModelVersion);
    }

    [Fact]
    public void WithShareOf_PutsEveryWeightBetweenThoseOfBoth()
    {
        using var first = TinyModel.Create(seed: 1);
        using var second = TinyModel.Create(seed: 2);
        var (of, to) = (Weights(first), Weights(second));

        var average = first.WithShareOf(second, 0.25);

        Assert.Equal(
            of.Zip(to, (a, b) => a.Zip(b, (x, y) => 0.75f * x + 0.25f * y)).SelectMany(expected => expected), Weights(average).SelectMany(found => found),
            (x, y) => Math.Abs(x - y) < 1e-6);
        Assert.Equal(to.SelectMany(weight => weight), Weights(second).SelectMany(weight => weight));
    }

    [Fact]
    public void Dispose_EndsTheModulesOfAllBundles_WhicheverOfThemItIs()
    {
        var first = TinyModel.Create();
        var last = first.WithSeparateTowers().WithHead(3);
        var weights = last.Embedder.parameters().Concat(last.QueryEmbedder.parameters()).Concat(last.Reader.parameters()).Concat(last.Head!.parameters()).ToList();

        first.Dispose();
        last.Dispose();

        Assert.All(weights, weight => Assert.True(weight.IsInvalid));
    }

    public void Dispose() => _folder.Dispose();

    private static LexicalStatistics WithVectors()
    {
        var random = new Random(3);
        return LexicalStatistics.Create(
            TinyModel.Statistics.InverseDocumentFrequency, [.. Enumerable.Range(0, TinyModel.Vocabulary.Count * 4).Select(_ => random.NextSingle() - 0.5f)], 4);
    }

    private static List<float[]> Weights(RealmModel model)
    {
        using var scope = NewDisposeScope();
        return [.. StateDict.Export(model.Embedder).Concat(StateDict.Export(model.Reader)).Select(entry => entry.Tensor.contiguous().data<float>().ToArray())];
    }

    // Sets the first number of a tensor in a saved model.
    private void Change(string model, string name, float value)
    {
        using var scope = NewDisposeScope();
        var path = _folder.At($"{model}/model.safetensors");
        List<(string, Tensor)> tensors;
        using (var file = SafetensorsFile.Open(path))
            tensors = [.. file.Names.Select(each => (each, file.Load(each).clone()))];
        tensors.Single(entry => entry.Item1 == name).Item2[0] = tensor(value);
        SafetensorsFile.Save(path, tensors);
    }
}
