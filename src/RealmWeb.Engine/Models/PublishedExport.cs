using System.Text.Json;
using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Retrieval;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>Writes a model, or a part of it, under exactly the names that the published class has, so that other programs load it.</summary>
/// <remarks>The published embedder and reader carry a masked-LM head that nothing uses, and a table of positions: both are written, the head as
/// that of the model where it has one, else as zeros.</remarks>
public static class PublishedExport
{
    /// <param name="storeAs">Float16 halves the size; Float32 keeps every bit.</param>
    /// <param name="blocks">Passages and their vectors, for the open-QA class, whose weights hold both.</param>
    /// <exception cref="InvalidOperationException">The model has parts that the published classes do not have, or lacks the head of an encoder.</exception>
    public static void Save(RealmModel model, PublishedKind kind, string folder, ScalarType storeAs = ScalarType.Float32, PublishedBlocks? blocks = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Check(model, kind);
        if (blocks is not null && kind != PublishedKind.OpenQa)
            throw new InvalidOperationException($"{kind.Architecture()} has no passages. Export it without a corpus, or as openQa.");
        Directory.CreateDirectory(folder);
        model.Vocabulary.Save(ModelFiles.Vocabulary(folder));
        using (no_grad())
        using (NewDisposeScope())
        {
            IEnumerable<(string, Tensor)> ofBlocks = blocks is null ? [] : [(GivenVectors.PublishedName, blocks.Vectors())];
            SafetensorsFile.Save(ModelFiles.Weights(folder), [.. Tensors(model, kind), .. ofBlocks], storeAs);
        }
        blocks?.SaveRecords(folder);
        var other = model.Options.Other is null ? [] : new Dictionary<string, JsonElement>(model.Options.Other);
        other["architectures"] = JsonSerializer.SerializeToElement(new[] { kind.Architecture() });
        other["model_type"] = JsonSerializer.SerializeToElement(kind == PublishedKind.Bert ? "bert" : "realm");
        if (blocks is not null)
            other["num_block_records"] = JsonSerializer.SerializeToElement(blocks.Count);
        (model.Options with { Other = other }).Save(ModelFiles.Config(folder));
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Tensors(RealmModel model, PublishedKind kind) => kind switch
    {
        PublishedKind.Embedder => Embedder(model.Embedder, ""),
        // The published files have the positions' buffer under one tower only.
        PublishedKind.Scorer =>
        [
            .. Embedder(model.Embedder, "embedder."),
            .. Embedder(model.QueryEmbedder, "query_embedder.").Where(entry => !entry.Name.EndsWith(".position_ids", StringComparison.Ordinal)),
        ],
        PublishedKind.Reader => Reader(model, ""),
        PublishedKind.Encoder => [.. Body(model.Reader.Bert, "realm.", model.Options), .. Head(model.Head, model.Reader.Bert, "cls.", model.Options)],
        PublishedKind.Bert => [.. Body(model.Reader.Bert, "bert.", model.Options), .. Head(model.Head, model.Reader.Bert, "cls.", model.Options)],
        _ => [.. Embedder(model.Embedder, "embedder."), .. Reader(model, "reader.")],
    };

    private static IEnumerable<(string Name, Tensor Tensor)> Embedder(Embedder embedder, string prefix) =>
    [
        .. Body(embedder.Bert, prefix + "realm.", embedder.Options), .. Head(null, embedder.Bert, prefix + "cls.", embedder.Options),
        .. StateDict.Export(embedder, prefix).Where(entry => entry.Name.StartsWith(prefix + "cls.", StringComparison.Ordinal)),
    ];

    private static IEnumerable<(string Name, Tensor Tensor)> Reader(RealmModel model, string prefix) =>
    [
        .. Body(model.Reader.Bert, prefix + "realm.", model.Options), .. Head(model.Head, model.Reader.Bert, prefix + "cls.", model.Options),
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

    private static void Check(RealmModel model, PublishedKind kind)
    {
        var options = model.Options;
        var own = new (bool Has, string What)[]
        {
            (options.ConvolutionWidth > 0, "convolutions"), (options.FeatureSizes.Length > 0, "lexical features"), (options.MeanPooling, "mean pooling"),
            (options.ReaderNullSpan, "a null span"), (options.RelevanceWeights, "relevance weights"),
        }.Where(part => part.Has).Select(part => part.What).ToList();
        if (own.Count > 0)
            throw new InvalidOperationException($"{model.Name} has {string.Join(", ", own)}, which the published {kind.Architecture()} has no place for: it would answer differently there. Export it without --as.");
        if (kind is PublishedKind.OpenQa or PublishedKind.Embedder && options.SeparateTowers)
            throw new InvalidOperationException($"{model.Name} embeds questions and passages differently, and {kind.Architecture()} has one embedder. Export it as scorer and reader.");
        if (kind is PublishedKind.Encoder or PublishedKind.Bert && model.Head is null)
            throw new InvalidOperationException($"{model.Name} has no masked-LM head, so there is no {kind.Architecture()} in it. Pre-train it, or export another part.");
    }
}
