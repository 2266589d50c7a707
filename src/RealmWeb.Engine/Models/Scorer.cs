using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Tensors;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Models;

/// <summary>f(x, z) = Embed_input(x) · Embed_doc(z) for given candidates. Paper §3.1.</summary>
public sealed class Scorer : nn.Module
{
    [ComponentName(Name = "embedder")]
    private readonly Embedder _blocks;
    [ComponentName(Name = "query_embedder")]
    private readonly Embedder? _queries;

    /// <param name="shareTowers">True, as the released pre-training has it: one embedder for queries and blocks.
    /// False: a second one, <c>query_embedder</c>, for queries.</param>
    public Scorer(BertOptions encoder, RetrieverOptions options, bool shareTowers = true)
        : base(nameof(Scorer))
    {
        _blocks = new(encoder, options);
        _queries = shareTowers ? null : new(encoder, options);
        RegisterComponents();
    }

    public Embedder BlockEmbedder => _blocks;

    public Embedder QueryEmbedder => _queries ?? _blocks;

    /// <summary>Embeds queries and candidates and scores them.</summary>
    /// <param name="queries">b rows.</param>
    /// <param name="candidates">b * k rows, the candidates of a query one after the other.</param>
    /// <returns>Shape [b, k]. The caller disposes it.</returns>
    public Tensor Score(BertInputs queries, BertInputs candidates)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(candidates);
        if (queries.Count == 0 || candidates.Count % queries.Count != 0)
            throw new TensorShapeException(
                $"{candidates.Count} candidates cannot be shared out evenly to {queries.Count} queries. Give every query the same number k.");
        using var scope = NewDisposeScope();
        // [b, d]
        var query = QueryEmbedder.Embed(queries);
        // [b, k, d]
        var candidate = BlockEmbedder.Embed(candidates).view(queries.Count, candidates.Count / queries.Count, -1);
        return Relevance(query, candidate).MoveToOuterDisposeScope();
    }

    /// <summary>Inner products of each query with its own candidates.</summary>
    /// <param name="queries">Shape [b, d].</param>
    /// <param name="candidates">Shape [b, k, d].</param>
    /// <returns>Shape [b, k]. The caller disposes it.</returns>
    public static Tensor Relevance(Tensor queries, Tensor candidates)
    {
        Shapes.Require(queries, Shapes.Any, Shapes.Any);
        Shapes.Require(candidates, queries.shape[0], Shapes.Any, queries.shape[1]);
        // [b, k]
        return einsum("bd,bkd->bk", queries, candidates);
    }
}
