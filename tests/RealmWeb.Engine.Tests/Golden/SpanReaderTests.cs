using RealmWeb.Engine.Checkpoints;
using RealmWeb.Engine.Models;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Golden;

public sealed class SpanReaderTests
{
    public static TheoryData<string> Cases => [.. GoldenCase.All("reader").Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Read_FollowsReference_InLossesGradientsAndPrediction(string name)
    {
        using var scope = NewDisposeScope();
        var given = GoldenCase.Of("reader", name);
        using var file = GoldenCase.Weights("reader");
        var options = GoldenCase.Options("reader");
        using var reader = new SpanReader(options.Encoder, options.Reader).OnDevice();
        StateDict.LoadInto(reader, file);
        reader.eval();
        using var inputs = given.Inputs();
        var blockMask = GoldenFiles.Numbers(given.Input("block_mask")!.Value, ScalarType.Bool)[..(int)inputs.Count];
        var relevance = GoldenFiles.Numbers(given.Input("relevance_score")!.Value).requires_grad_();

        var logits = reader.SpanLogits(inputs, blockMask);

        if (given.Outputs.TryGetProperty("reader_logits", out var expectedLogits))
        {
            var expected = GoldenFiles.Numbers(expectedLogits);
            var outside = expected.isnan();
            GoldenFiles.Near(expected.masked_fill(outside, 0), logits.masked_fill(outside, 0), "logits");
            Assert.True(logits.masked_select(outside).lt(-9000).all().item<bool>());
        }
        var answered = ReaderChecks.CheckPrediction(given.Outputs, inputs.Length, logits, relevance);
        if (given.Input("has_answers") is not { } hasAnswers)
            return;
        var correct = ReaderChecks.Correct(
            given.Input("start_positions")!.Value, given.Input("end_positions")!.Value, inputs.Length, reader.Options.MaxSpanWidth, logits);
        var loss = ReaderChecks.CheckLosses(given.Outputs, answered, correct, relevance, GoldenFiles.Numbers(hasAnswers, ScalarType.Bool));
        loss.backward();
        GoldenFiles.Near(GoldenFiles.Numbers(given.Gradients!.Value.GetProperty("relevance_score")), relevance.grad!, "relevance");
        given.CheckGradients(reader.named_parameters().ToDictionary(item => item.name, item => item.parameter.grad));
    }
}
