using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Models;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Bert;

/// <summary>Models that compute in milliseconds.</summary>
internal static class Tiny
{
    public static BertOptions Encoder { get; } =
        new() { VocabularySize = 50, HiddenSize = 8, LayerCount = 2, HeadCount = 2, IntermediateSize = 16, MaxPositions = 32 };

    public static RetrieverOptions Retriever { get; } = new() { ProjectionSize = 4 };

    public static ReaderOptions Reader { get; } = new() { SpanHiddenSize = 6, MaxSpanWidth = 3 };

    /// <summary>With everything that published models do not have.</summary>
    public static ModelOptions Extended { get; } = new()
    {
        Encoder = Encoder with { FeatureSizes = [4, 3] }, Retriever = Retriever with { Pooling = "mean" },
        Reader = Reader with { NullSpan = true, RelevanceWeights = true },
    };

    /// <summary>Random tokens; the last two positions of the last row are padding.</summary>
    public static BertInputs Inputs(int count, int length, int features = 0)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var mask = ones(count, length, ScalarType.Int64);
        mask[count - 1, TensorIndex.Slice(length - 2)] = tensor(0L);
        return new(
            randint(5, 50, [count, length], ScalarType.Int64, generator: generator), mask, zeros(count, length, ScalarType.Int64),
            features == 0 ? null : randint(0, 3, [count, length, features], ScalarType.Int64, generator: generator));
    }
}
