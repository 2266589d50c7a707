using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Models;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Golden;

public sealed class EmbedderTests
{
    [Theory]
    [InlineData("padded_batch")]
    [InlineData("ids_only")]
    [InlineData("cls_sep_only")]
    [InlineData("longest")]
    public void Embed_FollowsReference(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var given = GoldenCase.Of("embedder", name);
        using var file = GoldenCase.Weights("embedder");
        var options = GoldenCase.Options("embedder");
        using var embedder = new Embedder(options.Encoder, options.Retriever).OnDevice();
        StateDict.LoadInto(embedder, file);
        embedder.eval();
        using var inputs = given.Inputs();

        var layers = embedder.Bert.EncodeLayers(inputs);
        var (_, pooled) = embedder.Bert.Encode(inputs, pool: true);
        var vectors = embedder.Embed(inputs);

        GoldenFiles.Near(GoldenFiles.Numbers(given.Outputs.GetProperty("embedding_output_first_token")), layers[0].select(1, 0), "embeddings");
        var states = GoldenFiles.Numbers(given.Outputs.GetProperty("layer_output_first_token"));
        for (var layer = 0; layer < states.shape[0]; layer++)
            GoldenFiles.Near(states[layer], layers[layer + 1].select(1, 0), $"layer {layer}");
        GoldenFiles.Near(GoldenFiles.Numbers(given.Outputs.GetProperty("pooled_output")), pooled!, "pooled");
        GoldenFiles.Near(GoldenFiles.Numbers(given.Outputs.GetProperty("projected_score")), vectors, "vectors");
    }

    [Theory]
    [InlineData("batch", true)]
    [InlineData("batch", false)]
    [InlineData("single", true)]
    public void Score_FollowsReference_WhetherTowersAreSharedOrTied(string name, bool shareTowers)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var given = GoldenCase.Of("scorer", name);
        using var file = GoldenCase.Weights("scorer");
        var options = GoldenCase.Options("scorer");
        using var scorer = new Scorer(options.Encoder, options.Retriever, shareTowers).OnDevice();
        StateDict.LoadInto(scorer, file, options: new() { MayBeUnused = ["embedder.cls.predictions.", "query_embedder.cls.predictions."] });
        scorer.eval();
        using var queries = given.Inputs();
        using var candidates = given.Inputs("candidate_");

        var relevance = scorer.Score(queries, candidates);

        GoldenFiles.Near(GoldenFiles.Numbers(given.Outputs.GetProperty("relevance_score")), relevance, "relevance");
        GoldenFiles.Near(GoldenFiles.Numbers(given.Outputs.GetProperty("query_score")), scorer.QueryEmbedder.Embed(queries), "queries");
        var blocks = GoldenFiles.Numbers(given.Outputs.GetProperty("candidate_score"));
        GoldenFiles.Near(blocks.view(-1, blocks.shape[2]), scorer.BlockEmbedder.Embed(candidates), "candidates");
    }
}
