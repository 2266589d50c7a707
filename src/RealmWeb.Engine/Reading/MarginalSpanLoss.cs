using RealmWeb.Engine.Tensors;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Reading;

/// <summary>Negative log of the probability that all correct items have together.</summary>
/// <remarks>Paper §3.2: the reader maximises the marginal over all spans that match the answer; the released fine-tuning adds the same for
/// retrieved blocks that hold the answer.</remarks>
public static class MarginalSpanLoss
{
    /// <summary>logsumexp(all) - logsumexp(correct) of each row; exactly 0 with no gradient where nothing in the row is correct.</summary>
    /// <param name="logits">Scores. Shape [rows, items].</param>
    /// <param name="correct">Which items are right, bool. Shape [rows, items].</param>
    /// <returns>Nats, shape [rows]. The caller disposes it.</returns>
    /// <exception cref="TensorShapeException">The shapes differ.</exception>
    public static Tensor PerRow(Tensor logits, Tensor correct)
    {
        Shapes.Require(logits, Shapes.Any, Shapes.Any);
        Shapes.Require(correct, logits.shape);
        using var scope = NewDisposeScope();
        var right = correct.to(ScalarType.Bool);
        // A row without a correct item counts all as correct: its loss and gradient are then 0 without a product of 0 and NaN.
        // [rows, items]
        var kept = right.logical_or(right.any(1, true).logical_not());
        var correctLogits = logits.masked_fill(kept.logical_not(), Constants.MinusInfinity);
        // [rows]
        return (logits.logsumexp(1) - correctLogits.logsumexp(1)).MoveToOuterDisposeScope();
    }

    /// <summary>Loss of the reader on one question, over the spans of all its blocks together.</summary>
    /// <param name="spanLogits">Span scores with the relevance of the block added. Shape [blocks, spans].</param>
    /// <param name="correct">Shape [blocks, spans].</param>
    /// <returns>Nats, a scalar; 0 where no span is correct.</returns>
    public static Tensor Reader(Tensor spanLogits, Tensor correct)
    {
        Shapes.Require(spanLogits, Shapes.Any, Shapes.Any);
        Shapes.Require(correct, spanLogits.shape);
        using var scope = NewDisposeScope();
        return PerRow(spanLogits.reshape(1, -1), correct.reshape(1, -1)).squeeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>Loss of the retriever on one question ("early update").</summary>
    /// <param name="relevance">f(x, z) of the retrieved blocks. Shape [blocks].</param>
    /// <param name="hasAnswer">Whether a block holds an answer. Shape [blocks].</param>
    /// <returns>Nats, a scalar; 0 where no block has the answer.</returns>
    public static Tensor Retriever(Tensor relevance, Tensor hasAnswer)
    {
        Shapes.Require(relevance, Shapes.Any);
        Shapes.Require(hasAnswer, relevance.shape);
        using var scope = NewDisposeScope();
        return PerRow(relevance.unsqueeze(0), hasAnswer.unsqueeze(0)).squeeze(0).MoveToOuterDisposeScope();
    }
}
