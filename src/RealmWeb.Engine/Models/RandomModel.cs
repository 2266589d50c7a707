using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Text;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>Makes models that have learnt nothing yet.</summary>
internal static class RandomModel
{
    /// <summary>A model with random weights, whose word embeddings start from word vectors where there are some.</summary>
    /// <param name="statistics">Null for a model without lexical features.</param>
    /// <param name="wordVectors">Row-major [V, hidden]; null to start at random.</param>
    /// <param name="seed">Decides the weights.</param>
    public static RealmModel Create(
        string name, ModelOptions options, Vocabulary vocabulary, LexicalStatistics? statistics, float[]? wordVectors, int seed, Device device)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(vocabulary);
        TorchRuntime.Seed(seed);
        var encoder = options.Encoder with
        {
            VocabularySize = vocabulary.Count,
            PadTokenId = vocabulary.PadId,
            FeatureSizes = statistics is null ? [] : [.. LexicalFeatures.Sizes],
        };
        var model = new RealmModel(name, options with { Encoder = encoder }, new AnsweringDefaults(), vocabulary, statistics, device);
        model.Embedder.ScaleForRandomStart();
        if (wordVectors is not null)
        {
            foreach (var weight in new[] { model.Embedder.Bert.WordEmbeddings, model.Reader.Bert.WordEmbeddings })
                StartFrom(weight, wordVectors, encoder);
        }
        if (model.Options.Retriever.SeparateTowers)
            WeightCopy.Between(model.Embedder, model.QueryEmbedder);
        model.ToDevice();
        return model;
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
}
