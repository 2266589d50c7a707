using RealmWeb.Engine.Tensors;
using static TorchSharp.torch;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>p(y | x) = Σ_z p(z | x) p(y | z, x) over every block there is: equation (1) of the paper without its cut to the top k.</summary>
/// <remarks>With block vectors v_z that stay as they are, p(z | x) ∝ exp(s · q·v_z) is one matrix product, and a reader that extracts gives p(y | z, x) = 0
/// for every z that does not hold y, so that few terms of the sum need reading while all blocks stand in the denominator.
/// <para>The gradient with respect to q is s / p(y | x) · (Σ_z p(z | x) p(y | z, x) v_z − p(y | x) Σ_z p(z | x) v_z). Blocks pass by in chunks, with the sums
/// kept relative to the largest score so far, so that memory does not grow with the corpus.</para></remarks>
/// <param name="vectors">v_z of all blocks. Stays the caller's. Shape [blocks, d].</param>
/// <param name="sharpness">s: what inner products are multiplied by before the softmax.</param>
/// <param name="floor">Added to p(y | x), as if the null document gave y with this probability: a sentence that no block answers then has almost no
/// gradient.</param>
/// <param name="chunk">Blocks that are scored at once.</param>
public sealed class ExactMarginal(Tensor vectors, double sharpness, double floor, int chunk = 16_384)
{
    // Below every score, and finite: a difference of two infinities is no number.
    private const double Lowest = -1e30;

    /// <summary>Mean of −log(p(y | x) + floor) over a batch.</summary>
    /// <param name="queries">q, with its graph. Shape [batch, d].</param>
    /// <param name="targets">One a query, with at least one reading each.</param>
    /// <returns>The loss, which belongs to the caller's dispose scope, and p(y | x) of each query.</returns>
    /// <exception cref="TensorShapeException">Queries and blocks differ in width, or queries and targets in number.</exception>
    public (Tensor Loss, double[] Likelihoods) Loss(Tensor queries, IReadOnlyList<MarginalTarget> targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        Shapes.Require(queries, targets.Count, vectors.shape[1]);
        // Probabilities of a softmax over thousands of blocks want 32 bits.
        using var precise = Autocast.Pause(vectors.device_type);
        using var scope = NewDisposeScope();
        var wide = queries.to(vectors.dtype);
        var (value, gradient, likelihoods) = Differentiate(wide.detach(), targets);
        // Has the loss as its value and the gradient computed above as its gradient.
        var carrier = (wide * gradient).sum();
        var loss = (carrier - carrier.detach()).Plus(value);
        return (loss.MoveToOuterDisposeScope(), likelihoods);
    }

    private (Tensor Value, Tensor Gradient, double[] Likelihoods) Differentiate(Tensor queries, IReadOnlyList<MarginalTarget> targets)
    {
        using var noGradient = no_grad();
        // [batch], [batch, d]
        var (logPartition, expected) = Expectation(queries, targets);
        var most = targets.Max(target => target.Readings.Count);
        // [batch · most]
        var positions = targets.SelectMany(target => Padded(target.Readings, most).Select(reading => (long)reading.Position)).ToArray();
        var probabilities = targets.SelectMany(target => Padded(target.Readings, most).Select(reading => reading.Probability)).ToArray();
        // [batch, most, d]
        var read = vectors.index_select(0, tensor(positions, device: vectors.device)).reshape(targets.Count, most, vectors.shape[1]);
        // p(z | x) p(y | z, x). [batch, most]
        var joint = ((read * queries.unsqueeze(1)).sum(2) * sharpness - logPartition.unsqueeze(1)).exp()
            * tensor(probabilities, [targets.Count, most], device: vectors.device).to(vectors.dtype);
        // [batch]
        var likelihood = joint.sum(1);
        var total = likelihood + floor;
        // [batch, d]
        var gradient = (likelihood.unsqueeze(1) * expected - (joint.unsqueeze(2) * read).sum(1)) * (sharpness / targets.Count / total).unsqueeze(1);
        return (total.log().mean().neg(), gradient, likelihood.to(ScalarType.Float64).cpu().data<double>().ToArray());
    }

    // A reading of 0 at the first block adds nothing.
    private static IEnumerable<BlockLikelihood> Padded(IReadOnlyList<BlockLikelihood> readings, int count) =>
        readings.Concat(Enumerable.Repeat(default(BlockLikelihood), count - readings.Count));

    // log Σ_z exp(s · q·v_z), and Σ_z p(z | x) v_z, over the blocks that each query may retrieve.
    private (Tensor LogPartition, Tensor Expected) Expectation(Tensor queries, IReadOnlyList<MarginalTarget> targets)
    {
        var hidden = targets.SelectMany((target, query) => target.Hidden.Distinct().Select(position => (Position: position, Query: query)))
            .OrderBy(place => place.Position).ToList();
        var (blocks, next) = (vectors.shape[0], 0);
        using var scope = NewDisposeScope();
        var most = full(targets.Count, Lowest, dtype: vectors.dtype, device: vectors.device);
        var sum = zeros_like(most);
        var mean = zeros_like(queries);
        for (long start = 0; start < blocks; start += chunk)
        {
            using var pass = NewDisposeScope();
            var count = Math.Min(chunk, blocks - start);
            var part = vectors.narrow(0, start, count);
            // [batch, count]
            var scores = queries.matmul(part.t()) * sharpness;
            var places = new List<long>();
            for (; next < hidden.Count && hidden[next].Position < start + count; next++)
                places.Add(hidden[next].Query * count + hidden[next].Position - start);
            if (places.Count > 0)
                scores.view(-1).index_fill_(0, tensor(places.ToArray(), device: vectors.device), Constants.MinusInfinity);
            var higher = maximum(most, scores.amax([1]));
            var kept = (most - higher).exp();
            var weights = (scores - higher.unsqueeze(1)).exp();
            (most, sum, mean) = (higher.MoveToOuterDisposeScope(), (sum * kept).Plus(weights.sum(1)).MoveToOuterDisposeScope(),
                (mean * kept.unsqueeze(1)).Plus(weights.matmul(part)).MoveToOuterDisposeScope());
        }
        return (most.Plus(sum.log()).MoveToOuterDisposeScope(), (mean / sum.unsqueeze(1)).MoveToOuterDisposeScope());
    }
}
