using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Retrieval.Index;
using RealmWeb.Engine.Tests.Checkpoints;
using RealmWeb.Engine.Tests.Golden;
using RealmWeb.Engine.Tests.Tensors;
using RealmWeb.Engine.Text;
using RealmWeb.TestKit;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Models;

/// <summary>Published checkpoints come in and go out under their own names. What a checkpoint lacks is drawn from the seed.</summary>
[Collection(SeededTests.Name)]
public sealed class PublishedWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<PublishedKind, string, string> Checkpoints
    {
        get
        {
            var data = new TheoryData<PublishedKind, string, string>();
            foreach (var file in new[] { "model.safetensors", "pytorch_model.bin" })
            {
                data.Add(PublishedKind.OpenQa, "openqa", file);
                data.Add(PublishedKind.Embedder, "embedder", file);
                data.Add(PublishedKind.Scorer, "scorer", file);
                data.Add(PublishedKind.Encoder, "encoder", file);
                data.Add(PublishedKind.Reader, "reader", file);
                data.Add(PublishedKind.Bert, "bert", file);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Save_WritesThePublishedTensors_OfWhatWasRead(PublishedKind kind, string published, string file)
    {
        // given a published folder with one of its two files
        var source = Copy(published, file);
        using (var model = Read(source))
            PublishedExport.Save(model, kind, _folder.At("out"));

        // then every name that the published class has is there, aliases included, with its shape
        using var expected = TorchCheckpoint.Open(GoldenFiles.At(published, "pytorch_model.bin"));
        using var written = SafetensorsFile.Open(_folder.At("out/model.safetensors"));
        var names = expected.Names.Where(name => name != "block_emb" && !name.StartsWith("cls.seq_relationship.", StringComparison.Ordinal));
        Assert.Equal(names.Order(StringComparer.Ordinal), written.Names.Order(StringComparer.Ordinal));
        Assert.All(written.Names, name => Assert.Equal(expected.ShapeOf(name), written.ShapeOf(name)));
        // and every number, but for the heads that nothing uses
        foreach (var name in written.Names.Where(
            name => kind is PublishedKind.Encoder or PublishedKind.Bert || !name.Contains("cls.predictions.", StringComparison.Ordinal)))
        {
            using var scope = NewDisposeScope();
            Assert.True(expected.Load(name).equal(written.Load(name)).all().item<bool>(), name);
        }
        Assert.Equal(kind, PublishedKinds.Of(written));
        // and what was written comes in again as the same model
        using var first = Read(source);
        using var second = Read(_folder.At("out"));
        Same(first, second);
        Assert.Contains(kind.Architecture(), File.ReadAllText(_folder.At("out/config.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_GivesTheEmbedderThatMadeThePublishedVectors_WhichBecomeAnIndex()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var notes = new List<string>();
        using var model = PublishedImport.Read("toy", [Copy("openqa", "pytorch_model.bin")], null, 1, CPU, notes.Add);
        using var weights = GoldenCase.Weights("openqa");

        var rows = GoldenFiles.Json("openqa", "block_records.json").EnumerateArray()
            .Select(text => model.Featurizer.Query(model.Tokenizer.Encode(text.GetString()!), model.Options.Encoder.MaxPositions)).ToList();
        using var inputs = model.Featurizer.Pack(rows, CPU);

        GoldenFiles.Near(weights.Load("block_emb"), model.Embedder.Embed(inputs), "blocks");
        // how the vectors themselves come in is said, and that passages get the questions' embedder
        Assert.Equal(2, notes.Count);
        Assert.Contains("embedder of questions alone", notes[0], StringComparison.Ordinal);
        Assert.Contains("realm index import", notes[1], StringComparison.Ordinal);
        var blocks = new MemoryBlockStore(
            GoldenFiles.Json("openqa", "block_records.json").EnumerateArray().Select(text => Block.Create("", text.GetString()!, 0)));
        using var file = TensorFiles.Open(GoldenFiles.At("openqa", "model.safetensors"));
        IndexBuilder.BuildFromVectors(
            new IndexRequest(_folder.At("index"), blocks, "1", model, "toy"), new GivenVectors(file), TimeProvider.System, null, CancellationToken.None);
        using var index = IndexFolder.OpenCurrent(_folder.At("index"))!;
        Assert.Equal(weights.Load("block_emb").data<float>().ToArray(), index.Vectors([.. blocks.EnumerateRows()]));

        // and go out again as they came, with the passages
        PublishedExport.Save(model, PublishedKind.OpenQa, _folder.At("out"), blocks: new PublishedBlocks(blocks, index));
        using var written = SafetensorsFile.Open(_folder.At("out/model.safetensors"));
        Assert.True(weights.Load("block_emb").equal(written.Load("block_emb")).all().item<bool>());
        Assert.Equal(Passages(GoldenFiles.At("openqa", "block_records.npy")), Passages(_folder.At("out/block_records.npy")));
        Assert.Contains("\"num_block_records\": 12", File.ReadAllText(_folder.At("out/config.json")), StringComparison.Ordinal);
        var refused = Assert.Throws<InvalidOperationException>(
            () => PublishedExport.Save(model, PublishedKind.Reader, _folder.At("reader"), blocks: new PublishedBlocks(blocks, index)));
        Assert.Contains("as openQa", refused.Message, StringComparison.Ordinal);

        static List<string> Passages(string path) => [.. CorpusSource.Read([path]).Select(item => item.Document!.Text)];
    }

    [Fact]
    public void SaveRecords_SaysSo_WhenTheCorpusLostAPassage()
    {
        using var model = TinyModel.Create();
        var blocks = new MemoryBlockStore(TinyModel.Blocks);
        IndexBuilder.Build(new IndexRequest(_folder.At("index"), blocks, "1", model, "tiny"), TimeProvider.System, null, CancellationToken.None);
        using var index = IndexFolder.OpenCurrent(_folder.At("index"))!;

        var refused = Assert.Throws<InvalidOperationException>(
            () => new PublishedBlocks(new MemoryBlockStore(TinyModel.Blocks.Skip(1)), index).SaveRecords(_folder.At("")));

        Assert.Contains("realm index build", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.At(""), "block_records*"));
    }

    [Fact]
    public void Read_EmbedsPassagesAsBeforeFineTuning_WhereThatEmbedderIsGiven()
    {
        // given an open-QA model and the embedder that its fine-tuning began with
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = PublishedImport.Read("pair", [Copy("openqa", "model.safetensors"), Copy("embedder", "pytorch_model.bin")], null, 1, CPU);

        using var open = GoldenCase.Weights("openqa");
        using var embedder = GoldenCase.Weights("embedder");
        foreach (var (name, tensor) in StateDict.Export(model.Embedder))
            Assert.True(embedder.Load(name).equal(tensor).all().item<bool>(), name);
        foreach (var (name, tensor) in StateDict.Export(model.QueryEmbedder))
            Assert.True(open.Load($"embedder.{name}").equal(tensor).all().item<bool>(), name);

        // It goes out as an open-QA model with the embedder of questions, since passages have their vectors, and not without them.
        var refused = Assert.Throws<InvalidOperationException>(() => PublishedExport.Save(model, PublishedKind.OpenQa, _folder.At("without")));
        Assert.Contains("with a corpus", refused.Message, StringComparison.Ordinal);
        var blocks = new MemoryBlockStore(TinyModel.Blocks);
        IndexBuilder.Build(new IndexRequest(_folder.At("index"), blocks, "1", model, "pair"), TimeProvider.System, null, CancellationToken.None);
        using var index = IndexFolder.OpenCurrent(_folder.At("index"))!;
        PublishedExport.Save(model, PublishedKind.OpenQa, _folder.At("out"), blocks: new PublishedBlocks(blocks, index));
        using var written = SafetensorsFile.Open(_folder.At("out/model.safetensors"));
        foreach (var name in written.Names.Where(name => name.StartsWith("embedder.realm.", StringComparison.Ordinal)))
            Assert.True(open.Load(name).equal(written.Load(name)).all().item<bool>(), name);
        Assert.Equal([TinyModel.Blocks.Count, model.Options.Retriever.ProjectionSize], written.ShapeOf("block_emb"));
    }

    [Fact]
    public void Read_JoinsPartsFromSeveralFolders()
    {
        var notes = new List<string>();
        using var model = PublishedImport.Read("parts", [Copy("embedder", "model.safetensors"), Copy("reader", "pytorch_model.bin")], null, 1, CPU, notes.Add);

        using var embedder = GoldenCase.Weights("embedder");
        using var reader = GoldenCase.Weights("reader");
        foreach (var (name, tensor) in StateDict.Export(model.Embedder))
            Assert.True(embedder.Load(name).equal(tensor).all().item<bool>(), name);
        foreach (var (name, tensor) in StateDict.Export(model.Reader))
            Assert.True(reader.Load(name).equal(tensor).all().item<bool>(), name);
        Assert.Empty(notes);
        // and the whole is a model of our own
        model.Save(_folder.At("own"));
        Assert.True(PublishedImport.IsOwn(_folder.At("own")));
        Assert.False(PublishedImport.IsOwn(Copy("openqa", "model.safetensors")));
        using var loaded = RealmModel.Load(_folder.At("own"), CPU);
        Same(model, loaded);
    }

    [Fact]
    public void Read_StartsAMissingPartFromTheEncoderThereIs()
    {
        var notes = new List<string>();
        using var model = PublishedImport.Read("start", [Copy("bert", "model.safetensors")], null, 1, CPU, notes.Add);

        // both parts know BERT's words, and that their heads are untrained is said
        using var weights = GoldenCase.Weights("bert");
        Assert.True(weights.Load("bert.embeddings.word_embeddings.weight").equal(model.Embedder.Bert.WordEmbeddings).all().item<bool>());
        Assert.True(weights.Load("bert.embeddings.word_embeddings.weight").equal(model.Reader.Bert.WordEmbeddings).all().item<bool>());
        Assert.Equal(2, notes.Count(note => note.Contains("untrained", StringComparison.Ordinal)));
    }

    [Fact]
    public void Read_KeepsTwoTowersApart_WhenTheyDiffer()
    {
        // given a scorer whose query tower was trained on
        using (var shared = Read(Copy("scorer", "pytorch_model.bin")))
        {
            Assert.Same(shared.Embedder, shared.QueryEmbedder);
            var model = shared.WithSeparateTowers();
            using (no_grad())
            using (var two = 2.ToScalar())
                model.QueryEmbedder.Bert.WordEmbeddings.mul_(two);
            PublishedExport.Save(model, PublishedKind.Scorer, _folder.At("two"));
            Assert.Throws<InvalidOperationException>(() => PublishedExport.Save(model, PublishedKind.OpenQa, _folder.At("no")));
        }

        using var read = Read(_folder.At("two"));

        Assert.NotSame(read.Embedder, read.QueryEmbedder);
        using var scope = NewDisposeScope();
        Assert.True((read.Embedder.Bert.WordEmbeddings * 2).equal(read.QueryEmbedder.Bert.WordEmbeddings).all().item<bool>());
    }

    [Fact]
    public void Read_SaysWhatIsWrong()
    {
        var reader = Copy("reader", "model.safetensors");
        Assert.Contains("brings a reader, and so does", Assert.Throws<CheckpointException>(() => Read(reader, Copy("openqa", "model.safetensors"))).Message,
            StringComparison.Ordinal);

        File.Delete(Path.Combine(reader, "vocab.txt"));
        Assert.Contains("--vocab", Assert.Throws<FileNotFoundException>(() => Read(reader)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(reader, "vocab.txt"), "[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\n[MASK]\r\n");
        Assert.Contains("vocab_size 120", Assert.Throws<InvalidDataException>(() => Read(reader)).Message, StringComparison.Ordinal);

        File.Delete(Path.Combine(reader, "config.json"));
        Assert.Contains("config.json", Assert.Throws<FileNotFoundException>(() => Read(reader)).Message, StringComparison.Ordinal);

        var other = Copy("bert", "model.safetensors");
        using (var some = zeros(2))
            SafetensorsFile.Save(Path.Combine(other, "model.safetensors"), [("gpt.wte.weight", some)]);
        Assert.Contains("belong to no REALM model", Assert.Throws<CheckpointException>(() => Read(other)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(other, "model.safetensors"), "PK\u0003\u0004 no archive");
        Assert.Throws<CheckpointException>(() => Read(other));
    }

    [Fact]
    public void Save_Refuses_WhatThePublishedClassesHaveNoPlaceFor()
    {
        using var own = TinyModel.Create();

        var message = Assert.Throws<InvalidOperationException>(() => PublishedExport.Save(own, PublishedKind.OpenQa, _folder.At("out"))).Message;

        Assert.Contains("convolutions, lexical features, mean pooling, a null span, relevance weights", message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("out")));
        using var plain = RealmModel.Create("plain", GoldenCase.Options("reader"), ToyVocabulary(), null, null, 1, CPU);
        Assert.Contains("no masked-LM head",
            Assert.Throws<InvalidOperationException>(() => PublishedExport.Save(plain, PublishedKind.Encoder, _folder.At("out"))).Message,
            StringComparison.Ordinal);
    }

    private static RealmModel Read(params string[] folders) => PublishedImport.Read("toy", folders, null, 1, CPU);

    private string Copy(string published, string file)
    {
        var folder = Directory.CreateDirectory(_folder.At($"{published}-{file}")).FullName;
        foreach (var name in new[] { "config.json", file })
            File.WriteAllBytes(Path.Combine(folder, name), File.ReadAllBytes(GoldenFiles.At(published, name)));
        ToyVocabulary().Save(Path.Combine(folder, "vocab.txt"));
        return folder;
    }

    // The toy vocabulary has one word twice, which no published one has.
    private static Vocabulary ToyVocabulary()
    {
        var tokens = File.ReadAllLines(GoldenFiles.At("openqa", "vocab.txt"));
        return new(tokens.Select((token, i) => tokens.AsSpan(i + 1).Contains(token) ? $"[unused row {i}]" : token));
    }

    private static void Same(RealmModel first, RealmModel second)
    {
        foreach (var (a, b) in new (
            TorchSharp.torch.nn.Module, TorchSharp.torch.nn.Module)[] { (first.Embedder, second.Embedder), (first.QueryEmbedder, second.QueryEmbedder),
            (first.Reader, second.Reader) })
        {
            foreach (var ((name, one), (_, other)) in StateDict.Export(a).Zip(StateDict.Export(b)))
                Assert.True(one.equal(other).all().item<bool>(), name);
        }
        // the same numbers give the same answers: one row through both
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using BertInputs inputs = first.Featurizer.Pack([first.Featurizer.Query([new Piece(7, 0, 1, 0), new Piece(9, 1, 2, 1)], 16)], CPU);
        Assert.True(first.Embedder.Embed(inputs).equal(second.Embedder.Embed(inputs)).all().item<bool>());
    }
}
