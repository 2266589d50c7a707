using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>Retriever and reader with their vocabulary: all that answers questions. A folder on disk (<see cref="ModelFiles"/>).</summary>
/// <remarks>Tensor names are those of the published checkpoints: <c>embedder.…</c>, <c>reader.…</c> and, where questions have an embedder of their own
/// (<see cref="RetrieverOptions.SeparateTowers"/>), <c>query_embedder.…</c>. Own small models add <c>lexical.…</c>.
/// <para>A bundle, which never changes: what is to differ comes as another one, by <c>With…</c>, over the same modules. Training changes the weights inside
/// the modules, so the bundle that begins it is spent when it ends: <see cref="WithTrainedWeights"/> gives the next.</para>
/// <para>Bundles that come of one another own their modules together, also those that a later one added. Whoever made the first disposes one of them, at
/// the end, and so all; nobody else does.</para></remarks>
public sealed class RealmModel : IBlockEncoder, IDisposable
{
    private readonly ModelModules _modules;
    private readonly Lazy<string> _version;

    internal RealmModel(string name, ModelOptions options, AnsweringDefaults answering, Vocabulary vocabulary, LexicalStatistics? statistics, Device device)
    {
        Name = name;
        Options = options;
        Answering = answering;
        Vocabulary = vocabulary;
        Tokenizer = new WordPieceTokenizer(vocabulary);
        Featurizer = new Featurizer(vocabulary);
        Inputs = new RetrieverInputs(Tokenizer, Featurizer, options.Encoder, options.Retriever);
        Statistics = statistics;
        Features = statistics is null ? null : new LexicalFeatures(Tokenizer, statistics);
        Device = device;
        _modules = new ModelModules();
        Embedder = _modules.Add(new Embedder(options.Encoder, options.Retriever));
        Reader = _modules.Add(new SpanReader(options.Encoder, options.Reader));
        QueryEmbedder = options.Retriever.SeparateTowers ? _modules.Add(new Embedder(options.Encoder, options.Retriever)) : Embedder;
        _version = new Lazy<string>(HashEmbedder);
    }

    /// <param name="version">That of a bundle whose blocks' embedder has the same weights; null to compute it.</param>
    private RealmModel(
        RealmModel from, ModelOptions options, AnsweringDefaults answering, Embedder queryEmbedder, MaskedLanguageModelHead? head, Lazy<string>? version)
    {
        (Name, Device, Statistics, Features) = (from.Name, from.Device, from.Statistics, from.Features);
        (Vocabulary, Tokenizer, Featurizer, Inputs) = (from.Vocabulary, from.Tokenizer, from.Featurizer, from.Inputs);
        (_modules, Embedder, Reader) = (from._modules, from.Embedder, from.Reader);
        (Options, Answering, QueryEmbedder, Head) = (options, answering, queryEmbedder, head);
        _version = version ?? new Lazy<string>(HashEmbedder);
    }

    /// <summary>Name of the model: that of its folder.</summary>
    public string Name { get; }

    public ModelOptions Options { get; }

    public AnsweringDefaults Answering { get; }

    public Vocabulary Vocabulary { get; }

    public WordPieceTokenizer Tokenizer { get; }

    public Featurizer Featurizer { get; }

    /// <summary>Questions and blocks as the embedders see them.</summary>
    public RetrieverInputs Inputs { get; }

    /// <summary>Null for a model without lexical features (published checkpoints).</summary>
    public LexicalStatistics? Statistics { get; }

    /// <summary>Null for a model without lexical features (published checkpoints).</summary>
    public LexicalFeatures? Features { get; }

    public Device Device { get; }

    /// <summary>Embed_doc; where the towers are not separate, Embed_input too.</summary>
    public Embedder Embedder { get; }

    /// <summary>Embed_input: <see cref="Embedder"/> itself where the towers are not separate.</summary>
    public Embedder QueryEmbedder { get; }

    public SpanReader Reader { get; }

    /// <summary>Masked-LM head over the reader's encoder, which pre-training predicts with; null in a model that was never pre-trained.</summary>
    public MaskedLanguageModelHead? Head { get; }

    public int Dimension => Options.Dimension;

    /// <summary>Longest reader input in pieces that the model has positions for.</summary>
    public int ReaderLength => Math.Min(Options.Reader.Length, Options.Encoder.MaxPositions);

    /// <remarks>Questions' own embedder is not in it: the vectors of an index do not depend on that.</remarks>
    public string ModelVersion => _version.Value;

    /// <summary>Content hash of all that decides what is answered and how sure that is: retriever, reader and <see cref="Answering"/>. What was fitted to one
    /// corpus for a model holds where this is the same.</summary>
    public string AnsweringVersion()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(Embedding.RetrieverHash()));
        ContentHash.Append(hash, Reader);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(Answering, JsonSerializerOptions.Web));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc cref="RandomModel.Create"/>
    public static RealmModel Create(
        string name, ModelOptions options, Vocabulary vocabulary, LexicalStatistics? statistics, float[]? wordVectors, int seed, Device device) =>
        RandomModel.Create(name, options, vocabulary, statistics, wordVectors, seed, device);

    /// <inheritdoc cref="ModelFolder.Load"/>
    public static RealmModel Load(string folder, Device device, string? modelsFolder = null) => ModelFolder.Load(folder, device, modelsFolder);

    /// <inheritdoc cref="ModelFolder.Save(RealmModel, string, ScalarType)"/>
    public void Save(string folder, ScalarType storeAs = ScalarType.Float32) => ModelFolder.Save(this, folder, storeAs);

    /// <inheritdoc cref="ModelFolder.SaveChanged"/>
    public void SaveChanged(string folder, string baseFolder, ScalarType storeAs = ScalarType.Int8) =>
        ModelFolder.SaveChanged(this, folder, baseFolder, storeAs);

    /// <inheritdoc cref="ModelFolder.SaveConfig(RealmModel, string)"/>
    public void SaveConfig(string folder) => ModelFolder.SaveConfig(this, folder);

    /// <summary>With what was fitted after training; stored with the next <see cref="Save"/>.</summary>
    public RealmModel WithAnswering(AnsweringDefaults answering)
    {
        ArgumentNullException.ThrowIfNull(answering);
        return new RealmModel(this, Options, answering, QueryEmbedder, Head, _version);
    }

    /// <summary>Without the temperature of confidence, which was fitted to weights that change.</summary>
    public RealmModel WithoutTemperature() => WithAnswering(Answering with { Temperature = null });

    /// <summary>Without the mixture of retrieval, which was fitted to a retriever that changes, and without the bias of "no answer", which was fitted beside
    /// the mixture's scores: beside others it would refuse everything. Itself where it has no mixture.</summary>
    public RealmModel WithoutMixture() => Answering.Mixture is null ? this : WithAnswering(
        Answering with { Mixture = null, NullBias = 0, ReadingMargin = null });

    /// <summary>With a masked-LM head, made at random; itself where it has one.</summary>
    /// <param name="seed">Decides the head's weights.</param>
    public RealmModel WithHead(int seed)
    {
        if (Head is not null)
            return this;
        TorchRuntime.Seed(seed);
        var head = _modules.Add(new MaskedLanguageModelHead(Options.Encoder));
        head.to(Device);
        return new RealmModel(this, Options, Answering, QueryEmbedder, head, _version);
    }

    /// <summary>With an embedder of their own for questions, which starts as a copy of the blocks'; itself where they have one.</summary>
    public RealmModel WithSeparateTowers()
    {
        if (HasSeparateTowers)
            return this;
        var options = Options with { Retriever = Options.Retriever with { SeparateTowers = true } };
        var queries = _modules.Add(new Embedder(options.Encoder, options.Retriever));
        queries.to(Device);
        WeightCopy.Between(Embedder, queries);
        return new RealmModel(this, options, Answering, queries, Head, _version);
    }

    /// <summary>The same modules after their weights were changed, so that vectors of before and after are not taken for the same.</summary>
    public RealmModel WithTrainedWeights() => new(this, Options, Answering, QueryEmbedder, Head, version: null);

    /// <summary>Copies the weights of the reader's encoder over those of the retriever. The modules are those of this bundle, which is spent.</summary>
    public RealmModel WithReaderEncoderInRetriever()
    {
        WeightCopy.Between(Reader.Bert, Embedder.Bert);
        if (HasSeparateTowers)
            WeightCopy.Between(Reader.Bert, QueryEmbedder.Bert);
        return WithTrainedWeights();
    }

    /// <summary>Copies another model's retriever over this one's. The modules are those of this bundle, which is spent; the other model stays as it
    /// is.</summary>
    /// <exception cref="ArgumentException">The models differ in vocabulary or in sizes.</exception>
    public RealmModel WithRetrieverOf(RealmModel from)
    {
        ArgumentNullException.ThrowIfNull(from);
        if (from.Vocabulary.Hash != Vocabulary.Hash)
            throw new ArgumentException($"{from.Name} and {Name} have different vocabularies. Combine models that were trained from one start.", nameof(from));
        WeightCopy.Require(from.Embedder, Embedder, from.Name);
        var model = from.HasSeparateTowers ? WithSeparateTowers() : this;
        WeightCopy.Between(from.Embedder, model.Embedder);
        if (model.HasSeparateTowers)
            WeightCopy.Between(from.QueryEmbedder, model.QueryEmbedder);
        return model.WithTrainedWeights();
    }

    /// <summary>Moves retriever and reader towards those of another model that was trained from the same start: averages of two such models often
    /// answer better than either (Wortsman et al. 2022, "Model soups"). The modules are those of this bundle, which is spent; the other model stays
    /// as it is.</summary>
    /// <param name="share">How much of the other model, 0 to 1.</param>
    /// <exception cref="ArgumentException">The models differ in vocabulary or in sizes.</exception>
    public RealmModel WithShareOf(RealmModel other, double share)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Vocabulary.Hash != Vocabulary.Hash || other.HasSeparateTowers != HasSeparateTowers)
            throw new ArgumentException(
                $"{other.Name} and {Name} differ in their vocabulary or in their towers. Average models that were trained from one start.", nameof(other));
        List<(nn.Module From, nn.Module To)> parts = [(other.Reader, Reader), (other.Embedder, Embedder)];
        if (HasSeparateTowers)
            parts.Add((other.QueryEmbedder, QueryEmbedder));
        foreach (var (from, to) in parts)
            WeightCopy.Require(from, to, other.Name);
        foreach (var (from, to) in parts)
            WeightCopy.Average(from, to, share);
        return WithTrainedWeights();
    }

    /// <summary>Query vectors in inference mode, row-major [questions, d].</summary>
    public float[] EncodeQueries(IReadOnlyList<IReadOnlyList<Piece>> questions)
    {
        ArgumentNullException.ThrowIfNull(questions);
        return Embedding.Queries(questions);
    }

    /// <summary>The same of query inputs that are made already.</summary>
    internal float[] EncodeQueries(IReadOnlyList<InputRow> rows) => Embedding.Queries(rows);

    /// <summary>The weights of one of its embedders, to go back to; the caller disposes it.</summary>
    internal Embedder CopyOf(Embedder embedder)
    {
        var copy = new Embedder(Options.Encoder, Options.Retriever);
        copy.to(Device);
        WeightCopy.Between(embedder, copy);
        return copy;
    }

    /// <inheritdoc cref="IBlockEncoder.IndexVersion"/>
    public string IndexVersion => IBlockEncoder.IndexVersionOf(ModelVersion, EmbedsHalves);

    public bool EmbedsHalves => Options.Retriever.EmbedsHalves;

    public float[] Encode(IReadOnlyList<Block> blocks, CancellationToken cancellationToken) => Embedding.Blocks(blocks, cancellationToken);

    /// <inheritdoc/>
    public float[] EncodeQueries(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        Embedding.Queries([.. texts.Select(text => Tokenizer.Encode(text))]);

    /// <summary>Disposes the modules, for every bundle over them.</summary>
    public void Dispose() => _modules.Dispose();

    internal void ToDevice() => _modules.To(Device);

    private bool HasSeparateTowers => Options.Retriever.SeparateTowers;

    private TextEmbedding Embedding => new(QueryEmbedder, Embedder, Inputs, Featurizer, Dimension, Device);

    /// <inheritdoc cref="TextEmbedding.RetrieverHash"/>
    public string RetrieverHash() => Embedding.RetrieverHash();

    private string HashEmbedder() => Embedding.ContentHash();
}
