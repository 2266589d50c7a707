using RealmWeb.Engine.Tensors;
using static TorchSharp.torch;

namespace RealmWeb.Engine.PreTraining;

/// <summary>Sums the candidates out of the probability of the masked tokens.</summary>
public static class MarginalLikelihood
{
    /// <summary>log p(y_j | x): sums the candidates z out of each masked token.</summary>
    /// <param name="retrievalScores">f(x, z), before the softmax. Shape [batch, k].</param>
    /// <param name="goldLogProbs">log p(y_j | z, x) in nats. Shape [batch, k, masks].</param>
    /// <returns>A fresh tensor the caller disposes. Shape [batch, masks].</returns>
    /// <exception cref="TensorShapeException">The inputs disagree about batch or k.</exception>
    /// <remarks>Paper §3.1, eq. (1). Differs: sums each masked token alone, as the released model.py does.</remarks>
    public static Tensor LogProbs(Tensor retrievalScores, Tensor goldLogProbs)
    {
        using var scope = NewDisposeScope();
        // [batch, masks]
        return Joint(retrievalScores, goldLogProbs).logsumexp(dim: 1).MoveToOuterDisposeScope();
    }

    /// <summary>log p(y | x): sums the candidates out of all masked tokens of a sentence together.</summary>
    /// <param name="retrievalScores">f(x, z), before the softmax. Shape [batch, k].</param>
    /// <param name="goldLogProbs">log p(y_j | z, x) in nats. Shape [batch, k, masks].</param>
    /// <param name="weights">1 = a masked token, 0 = padding of the list of masks. Shape [batch, masks].</param>
    /// <returns>A fresh tensor the caller disposes. Shape [batch].</returns>
    /// <remarks>Paper §3.1, eq. (1), as it is written: the product over the tokens stands inside the sum over z.</remarks>
    public static Tensor SequenceLogProbs(Tensor retrievalScores, Tensor goldLogProbs, Tensor weights)
    {
        Shapes.Require(weights, goldLogProbs.shape[0], goldLogProbs.shape[2]);
        using var scope = NewDisposeScope();
        // [batch, k]
        var together = (goldLogProbs * weights.to(goldLogProbs.dtype).unsqueeze(1)).sum(2);
        return nn.functional.log_softmax(retrievalScores, dim: 1).Plus(together).logsumexp(dim: 1).MoveToOuterDisposeScope();
    }

    /// <summary>p(z | x, y_j): how much each candidate contributes to a masked token.</summary>
    /// <inheritdoc cref="LogProbs"/>
    /// <returns>Sums to 1 over k. A fresh tensor the caller disposes. Shape [batch, k, masks].</returns>
    /// <remarks>Paper appendix A: the gradient with respect to f(x, z) is this minus p(z | x). The golden tests alone use it, which compare it with the
    /// reference.</remarks>
    public static Tensor Posterior(Tensor retrievalScores, Tensor goldLogProbs)
    {
        using var scope = NewDisposeScope();
        // [batch, k, masks]
        return Joint(retrievalScores, goldLogProbs).softmax(1).MoveToOuterDisposeScope();
    }

    /// <summary>The pre-training loss: mean of -log p(y_j | x) over the masked tokens of the whole batch.</summary>
    /// <param name="logProbs">log p(y_j | x) in nats. Shape [batch, masks].</param>
    /// <param name="weights">1 = a masked token, 0 = padding of the list of masks. Shape [batch, masks].</param>
    /// <returns>A scalar; 0 where nothing is masked.</returns>
    public static Tensor Loss(Tensor logProbs, Tensor weights)
    {
        Shapes.Require(logProbs, Shapes.Any, Shapes.Any);
        Shapes.Require(weights, logProbs.shape);
        using var scope = NewDisposeScope();
        var w = weights.to(logProbs.dtype);
        return ((logProbs * w).sum().neg() / w.sum().clamp_min(Constants.One)).MoveToOuterDisposeScope();
    }

    // log p(z, y_j | x). [batch, k, masks]
    private static Tensor Joint(Tensor retrievalScores, Tensor goldLogProbs)
    {
        Shapes.Require(retrievalScores, Shapes.Any, Shapes.Any);
        Shapes.Require(goldLogProbs, retrievalScores.shape[0], retrievalScores.shape[1], Shapes.Any);
        // [batch, k, 1]
        var candidateLogProbs = nn.functional.log_softmax(retrievalScores, dim: 1).unsqueeze(-1);
        return candidateLogProbs.Plus(goldLogProbs);
    }
}
