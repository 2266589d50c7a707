using RealmWeb.Engine.PreTraining;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Tests.Bert;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.PreTraining;

public sealed class MarginalLikelihoodTests
{
    [Fact]
    public void LogProbs_SumsTheCandidatesOut_ForEachToken()
    {
        using var scope = NewDisposeScope();
        // p(z | x) = 3/4, 1/4. Token 1: p(y | z, x) = 1/2, 1/4; token 2: 1/8, 1.
        var scores = tensor(new[,] { { Math.Log(3), 0 } });
        var gold = tensor(new[,,] { { { 0.5, 0.125 }, { 0.25, 1 } } }).log();

        var logProbs = MarginalLikelihood.LogProbs(scores, gold);
        var posterior = MarginalLikelihood.Posterior(scores, gold);

        Assert.Equal(Math.Log(0.4375), logProbs[0, 0].item<double>(), 1e-12);
        Assert.Equal(Math.Log(0.34375), logProbs[0, 1].item<double>(), 1e-12);
        Assert.Equal(0.375 / 0.4375, posterior[0, 0, 0].item<double>(), 1e-12);
        Assert.Equal(0.25 / 0.34375, posterior[0, 1, 1].item<double>(), 1e-12);
    }

    [Fact]
    public void Loss_AveragesOverMaskedTokens_NotOverExamples()
    {
        using var scope = NewDisposeScope();
        var logProbs = tensor(new[,] { { -1.0, -2.0, -3.0 }, { -6.0, -100.0, -100.0 } });

        Assert.Equal(3, MarginalLikelihood.Loss(logProbs, tensor(new[,] { { 1L, 1, 1 }, { 1, 0, 0 } })).item<double>());
        Assert.Equal(0, MarginalLikelihood.Loss(logProbs, zeros(2, 3)).item<double>());
    }

    [Fact]
    public void LogProbs_NamesTheTensor_WhenCandidatesDiffer()
    {
        using var scope = NewDisposeScope();

        var exception = Assert.Throws<TensorShapeException>(() => MarginalLikelihood.LogProbs(zeros(2, 8), zeros(2, 7, 4)));

        Assert.Equal("goldLogProbs", exception.TensorName);
        Assert.Contains("[2, 8, any]", exception.Message, StringComparison.Ordinal);
        Assert.Contains("[2, 7, 4]", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GoldLogProbs_ArePickedFromTheLogSoftmax_OfEveryCandidate()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var encoder = new KnowledgeAugmentedEncoder(Tiny.Encoder);
        encoder.eval();
        using var joint = Tiny.Inputs(6, 9);
        var positions = tensor(new long[,] { { 1, 4 }, { 3, 2 } });
        var targets = tensor(new long[,] { { 10, 11 }, { 12, 13 } });

        var gold = encoder.GoldLogProbs(joint, positions, targets);

        Assert.Equal([2, 3, 2], gold.shape);
        var all = nn.functional.log_softmax(encoder.Logits(joint, arange(9, ScalarType.Int64).expand(6, -1)), 2);
        Assert.Equal(all[5, 2, 13].item<float>(), gold[1, 2, 1].item<float>(), 1e-5);
        Assert.Equal(all[1, 1, 10].item<float>(), gold[0, 1, 0].item<float>(), 1e-5);
        // Some of them alone: the second mask of the first sentence's last candidate and the first of the second's first are filling.
        var some = encoder.GoldLogProbs(joint, positions, targets, tensor(new long[] { 0, 1, 2, 3, 4, 7, 8, 9, 10, 11 }));
        Assert.Equal(0, some[0, 2, 1].item<float>());
        Assert.Equal(0, some[1, 0, 0].item<float>());
        Assert.Equal(gold[1, 2, 1].item<float>(), some[1, 2, 1].item<float>(), 1e-5);
        Assert.Equal(gold[0, 1, 0].item<float>(), some[0, 1, 0].item<float>(), 1e-5);
        Assert.Throws<TensorShapeException>(() => encoder.GoldLogProbs(joint, zeros(4, 2, ScalarType.Int64), zeros(4, 2, ScalarType.Int64)));
    }
}
