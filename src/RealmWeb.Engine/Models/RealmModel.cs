using System.Text.Json;
using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>Retriever and reader with their vocabulary: all that answers questions. A folder on disk (<see cref="ModelFiles"/>).</summary>
/// <remarks>Tensor names are those of the published checkpoints: <c>embedder.…</c>, <c>reader.…</c> and, where questions have an embedder of their own
/// (<see cref="BertOptions.SeparateTowers"/>), <c>query_embedder.…</c>. Own small models add <c>lexical.…</c>.</remarks>
public sealed class RealmModel : IBlockEncoder, IDisposable
{
    private const string AnsweringKey = "answering";
    private const string VocabularyKey = "vocab_sha256";
    private const string IdfName = "lexical.inverse_document_frequency";
    private const string VectorsName = "lexical.word_vectors";
    private const string HeadPrefix = "reader.cls.";

    // Published heads carry a decoder of their own that nothing wrote; ours decode with the word embeddings, as BERT does.
    private static readonly StateDictOptions TiedHead = new() { MayBeUnused = ["predictions.decoder.", "seq_relationship."] };
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private Embedder? _queryEmbedder;
    private Lazy<string> _version;

    private RealmModel(string name, BertOptions options, AnsweringDefaults answering, Vocabulary vocabulary, LexicalStatistics? statistics, Device device)
    {
        Name = name;
        Options = options;
        Answering = answering;
        Vocabulary = vocabulary;
        Tokenizer = new WordPieceTokenizer(vocabulary);
        Featurizer = new Featurizer(vocabulary);
        Statistics = statistics;
        Features = statistics is null ? null : new LexicalFeatures(Tokenizer, statistics);
        Device = device;
        Embedder = new Embedder(options);
        Reader = new SpanReader(options);
        Embedder.eval();
        Reader.eval();
        if (options.SeparateTowers)
            _queryEmbedder = NewQueryEmbedder();
        _version = new Lazy<string>(HashEmbedder);
    }

    /// <summary>Name of the model: that of its folder.</summary>
    public string Name { get; }

    public BertOptions Options { get; private set; }

    public AnsweringDefaults Answering { get; private set; }

    public Vocabulary Vocabulary { get; }

    public WordPieceTokenizer Tokenizer { get; }

    public Featurizer Featurizer { get; }

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

    public int Dimension => Options.ProjectionSize;

    /// <summary>Longest reader input in pieces that the model has positions for.</summary>
    public int ReaderLength => Math.Min(Options.ReaderLength, Options.MaxPositions);

    /// <remarks>Questions' own embedder is not in it: the vectors of an index do not depend on that.</remarks>
    public string ModelVersion => _version.Value;

    /// <summary>A model with random weights, whose word embeddings start from word vectors where there are some.</summary>
    /// <param name="statistics">Null for a model without lexical features.</param>
    /// <param name="wordVectors">Row-major [V, hidden]; null to start at random.</param>
    /// <param name="seed">Decides the weights.</param>
    public static RealmModel Create(string name, BertOptions options, Vocabulary vocabulary, LexicalStatistics? statistics, float[]? wordVectors, int seed, Device device)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(vocabulary);
        TorchRuntime.Seed(seed);
        options = options with
        {
            VocabularySize = vocabulary.Count,
            PadTokenId = vocabulary.PadId,
            FeatureSizes = statistics is null ? [] : [.. LexicalFeatures.Sizes],
        };
        var model = new RealmModel(name, options, new AnsweringDefaults(), vocabulary, statistics, device);
        ScaleProjection(model.Embedder, options.ProjectionSize);
        if (wordVectors is not null)
        {
            foreach (var weight in new[] { model.Embedder.Bert.WordEmbeddings, model.Reader.Bert.WordEmbeddings })
                StartFrom(weight, wordVectors, options);
        }
        if (model._queryEmbedder is { } queries)
            Copy(model.Embedder, queries);
        model.ToDevice();
        return model;
    }

    /// <summary>Reads a model folder.</summary>
    /// <exception cref="CheckpointException">A weight is missing, misshapen or not a number; the message names it.</exception>
    /// <exception cref="InvalidDataException">config.json is unusable.</exception>
    /// <exception cref="FileNotFoundException">A file of the folder is missing.</exception>
    public static RealmModel Load(string folder, Device device)
    {
        var weights = TensorFiles.Find(folder) ?? ModelFiles.Weights(folder);
        foreach (var file in new[] { ModelFiles.Config(folder), weights, ModelFiles.Vocabulary(folder) })
        {
            if (!File.Exists(file))
                throw new FileNotFoundException($"The model folder {folder} lacks {Path.GetFileName(file)}. A model has config.json, model.safetensors and vocab.txt.", file);
        }
        var options = BertOptions.Load(ModelFiles.Config(folder));
        var vocabulary = Vocabulary.Load(ModelFiles.Vocabulary(folder));
        if (vocabulary.Count != options.VocabularySize)
            throw new InvalidDataException($"{ModelFiles.Vocabulary(folder)} has {vocabulary.Count} pieces but config.json says vocab_size {options.VocabularySize}. Use the vocab.txt that the model was trained with.");
        // Published configurations do not say which vocabulary they belong to; ours do, since one of the same length would pass unnoticed.
        if (options.Other is { } stated && stated.TryGetValue(VocabularyKey, out var hash) && hash.ToString() != vocabulary.Hash)
            throw new InvalidDataException($"{ModelFiles.Vocabulary(folder)} holds other pieces, or holds them in another order, than the vocabulary that the model was saved with. Use the vocab.txt that belongs to it.");
        var answering = options.Other is { } other && other.TryGetValue(AnsweringKey, out var stored) ? stored.Deserialize<AnsweringDefaults>(Json) : null;
        answering?.Validate();
        using var file_ = TensorFiles.Open(weights);
        var model = new RealmModel(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), options, answering ?? new AnsweringDefaults(), vocabulary, ReadStatistics(file_, options), device);
        StateDict.LoadInto(model.Embedder, file_, "embedder.");
        if (model._queryEmbedder is { } queries)
            StateDict.LoadInto(queries, file_, "query_embedder.");
        StateDict.LoadInto(model.Reader, file_, "reader.");
        if (file_.Contains(HeadPrefix + "predictions.bias"))
            StateDict.LoadInto(model.RequireHead(0), file_, HeadPrefix, TiedHead);
        model.ToDevice();
        return model;
    }

    /// <summary>Writes the folder; each file under a temporary name first, the configuration last.</summary>
    /// <param name="storeAs">Float16 halves the size; Float32 keeps every bit.</param>
    public void Save(string folder, ScalarType storeAs = ScalarType.Float32)
    {
        Directory.CreateDirectory(folder);
        Vocabulary.Save(ModelFiles.Vocabulary(folder));
        using (no_grad())
        using (NewDisposeScope())
        {
            var tensors = new List<(string, Tensor)>();
            tensors.AddRange(StateDict.Export(Embedder, "embedder.").Select(entry => (entry.Name, entry.Tensor.cpu())));
            if (_queryEmbedder is { } queries)
                tensors.AddRange(StateDict.Export(queries, "query_embedder.").Select(entry => (entry.Name, entry.Tensor.cpu())));
            tensors.AddRange(StateDict.Export(Reader, "reader.").Select(entry => (entry.Name, entry.Tensor.cpu())));
            if (Head is not null)
                tensors.AddRange(StateDict.Export(Head, HeadPrefix).Select(entry => (entry.Name, entry.Tensor.cpu())));
            if (Statistics is not null)
            {
                tensors.Add((IdfName, tensor(Statistics.InverseDocumentFrequency)));
                if (Statistics.Dimension > 0)
                    tensors.Add((VectorsName, tensor(Statistics.WordVectors, [Vocabulary.Count, Statistics.Dimension])));
            }
            SafetensorsFile.Save(ModelFiles.Weights(folder), tensors, storeAs);
        }
        SaveConfig(folder);
    }

    /// <summary>Writes config.json alone: enough where only <see cref="Answering"/> changed.</summary>
    public void SaveConfig(string folder)
    {
        var other = Options.Other is null ? [] : new Dictionary<string, JsonElement>(Options.Other);
        other[AnsweringKey] = JsonSerializer.SerializeToElement(Answering, Json);
        other[VocabularyKey] = JsonSerializer.SerializeToElement(Vocabulary.Hash);
        (Options with { Other = other }).Save(ModelFiles.Config(folder));
    }

    /// <summary>The masked-LM head, made at random where the model has none yet.</summary>
    public MaskedLanguageModelHead RequireHead(int seed)
    {
        if (Head is not null)
            return Head;
        TorchRuntime.Seed(seed);
        Head = new MaskedLanguageModelHead(Options);
        Head.to(Device);
        return Head;
    }

    /// <summary>Sets what was fitted after training; stored with the next <see cref="Save"/>.</summary>
    public void Calibrate(AnsweringDefaults answering) => Answering = answering;

    /// <summary>Drops what was fitted to the weights as they were, before they change: the temperature of confidence and the mixture of retrieval.</summary>
    public void ForgetFits() => Calibrate(Answering with { Temperature = null, Mixture = null });

    /// <summary>Gives questions an embedder of their own that starts as a copy of the blocks'; nothing where they have one.</summary>
    public void SeparateTowers()
    {
        if (_queryEmbedder is not null)
            return;
        Options = Options with { SeparateTowers = true };
        _queryEmbedder = NewQueryEmbedder();
        _queryEmbedder.to(Device);
        Copy(Embedder, _queryEmbedder);
    }

    /// <summary>Copies the weights of the reader's encoder into those of the retriever.</summary>
    public void ShareReaderEncoder()
    {
        Copy(Reader.Bert, Embedder.Bert);
        if (_queryEmbedder is { } queries)
            Copy(Reader.Bert, queries.Bert);
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
        Require(from.Embedder, Embedder);
        if (from._queryEmbedder is not null)
            SeparateTowers();
        Copy(from.Embedder, Embedder);
        if (_queryEmbedder is { } queries)
            Copy(from.QueryEmbedder, queries);
        WeightsChanged();

        void Require(nn.Module source, nn.Module target)
        {
            var shapes = source.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.shape);
            foreach (var (name, parameter) in target.named_parameters())
            {
                if (!shapes.TryGetValue(name, out var shape) || !shape.SequenceEqual(parameter.shape))
                    throw new ArgumentException($"{from.Name} has no {name} of shape [{string.Join(", ", parameter.shape)}]. Combine models of the same sizes.", nameof(from));
            }
        }
    }

    /// <summary>Query vectors in inference mode, row-major [questions, d].</summary>
    public float[] EncodeQueries(IReadOnlyList<IReadOnlyList<Piece>> questions)
    {
        ArgumentNullException.ThrowIfNull(questions);
        return Embedding.Queries(questions);
    }

    /// <summary>A question as its embedder sees it.</summary>
    public InputRow QueryRow(IReadOnlyList<Piece> question) => Embedding.QueryRow(question);

    /// <summary>A block as its embedder sees it.</summary>
    public InputRow BlockRow(Block block) => Embedding.BlockRow(block);

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
        var embedder = new Embedder(Options);
        embedder.eval();
        return embedder;
    }

    private void ToDevice()
    {
        Embedder.to(Device);
        _queryEmbedder?.to(Device);
        Reader.to(Device);
    }

    private static void Copy(nn.Module from, nn.Module to)
    {
        using var noGradient = no_grad();
        var source = from.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach (var (name, parameter) in to.named_parameters())
            parameter.copy_(source[name]);
    }

    private TextEmbedding Embedding => new(QueryEmbedder, Embedder, Tokenizer, Featurizer, Options, Device);

    // With a gain of 1 the inner product of two unrelated vectors deviates by sqrt(d), and a softmax over a batch is saturated before training
    // begins; with this gain it deviates by 1. Published retrievers start from BERT and get past it; from random weights most of a run is lost.
    private static void ScaleProjection(Embedder embedder, int dimension)
    {
        using var noGradient = no_grad();
        embedder.named_parameters().Single(entry => entry.name == "cls.LayerNorm.weight").parameter.fill_(Math.Pow(dimension, -0.25));
    }

    // Word vectors scaled to the size that random embeddings would have, so that the other embeddings keep their weight beside them.
    private static void StartFrom(TorchSharp.Modules.Parameter weight, float[] vectors, BertOptions options)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        // [V, hidden]
        var start = tensor(vectors, [options.VocabularySize, options.HiddenSize]);
        start = start - start.mean([0], true);
        start = start / start.norm(1, true).clamp_min(1e-6) * Math.Sqrt(options.HiddenSize) * options.InitializerRange;
        weight.copy_(start);
    }

    // A wrong size here would only show when a question touches a piece beyond it, so it is refused with the file.
    private static LexicalStatistics? ReadStatistics(ITensorFile file, BertOptions options)
    {
        if (!file.Contains(IdfName))
            return options.FeatureSizes.Length == 0 ? null
                : throw new CheckpointException(file.Path, IdfName, "the file lacks it, and config.json says that the model reads with lexical features. Use the files that were saved together.");
        if (!options.FeatureSizes.SequenceEqual(LexicalFeatures.Sizes))
            throw new InvalidDataException(
                $"config.json beside {file.Path} has feature_sizes [{string.Join(", ", options.FeatureSizes)}], but the lexical features have [{string.Join(", ", LexicalFeatures.Sizes)}]. Use the config.json that the model was saved with.");
        if (file.ShapeOf(IdfName) is not [var rows] || rows != options.VocabularySize)
            throw new CheckpointException(file.Path, IdfName, $"it should have one number for each of the {options.VocabularySize} pieces. Load it with the vocab.txt that it was saved with.");
        if (file.Contains(VectorsName) && (file.ShapeOf(VectorsName) is not [var vectorRows, > 0] || vectorRows != options.VocabularySize))
            throw new CheckpointException(file.Path, VectorsName, $"it should have one vector for each of the {options.VocabularySize} pieces. Load it with the vocab.txt that it was saved with.");
        using var scope = NewDisposeScope();
        var idf = file.Load(IdfName, ScalarType.Float32).data<float>().ToArray();
        if (!Array.TrueForAll(idf, float.IsFinite))
            throw new CheckpointException(file.Path, IdfName, "it holds NaN or infinity. The file is damaged; take another copy.");
        if (!file.Contains(VectorsName))
            return new LexicalStatistics(idf, [], 0);
        var vectors = file.Load(VectorsName, ScalarType.Int8);
        return new LexicalStatistics(idf, vectors.data<sbyte>().ToArray(), (int)vectors.shape[1]);
    }

    private string HashEmbedder() => Embedding.ContentHash();
}
