using TorchSharp.Utils;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>The parts of a model that a training changes, under one roof for optimiser and checkpoint. They stay the model's: this is never disposed.</summary>
internal sealed class TrainedParts : nn.Module
{
    [ComponentName(Name = "embedder")]
    private readonly Embedder? _embedder;
    [ComponentName(Name = "query_embedder")]
    private readonly Embedder? _queryEmbedder;
    [ComponentName(Name = "reader")]
    private readonly SpanReader? _reader;

    private TrainedParts(Embedder? embedder, Embedder? queryEmbedder, SpanReader? reader)
        : base(nameof(TrainedParts))
    {
        (_embedder, _queryEmbedder, _reader) = (embedder, queryEmbedder, reader);
        RegisterComponents();
    }

    /// <param name="embedder">Null where it is not trained; so with the others.</param>
    public static nn.Module Of(Embedder? embedder, Embedder? queryEmbedder, SpanReader? reader) => new TrainedParts(embedder, queryEmbedder, reader);
}
