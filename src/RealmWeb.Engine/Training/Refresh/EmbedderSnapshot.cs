using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Training.Refresh;

/// <summary>The retriever as it was at one step: embeds the corpus and the queries of a generation while training moves on.</summary>
public sealed class EmbedderSnapshot : IBlockEncoder, IDisposable
{
    private const string BlockPrefix = "embedder.";
    private const string QueryPrefix = "query_embedder.";

    private readonly Embedder _blocks;
    private readonly Embedder _queries;
    private readonly TextEmbedding _embedding;

    public EmbedderSnapshot(RealmModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Dimension = model.Dimension;
        // New modules draw their weights at random. A snapshot may be taken in the middle of a step, and must not move the step's own draws.
        using (var draws = Generator.Default.get_state())
        {
            _blocks = New(model);
            _queries = ReferenceEquals(model.QueryEmbedder, model.Embedder) ? _blocks : New(model);
            Generator.Default.set_state(draws);
        }
        _embedding = new TextEmbedding(_queries, _blocks, model.Inputs, model.Featurizer, model.Dimension, model.Device);
    }

    public int Dimension { get; }

    public string ModelVersion { get; private set; } = "";

    /// <summary>Takes over the weights of a retriever that trains.</summary>
    public void CopyFrom(RealmModel trained)
    {
        ArgumentNullException.ThrowIfNull(trained);
        WeightCopy.Between(trained.Embedder, _blocks);
        if (!ReferenceEquals(_queries, _blocks))
            WeightCopy.Between(trained.QueryEmbedder, _queries);
        ModelVersion = _embedding.ContentHash();
    }

    /// <exception cref="CheckpointException">The file is damaged or of another model.</exception>
    public void Load(string path)
    {
        using var file = SafetensorsFile.Open(path);
        StateDict.LoadInto(_blocks, file, BlockPrefix);
        if (!ReferenceEquals(_queries, _blocks))
            StateDict.LoadInto(_queries, file, QueryPrefix);
        ModelVersion = _embedding.ContentHash();
    }

    public void Save(string path)
    {
        using var scope = NewDisposeScope();
        var weights = StateDict.Export(_blocks, BlockPrefix).ToList();
        if (!ReferenceEquals(_queries, _blocks))
            weights.AddRange(StateDict.Export(_queries, QueryPrefix));
        SafetensorsFile.Save(path, [.. weights.Select(entry => (entry.Name, entry.Tensor.cpu()))]);
    }

    /// <summary>Query vectors, row-major [rows, d].</summary>
    public float[] Queries(IReadOnlyList<InputRow> rows) => _embedding.Queries(rows);

    public float[] Encode(IReadOnlyList<Block> blocks, CancellationToken cancellationToken) => _embedding.Blocks(blocks, cancellationToken);

    public void Dispose()
    {
        _blocks.Dispose();
        if (!ReferenceEquals(_queries, _blocks))
            _queries.Dispose();
    }

    private static Embedder New(RealmModel model)
    {
        var embedder = new Embedder(model.Options.Encoder, model.Options.Retriever);
        embedder.to(model.Device);
        embedder.eval();
        return embedder;
    }
}
