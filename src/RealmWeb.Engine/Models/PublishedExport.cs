using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Checkpoints;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>Writes a model, or a part of it, under exactly the names that the published class has, so that other programs load it.</summary>
/// <remarks>The published embedder and reader carry a masked-LM head that nothing uses, and a table of positions: both are written, the head as
/// that of the model where it has one, else as zeros.</remarks>
public static class PublishedExport
{
    /// <param name="storeAs">Float16 halves the size; Float32 keeps every bit.</param>
    /// <param name="blocks">Passages and their vectors, for the open-QA class, which has both beside the embedder of questions.</param>
    /// <exception cref="InvalidOperationException"><see cref="Require"/> refuses, or the corpus has lost a passage of the index.</exception>
    public static void Save(RealmModel model, PublishedKind kind, string folder, ScalarType storeAs = ScalarType.Float32, IPublishedBlocks? blocks = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Require(model, kind, blocks is not null);
        Directory.CreateDirectory(folder);
        model.Vocabulary.Save(ModelFiles.Vocabulary(folder));
        blocks?.SaveRecords(folder);
        using (no_grad())
        using (NewDisposeScope())
            SafetensorsFile.Save(ModelFiles.Weights(folder), Tensors(model, kind, blocks), storeAs);
        var config = model.Options.With("architectures", new[] { kind.Architecture() }).With("model_type", kind == PublishedKind.Bert ? "bert" : "realm");
        (blocks is null ? config : config.With("num_block_records", blocks.Count)).Save(ModelFiles.Config(folder));
    }

    /// <summary>Says why a model cannot be written as a published class, before anything is computed or written.</summary>
    /// <param name="withBlocks">Whether passages and their vectors go along.</param>
    /// <exception cref="InvalidOperationException">The model has parts that the published classes do not have, or lacks the head of an encoder.</exception>
    public static void Require(RealmModel model, PublishedKind kind, bool withBlocks = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (withBlocks && kind != PublishedKind.OpenQa)
            throw new InvalidOperationException($"{kind.Architecture()} has no passages. Export it without a corpus, or as openQa.");
        var options = model.Options;
        var retrieves = kind is PublishedKind.OpenQa or PublishedKind.Embedder or PublishedKind.Scorer;
        var own = new (bool Has, string What)[]
        {
            (options.Encoder.ConvolutionWidth > 0, "convolutions"), (options.Encoder.FeatureSizes.Length > 0, "lexical features"),
            (retrieves && options.Retriever.MeanPooling, "mean pooling"),
                (retrieves && !(options.Retriever with { Pooling = "cls" }).IsPublished, "an embedder of another kind"),
            (options.Reader.NullSpan, "a null span"), (options.Reader.RelevanceWeights, "relevance weights"),
        }.Where(part => part.Has).Select(part => part.What).ToList();
        if (own.Count > 0)
            throw new InvalidOperationException(
                $"{model.Name} has {string.Join(", ", own)}, which the published {kind.Architecture()} has no place for: it would answer differently there. "
                + $"Export it without --as.");
        if (options.Retriever.SeparateTowers && (kind == PublishedKind.Embedder || kind == PublishedKind.OpenQa && !withBlocks))
            throw new InvalidOperationException(
                $"{model.Name} embeds questions and passages differently, and {kind.Architecture()} has one embedder. Export it as scorer and reader, or as "
                + $"openQa with a corpus, whose passages go along as vectors.");
        if (kind is PublishedKind.Encoder or PublishedKind.Bert && model.Head is null)
            throw new InvalidOperationException(
                $"{model.Name} has no masked-LM head, so there is no {kind.Architecture()} in it. Pre-train it, or export another part.");
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Tensors(RealmModel model, PublishedKind kind, IPublishedBlocks? blocks) => kind switch
    {
        PublishedKind.Embedder => Embedder(model.Embedder, "", model.Options.Encoder),
        // The published files have the positions' buffer under one tower only.
        PublishedKind.Scorer =>
        [
            .. Embedder(model.Embedder, "embedder.", model.Options.Encoder),
            .. Embedder(model.QueryEmbedder, "query_embedder.", model.Options.Encoder)
                .Where(entry => !entry.Name.EndsWith(".position_ids", StringComparison.Ordinal)),
        ],
        PublishedKind.Reader => Reader(model, ""),
        PublishedKind.Encoder =>
            [.. Body(model.Reader.Bert, "realm.", model.Options.Encoder), .. Head(model.Head, model.Reader.Bert, "cls.", model.Options.Encoder)],
        PublishedKind.Bert =>
            [.. Body(model.Reader.Bert, "bert.", model.Options.Encoder), .. Head(model.Head, model.Reader.Bert, "cls.", model.Options.Encoder)],
        // Its embedder is that of questions: passages have their vectors.
        _ =>
        [
            .. Embedder(blocks is null ? model.Embedder : model.QueryEmbedder, "embedder.", model.Options.Encoder), .. Reader(model, "reader."),
            .. blocks is null ? [] : new[] { (TensorNames.BlockVectors, blocks.Vectors()) },
        ],
    };

    private static IEnumerable<(string Name, Tensor Tensor)> Embedder(Embedder embedder, string prefix, BertOptions options) =>
    [
        .. Body(embedder.Bert, prefix + "realm.", options), .. Head(null, embedder.Bert, prefix + "cls.", options),
        .. StateDict.Export(embedder, prefix).Where(entry => entry.Name.StartsWith(prefix + "cls.", StringComparison.Ordinal)),
    ];

    private static IEnumerable<(string Name, Tensor Tensor)> Reader(RealmModel model, string prefix) =>
    [
        .. Body(model.Reader.Bert, prefix + "realm.", model.Options.Encoder), .. Head(model.Head, model.Reader.Bert, prefix + "cls.", model.Options.Encoder),
        .. StateDict.Export(model.Reader, prefix).Where(entry => entry.Name.StartsWith(prefix + "qa_outputs.", StringComparison.Ordinal)),
    ];

    private static IEnumerable<(string Name, Tensor Tensor)> Body(BertEncoder bert, string prefix, BertOptions options) =>
        StateDict.Export(bert, prefix).Append((prefix + "embeddings.position_ids", arange(options.MaxPositions, ScalarType.Int64).unsqueeze(0)));

    private static IEnumerable<(string Name, Tensor Tensor)> Head(MaskedLanguageModelHead? head, BertEncoder bert, string prefix, BertOptions options)
    {
        var predictions = prefix + "predictions.";
        var (hidden, vocabulary) = (options.HiddenSize, options.VocabularySize);
        var written = head is not null ? StateDict.Export(head, prefix).ToDictionary(entry => entry.Name, entry => entry.Tensor) : new()
        {
            [predictions + "transform.dense.weight"] = zeros(hidden, hidden), [predictions + "transform.dense.bias"] = zeros(hidden),
            [predictions + "transform.LayerNorm.weight"] = ones(hidden), [predictions + "transform.LayerNorm.bias"] = zeros(hidden),
            [predictions + "bias"] = zeros(vocabulary),
        };
        return written.Select(entry => (entry.Key, entry.Value))
            .Append((predictions + "decoder.weight", bert.WordEmbeddings.detach())).Append((predictions + "decoder.bias", written[predictions + "bias"]));
    }
}
