using RealmWeb.Engine.Models;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Tests.Bert;
using RealmWeb.Engine.Tests.Tensors;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Models;

[Collection(SeededTests.Name)]
public sealed class EmbedderTests
{
    [Fact]
    public void Embed_PoolsTheMeanOfTheTokens_WhenAsked()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var embedder = new Embedder(Tiny.Encoder, Tiny.Retriever with { Pooling = "mean" });
        embedder.eval();
        using var inputs = Tiny.Inputs(2, 9);

        var vectors = embedder.Embed(inputs);

        // Row 1 has seven tokens.
        var mean = embedder.Bert.Encode(inputs, false).LastHidden[1, ..7].mean([0]);
        var pooled = (embedder.get_parameter("realm.pooler.dense.weight")!.mv(mean) + embedder.get_parameter("realm.pooler.dense.bias")!).tanh();
        var dense = embedder.get_parameter("cls.dense.weight")!.mv(pooled) + embedder.get_parameter("cls.dense.bias")!;
        var centred = dense - dense.mean();
        var expected = centred / (centred.square().mean() + 1e-12).sqrt();
        Assert.True((expected - vectors[1]).abs().max().item<float>() < 1e-3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Embed_GivesWhatSentenceTransformersGive_TimesTheRootOfTheScale(bool mean)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var embedder = new Embedder(Tiny.Encoder, RetrieverOptions.SentenceTransformer(mean, normalize: true) with { ScoreScale = 20 });
        embedder.eval();
        using var inputs = Tiny.Inputs(2, 9);

        var vectors = embedder.Embed(inputs);

        // Row 1 has seven tokens.
        var states = embedder.Bert.Encode(inputs, false).LastHidden[1];
        var state = mean ? states[..7].mean([0]) : states[0];
        Assert.True((state / state.norm() * Math.Sqrt(20) - vectors[1]).abs().max().item<float>() < 1e-5);
        // so that the inner product of a text with itself is the scale
        Assert.Equal(20, vectors[0].dot(vectors[0]).item<float>(), 1e-4);
        Assert.Equal([2, Tiny.Encoder.HiddenSize], vectors.shape);
        Assert.DoesNotContain(
            embedder.named_parameters(), entry =>
            entry.name.Contains("pooler", StringComparison.Ordinal) || entry.name.StartsWith("cls.", StringComparison.Ordinal));
    }

    [Fact]
    public void Embed_DropsOut_OnlyInTraining()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var embedder = new Embedder(Tiny.Encoder with { HiddenDropout = 0.5 }, Tiny.Retriever);
        using var inputs = Tiny.Inputs(2, 9);
        TorchRuntime.Seed(2);

        embedder.train();
        var (first, second) = (embedder.Embed(inputs), embedder.Embed(inputs));
        embedder.eval();
        var (third, fourth) = (embedder.Embed(inputs), embedder.Embed(inputs));

        Assert.False(first.equal(second).all().item<bool>());
        Assert.True(third.equal(fourth).all().item<bool>());
    }

    [Fact]
    public void Relevance_IsTheInnerProduct_WithTheQuerysOwnCandidates()
    {
        using var scope = NewDisposeScope();
        var queries = tensor(new float[,] { { 1, 2 }, { 0, 3 } });
        var candidates = tensor(new float[,,] { { { 1, 1 }, { -1, 0 } }, { { 5, 2 }, { 4, -1 } } });

        var relevance = Scorer.Relevance(queries, candidates);

        Assert.Equal([3f, -1f, 6f, -3f], relevance.data<float>().ToArray());
        Assert.Throws<TensorShapeException>(() => Scorer.Relevance(queries, zeros(2, 2, 3)));
    }

    [Fact]
    public void Score_TrainsTwoTowers_WhenTheyAreSeparate()
    {
        using var scope = NewDisposeScope();
        using var shared = new Scorer(Tiny.Encoder, Tiny.Retriever);
        using var separate = new Scorer(Tiny.Encoder, Tiny.Retriever, shareTowers: false);
        using var queries = Tiny.Inputs(2, 9);
        using var candidates = Tiny.Inputs(5, 9);

        Assert.Same(shared.BlockEmbedder, shared.QueryEmbedder);
        Assert.NotSame(separate.BlockEmbedder, separate.QueryEmbedder);
        Assert.Contains("query_embedder.cls.dense.weight", separate.named_parameters().Select(item => item.name));
        Assert.Throws<TensorShapeException>(() => shared.Score(queries, candidates));
    }
}
