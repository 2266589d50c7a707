using RealmWeb.Engine.Models;
using RealmWeb.Engine.Optimization;
using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.Reading;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Bert;

public sealed class LeakTests
{
    [Fact]
    public void TrainingSteps_LeaveNoTensorBehind()
    {
        var options = Tiny.Extended;
        using var scorer = new Scorer(options.Encoder, options.Retriever);
        using var encoder = new KnowledgeAugmentedEncoder(options.Encoder);
        using var reader = new SpanReader(options.Encoder, options.Reader);
        var parameters = scorer.named_parameters().Concat(encoder.named_parameters()).Concat(reader.named_parameters());
        using var optimizer = new BertAdamW(parameters, new(1e-3, 2, 10));
        using var queries = Tiny.Inputs(2, 9, features: 2);
        using var candidates = Tiny.Inputs(6, 9, features: 2);
        using var positions = ones(2, 3, ScalarType.Int64);

        void Step()
        {
            using var scope = NewDisposeScope();
            optimizer.ZeroGradients();
            var relevance = scorer.Score(queries, candidates);
            var gold = encoder.GoldLogProbs(candidates, positions, positions);
            var loss = MarginalLikelihood.Loss(MarginalLikelihood.LogProbs(relevance, gold), positions);
            using var read = reader.Read(candidates, ones(6, 9));
            var correct = read.SpanLogits.gt(0);
            loss = loss + MarginalSpanLoss.PerRow(read.SpanLogits, correct).mean() + read.NullLogits!.mean() + reader.RelevanceWeights!.sum();
            loss.backward();
            Assert.True(optimizer.Step().Applied);
        }

        AssertNoLeak(Step);
    }

    [Fact]
    public void Inference_LeavesNothingButItsResult()
    {
        using var embedder = new Embedder(Tiny.Encoder, Tiny.Retriever);
        using var mean = new Embedder(Tiny.Extended.Encoder, Tiny.Extended.Retriever);
        using var reader = new SpanReader(Tiny.Extended.Encoder, Tiny.Extended.Reader);
        embedder.eval();
        mean.eval();
        reader.eval();
        using var inputs = Tiny.Inputs(2, 9);
        using var blockMask = ones(2, 9);

        // No scope of the caller's here: whatever a method leaves stays alive.
        AssertNoLeak(() =>
        {
            using var noGradient = no_grad();
            embedder.Embed(inputs).Dispose();
            mean.Embed(inputs).Dispose();
            reader.Read(inputs, blockMask).Dispose();
            reader.SpanLogits(inputs, blockMask).Dispose();
            foreach (var state in embedder.Bert.EncodeLayers(inputs))
                state.Dispose();
            inputs.To(CPU).Dispose();
            inputs.Slice(0..1).Dispose();
        });
    }

    private static void AssertNoLeak(Action step)
    {
        // The first steps fill caches.
        step();
        step();
        DisposeScopeManager.Statistics.Reset();
        step();
        step();
        Assert.Equal(0, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
