using RealmWeb.Engine.Models;
using RealmWeb.Engine.Reading;
using RealmWeb.Engine.Tensors;
using RealmWeb.Engine.Tests.Bert;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Tests.Models;

public sealed class SpanReaderTests
{
    [Fact]
    public void Spans_AreNumberedByWidth_ThenByStart()
    {
        // Four tokens, width up to 3: 0 1 2 3 | 01 12 23 | 012 123
        Assert.Equal(9, SpanNumbering.Count(4, 3));
        Assert.Equal(10, SpanNumbering.Count(4, 7));
        Assert.Equal(3155, SpanNumbering.Count(320, 10));
        Assert.Equal(5, SpanNumbering.Number(4, start: 1, width: 2));
        Assert.Equal((1, 2), SpanNumbering.Span(4, 5));
        for (var number = 0; number < 9; number++)
        {
            var (start, width) = SpanNumbering.Span(4, number);
            Assert.Equal(number, SpanNumbering.Number(4, start, width));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => SpanNumbering.Span(4, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpanNumbering.Number(4, 3, 2));
    }

    [Fact]
    public void SpanLogits_EqualThePerceptronOnBothEnds()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var reader = new SpanReader(Tiny.Encoder, Tiny.Reader);
        reader.eval();
        using var inputs = Tiny.Inputs(2, 9);
        var blockMask = zeros(2, 9);
        blockMask[0, 2..6] = tensor(1f);

        var logits = reader.SpanLogits(inputs, blockMask);

        var hidden = reader.Bert.Encode(inputs, false).LastHidden;
        Tensor Weight(string name) => reader.get_parameter("qa_outputs." + name)!;
        for (var number = 0; number < logits.shape[1]; number++)
        {
            var (start, width) = SpanNumbering.Span(9, number);
            // [h_start; h_end] times the two halves of the first layer, side by side.
            var matrix = cat([Weight("dense_intermediate.weight")[..6], Weight("dense_intermediate.weight")[6..]], 1);
            var ends = cat([hidden[0, start], hidden[0, start + width - 1]], 0);
            var first = (matrix.mv(ends) + Weight("dense_intermediate.bias")[..6] + Weight("dense_intermediate.bias")[6..]).relu();
            var normal = nn.functional.layer_norm(first, [6], Weight("layer_normalization.weight"), Weight("layer_normalization.bias"), 1e-3);
            var expected = nn.functional.linear(normal, Weight("dense_output.weight"), Weight("dense_output.bias")).item<float>();
            var inside = start >= 2 && start + width <= 6;
            Assert.Equal(expected + (inside ? 0 : -10_000), logits[0, number].item<float>(), inside ? 1e-5 : 2e-3);
        }
        Assert.True(logits[1].lt(-9000).all().item<bool>());
    }

    [Theory]
    [InlineData(6)]
    [InlineData(256)]
    [InlineData(43)]
    public void ScoreWithoutGraph_GivesTheNumbersOfScore(int spanHidden)
    {
        // given a normalisation that does something, and a block from the second to before the eighth token of the second row
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var reader = new SpanReader(Tiny.Encoder, Tiny.Reader with { SpanHiddenSize = spanHidden, MaxSpanWidth = 4, NullSpan = true });
        foreach (var name in new[] { "weight", "bias" })
            nn.init.uniform_(reader.get_parameter("qa_outputs.layer_normalization." + name)!, 0.5, 1.5);
        var hidden = randn(2, 9, Tiny.Encoder.HiddenSize);
        var blockMask = zeros(2, 9);
        blockMask[1, 1..7] = tensor(1f);

        // when both ways score it
        using var expected = reader.Score(hidden, blockMask);
        var scores = reader.ScoreWithoutGraph(hidden);
        var spans = scores.Of(1, 1, 7);

        // then they agree on each span inside, and on no answer
        Assert.Equal(4 + 4 + 4 + 3 + 2 + 1, spans.Count);
        Assert.All(spans, span =>
            Assert.Equal(expected.SpanLogits[1, SpanNumbering.Number(9, span.Start, span.Width)].item<float>(), span.Logit, 1e-4));
        Assert.Equal(expected.NullLogits![1].item<float>(), scores.Null(1)!.Value, 1e-5);
    }

    [Fact]
    public void Read_GivesNullLogitsAndWeights_OnlyWhenTheModelHasThem()
    {
        using var plain = new SpanReader(Tiny.Encoder, Tiny.Reader);
        using var extended = new SpanReader(Tiny.Extended.Encoder, Tiny.Extended.Reader);
        using var inputs = Tiny.Inputs(2, 9);
        using var blockMask = ones(2, 9);

        using var without = plain.Read(inputs, blockMask);
        using var with = extended.Read(inputs, blockMask);

        Assert.Null(without.NullLogits);
        Assert.Null(plain.RelevanceWeights);
        Assert.Equal([2], with.NullLogits!.shape);
        Assert.Equal([0.1f, 0.1f], extended.RelevanceWeights!.data<float>().ToArray());
        Assert.Throws<TensorShapeException>(() => plain.Read(inputs, ones(2, 8)));
    }

    [Fact]
    public void Read_Works_WhenTheInputIsShorterThanTheWidestSpan()
    {
        using var reader = new SpanReader(Tiny.Encoder, Tiny.Reader with { MaxSpanWidth = 10 });
        using var inputs = Tiny.Inputs(1, 4);

        using var output = reader.Read(inputs, ones(1, 4));

        Assert.Equal([1, 10], output.SpanLogits.shape);
    }

    [Fact]
    public void PerRow_IsTheLogShareOfTheCorrectItems()
    {
        using var scope = NewDisposeScope();
        // Probabilities 1/10, 2/10, 3/10, 4/10; correct are the second and the last: 6/10.
        var logits = tensor(new[,] { { 0, Math.Log(2), Math.Log(3), Math.Log(4) }, { 1, 2, 3, 4 } }).requires_grad_();
        var correct = tensor(new[,] { { false, true, false, true }, { false, false, false, false } });

        var loss = MarginalSpanLoss.PerRow(logits, correct);
        loss.sum().backward();

        Assert.Equal(-Math.Log(0.6), loss[0].item<double>(), 1e-12);
        Assert.Equal(0, loss[1].item<double>());
        // Probability minus probability among the correct ones.
        var expected = tensor(new[,] { { 0.1, 0.2 - 2.0 / 6, 0.3, 0.4 - 4.0 / 6 }, { 0, 0, 0, 0 } });
        Assert.True((expected - logits.grad!).abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void Losses_StayFinite_WhenScoresAreExtreme()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[,] { { 1e30f, -1e30f }, { -10_000f, -10_001f } }).requires_grad_();
        var correct = tensor(new[,] { { false, true }, { false, false } });

        var loss = MarginalSpanLoss.Reader(logits, correct) + MarginalSpanLoss.Retriever(logits[1], correct[1]);
        loss.backward();

        Assert.True(loss.isfinite().item<bool>());
        Assert.True(logits.grad!.isfinite().all().item<bool>());
    }
}
