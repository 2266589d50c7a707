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
/// (<see cref="RetrieverOptions.SeparateTowers"/>), <c>query_embedder.…</c>. Own small models add <c>lexical.…</c>.</remarks>
public sealed class RealmModel : IBlockEncoder, IDisposable
{
    private Embedder? _queryEmbedder;
    private Lazy<string> _version;

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
        Embedder = new Embedder(options.Encoder, options.Retriever);
        Reader = new SpanReader(options.Encoder, options.Reader);
        Embedder.eval();
        Reader.eval();
        if (options.Retriever.SeparateTowers)
            _queryEmbedder = NewQueryEmbedder();
        _version = new Lazy<string>(HashEmbedder);
    }

    /// <summary>Name of the model: that of its folder.</summary>
    public string Name { get; }

    public ModelOptions Options { get; private set; }

    public AnsweringDefaults Answering { get; private set; }

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

    /// <summary>Embed_input.</summary>
    public Embedder QueryEmbedder => _queryEmbedder ?? Embedder;

    public SpanReader Reader { get; }

    /// <summary>Masked-LM head over the reader's encoder, which pre-training predicts with; null in a model that was never pre-trained.</summary>
    public MaskedLanguageModelHead? Head { get; private set; }

    public int Dimension => Options.Dimension;

    /// <summary>Longest reader input in pieces that the model has positions for.</summary>
    public int ReaderLength => Math.Min(Options.Reader.Length, Options.Encoder.MaxPositions);

    /// <remarks>Questions' own embedder is not in it: the vectors of an index do not depend on that.</remarks>
    public string ModelVersion => _version.Value;

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

    /// <summary>The masked-LM head, made at random where the model has none yet.</summary>
    public MaskedLanguageModelHead RequireHead(int seed)
    {
        if (Head is not null)
            return Head;
        TorchRuntime.Seed(seed);
        Head = new MaskedLanguageModelHead(Options.Encoder);
        Head.to(Device);
        return Head;
    }

    /// <summary>Sets what was fitted after training; stored with the next <see cref="Save"/>.</summary>
    public void Calibrate(AnsweringDefaults answering) => Answering = answering;

    /// <summary>Drops the temperature of confidence, which was fitted to weights that change.</summary>
    public void ForgetTemperature() => Calibrate(Answering with { Temperature = null });

    /// <summary>Drops the mixture of retrieval, which was fitted to a retriever that changes.</summary>
    public void ForgetMixture() => Calibrate(Answering with { Mixture = null });

    /// <summary>Gives questions an embedder of their own that starts as a copy of the blocks'; nothing where they have one.</summary>
    public void SeparateTowers()
    {
        if (_queryEmbedder is not null)
            return;
        Options = Options with { Retriever = Options.Retriever with { SeparateTowers = true } };
        _queryEmbedder = NewQueryEmbedder();
        _queryEmbedder.to(Device);
        WeightCopy.Between(Embedder, _queryEmbedder);
    }

    /// <summary>Copies the weights of the reader's encoder into those of the retriever.</summary>
    public void ShareReaderEncoder()
    {
        WeightCopy.Between(Reader.Bert, Embedder.Bert);
        if (_queryEmbedder is { } queries)
            WeightCopy.Between(Reader.Bert, queries.Bert);
        WeightsChanged();
    }

    /// <summary>To be told after the embedder was trained, so that vectors of before and after are not taken for the same.</summary>
    public void WeightsChanged() => _version = new Lazy<string>(HashEmbedder);

    /// <summary>Copies another model's retriever over this one's.</summary>
    /// <exception cref="ArgumentException">The models differ in vocabulary or in sizes.</exception>
    public void TakeRetriever(RealmModel from)
    {
        ArgumentNullException.ThrowIfNull(from);
        if (from.Vocabulary.Hash != Vocabulary.Hash)
            throw new ArgumentException($"{from.Name} and {Name} have different vocabularies. Combine models that were trained from one start.", nameof(from));
        WeightCopy.Require(from.Embedder, Embedder, from.Name);
        if (from._queryEmbedder is not null)
            SeparateTowers();
        WeightCopy.Between(from.Embedder, Embedder);
        if (_queryEmbedder is { } queries)
            WeightCopy.Between(from.QueryEmbedder, queries);
        WeightsChanged();
    }

    /// <summary>Query vectors in inference mode, row-major [questions, d].</summary>
    public float[] EncodeQueries(IReadOnlyList<IReadOnlyList<Piece>> questions)
    {
        ArgumentNullException.ThrowIfNull(questions);
        return Embedding.Queries(questions);
    }

    public float[] Encode(IReadOnlyList<Block> blocks, CancellationToken cancellationToken) => Embedding.Blocks(blocks, cancellationToken);

    /// <inheritdoc/>
    public float[] EncodeQueries(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        Embedding.Queries([.. texts.Select(text => Tokenizer.Encode(text))]);

    public void Dispose()
    {
        Embedder.Dispose();
        _queryEmbedder?.Dispose();
        Reader.Dispose();
        Head?.Dispose();
    }

    private Embedder NewQueryEmbedder()
    {
        var embedder = new Embedder(Options.Encoder, Options.Retriever);
        embedder.eval();
        return embedder;
    }

    internal void ToDevice()
    {
        Embedder.to(Device);
        _queryEmbedder?.to(Device);
        Reader.to(Device);
    }

    private TextEmbedding Embedding => new(QueryEmbedder, Embedder, Inputs, Featurizer, Dimension, Device);

    /// <inheritdoc cref="TextEmbedding.RetrieverHash"/>
    public string RetrieverHash() => Embedding.RetrieverHash();

    private string HashEmbedder() => Embedding.ContentHash();
}
