using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.PreTraining;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Golden;

public sealed class KnowledgeAugmentedEncoderTests
{
    [Theory]
    [InlineData("masked")]
    [InlineData("partly_masked")]
    [InlineData("no_mlm_mask")]
    [InlineData("all_zero_mlm_mask")]
    public void Loss_AndGradients_FollowReference(string name)
    {
        using var scope = NewDisposeScope();
        var given = GoldenCase.Of("encoder", name);
        using var file = GoldenCase.Weights("encoder");
        using var encoder = new KnowledgeAugmentedEncoder(GoldenCase.Options("encoder").Encoder).OnDevice();
        StateDict.LoadInto(encoder, file);
        encoder.eval();
        using var inputs = given.Inputs();
        var relevance = GoldenFiles.Numbers(given.Input("relevance_score")!.Value).requires_grad_();
        var labels = GoldenFiles.Ids(given.Input("labels")!.Value);
        // The port looks at every position; one without a label counts as predicted with certainty.
        var labelled = labels.ne(-100);
        var positions = arange(labels.shape[1], ScalarType.Int64, GoldenFiles.Device).expand(labels.shape);
        var weights = given.Input("mlm_mask") is { } mask ? GoldenFiles.Ids(mask) : ones_like(labels);

        var gold = encoder.GoldLogProbs(inputs, positions, labels.clamp_min(0)) * labelled.unsqueeze(1);
        var loss = MarginalLikelihood.Loss(MarginalLikelihood.LogProbs(relevance, gold), weights);
        loss.backward();

        Assert.Equal(given.Outputs.GetProperty("loss").GetDouble(), loss.item<float>(), 1e-3);
        if (given.Gradients is { } gradients)
        {
            GoldenFiles.Near(GoldenFiles.Numbers(gradients.GetProperty("relevance_score")), relevance.grad!, "relevance");
            given.CheckGradients(encoder.named_parameters().ToDictionary(item => item.name, item => item.parameter.grad));
        }
    }

    [Fact]
    public void Logits_FollowReference_AtMaskedPositions()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var given = GoldenCase.Of("encoder", "masked");
        using var file = GoldenCase.Weights("encoder");
        using var encoder = new KnowledgeAugmentedEncoder(GoldenCase.Options("encoder").Encoder).OnDevice();
        StateDict.LoadInto(encoder, file);
        encoder.eval();
        using var inputs = given.Inputs();
        var masked = GoldenFiles.Ids(given.Outputs.GetProperty("masked_positions"));
        var expected = GoldenFiles.Numbers(given.Outputs.GetProperty("logits_at_masked_positions"));

        var candidates = GoldenFiles.Numbers(given.Input("relevance_score")!.Value).shape[1];

        // All positions of all rows, [batch * k, s, vocabulary].
        var logits = encoder.Logits(inputs, arange(inputs.Length, ScalarType.Int64, GoldenFiles.Device).expand(inputs.Count, -1));

        for (var i = 0L; i < masked.shape[0]; i++)
        {
            var (sentence, position) = (masked[i, 0].item<long>(), masked[i, 1].item<long>());
            GoldenFiles.Near(expected[i], logits.narrow(0, sentence * candidates, candidates).select(1, position), $"masked position {i}");
        }
    }
}
