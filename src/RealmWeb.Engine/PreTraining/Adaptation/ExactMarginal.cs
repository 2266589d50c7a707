using RealmWeb.Engine.Tensors;
using TorchSharp;
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
/// <param name="beam">Blocks in the denominator: the best so many of each query, and those that were read; 0 for all. With few of them this is the paper's
/// form (§3.2).</param>
/// <param name="chunk">Blocks that are scored at once.</param>
public sealed class ExactMarginal(Tensor vectors, double sharpness, double floor, int beam = 0, int chunk = 16_384)
{
    private const float LowestScore = -1e30f;

    // Below every score, and finite: a difference of two infinities is no number.
    private static readonly Scalar Lowest = LowestScore;

    // Held, as Constants are.
    private readonly Scalar _sharpness = sharpness;
    private readonly Scalar _floor = floor;

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
        var joint = ((read * queries.unsqueeze(1)).sum(2) * _sharpness - logPartition.unsqueeze(1)).exp()
            * tensor(probabilities, [targets.Count, most], device: vectors.device).to(vectors.dtype);
        // [batch]
        var likelihood = joint.sum(1);
        var total = likelihood.add(_floor, Constants.One);
        using var share = (sharpness / targets.Count).ToScalar();
        // [batch, d]
        var gradient = (likelihood.unsqueeze(1) * expected - (joint.unsqueeze(2) * read).sum(1)) * (total.reciprocal() * share).unsqueeze(1);
        return (total.log().mean().neg(), gradient, likelihood.to(ScalarType.Float64).cpu().data<double>().ToArray());
    }

    // A reading of 0 at the first block adds nothing.
    private static IEnumerable<BlockLikelihood> Padded(IReadOnlyList<BlockLikelihood> readings, int count) =>
        readings.Concat(Enumerable.Repeat(default(BlockLikelihood), count - readings.Count));

    // log Σ_z exp(s · q·v_z), and Σ_z p(z | x) v_z, over the blocks that each query may retrieve.
    private (Tensor LogPartition, Tensor Expected) Expectation(Tensor queries, IReadOnlyList<MarginalTarget> targets)
    {
        using var scope = NewDisposeScope();
        var least = beam > 0 && beam < vectors.shape[0] ? LeastOfBeam(queries, targets) : null;
        var read = Places.Of(targets.Select(target => target.Readings.Select(reading => reading.Position)));
        var most = full(targets.Count, Lowest, dtype: vectors.dtype, device: vectors.device);
        var sum = zeros_like(most);
        var mean = zeros_like(queries);
        foreach (var (start, part, scores) in Chunks(queries, targets))
        {
            using var pass = NewDisposeScope();
            var counted = scores;
            if (least is not null)
            {
                // What was read counts, wherever it is in the list.
                var outside = scores < least.unsqueeze(1);
                read.Fill(outside, start, false);
                counted = scores.masked_fill(outside, Constants.MinusInfinity);
            }
            var higher = maximum(most, counted.amax([1]));
            var kept = (most - higher).exp();
            var weights = (counted - higher.unsqueeze(1)).exp();
            (most, sum, mean) = (higher.MoveToOuterDisposeScope(), (sum * kept).Plus(weights.sum(1)).MoveToOuterDisposeScope(),
                (mean * kept.unsqueeze(1)).Plus(weights.matmul(part)).MoveToOuterDisposeScope());
        }
        return (most.Plus(sum.log()).MoveToOuterDisposeScope(), (mean / sum.unsqueeze(1)).MoveToOuterDisposeScope());
    }

    /// <summary>The best blocks of each query among those that it may retrieve, best first.</summary>
    /// <param name="queries">q. Shape [batch, d].</param>
    /// <returns>Positions, one list of at most <paramref name="count"/> a query.</returns>
    public long[][] Best(Tensor queries, IReadOnlyList<MarginalTarget> targets, int count)
    {
        using var noGradient = no_grad();
        using var precise = Autocast.Pause(vectors.device_type);
        using var scope = NewDisposeScope();
        var (scores, positions) = BestOf(queries.to(vectors.dtype), targets, (int)Math.Min(count, vectors.shape[0]));
        var (values, flat) = (scores.to(ScalarType.Float32).cpu().data<float>().ToArray(), positions.cpu().data<long>().ToArray());
        return [.. values.Zip(flat).Chunk((int)scores.shape[1]).Select(own => own.Where(hit => hit.First > LowestScore).Select(hit => hit.Second).ToArray())];
    }

    // The score of the last block in each query's beam. [batch]
    private Tensor LeastOfBeam(Tensor queries, IReadOnlyList<MarginalTarget> targets)
    {
        using var scope = NewDisposeScope();
        return BestOf(queries, targets, beam).Scores.select(1, beam - 1).MoveToOuterDisposeScope();
    }

    // [batch, count] each
    private (Tensor Scores, Tensor Positions) BestOf(Tensor queries, IReadOnlyList<MarginalTarget> targets, int count)
    {
        using var scope = NewDisposeScope();
        var best = full([targets.Count, count], Lowest, dtype: vectors.dtype, device: vectors.device);
        var positions = zeros([targets.Count, count], ScalarType.Int64, vectors.device);
        foreach (var (start, part, scores) in Chunks(queries, targets))
        {
            using var pass = NewDisposeScope();
            var own = arange(start, start + part.shape[0], ScalarType.Int64, vectors.device).unsqueeze(0).expand(targets.Count, part.shape[0]);
            var (values, places) = cat([best, scores], 1).topk(count, 1);
            (best, positions) = (values.MoveToOuterDisposeScope(), cat([positions, own], 1).gather(1, places).MoveToOuterDisposeScope());
        }
        return (best.MoveToOuterDisposeScope(), positions.MoveToOuterDisposeScope());
    }

    // Blocks by chunks with s · q·v_z, minus infinity where a query may not retrieve. Each is disposed of as the next one comes. [count, d], [batch, count]
    private IEnumerable<(long Start, Tensor Vectors, Tensor Scores)> Chunks(Tensor queries, IReadOnlyList<MarginalTarget> targets)
    {
        var hidden = Places.Of(targets.Select(target => target.Hidden));
        for (long start = 0; start < vectors.shape[0]; start += chunk)
        {
            using var part = vectors.narrow(0, start, Math.Min(chunk, vectors.shape[0] - start));
            using var columns = part.t();
            using var scores = queries.matmul(columns).mul_(_sharpness);
            hidden.Fill(scores, start, Constants.MinusInfinity);
            yield return (start, part, scores);
        }
    }

    // Pairs of a query and a block, in the order of the blocks.
    private sealed class Places(List<(int Position, int Query)> sorted)
    {
        private int _next;

        public static Places Of(IEnumerable<IEnumerable<int>> positions) =>
            new([.. positions.SelectMany((own, query) => own.Distinct().Select(position => (Position: position, Query: query)))
                .OrderBy(place => place.Position)]);

        // Chunks come one after the other. [batch, count]
        public void Fill(Tensor chunk, long start, Scalar value)
        {
            var (count, places) = (chunk.shape[1], new List<long>());
            for (; _next < sorted.Count && sorted[_next].Position < start + count; _next++)
                places.Add(sorted[_next].Query * count + sorted[_next].Position - start);
            if (places.Count == 0)
                return;
            using var flat = chunk.view(-1);
            using var index = tensor(places.ToArray(), device: chunk.device);
            flat.index_fill_(0, index, value);
        }
    }
}
