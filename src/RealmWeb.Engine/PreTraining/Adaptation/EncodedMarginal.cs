using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>p(y | x) over the few blocks that a batch encodes anew: what the tower of blocks learns from. The paper's form (§3.2), with the passages that were
/// read, the best that do not answer, and those of the batch's other examples as candidates.</summary>
/// <remarks>Vectors of an index do not mix with vectors of a tower that has moved on from it: if both stood in one denominator, the tower would raise all that
/// it encodes over all that it does not. So this sum has encoded blocks alone, and queries learn from the whole index (<see cref="ExactMarginal"/>).</remarks>
internal sealed class EncodedMarginal(RealmModel model, IndexedBlocks indexed, AdaptationOptions options)
{
    private readonly Scalar _sharpness = options.Sharpness;
    private readonly Scalar _floor = options.Floor;

    /// <summary>Mean of −log(p(y | x) + floor).</summary>
    /// <param name="queries">q, without its graph. Shape [batch, d].</param>
    /// <param name="whole">Over the index, which knows the hard negatives.</param>
    /// <returns>The loss, which belongs to the caller's dispose scope, and the tokens that were encoded, without padding and with it.</returns>
    public (Tensor Loss, long Tokens, long Padded) Loss(Tensor queries, IReadOnlyList<AdaptationExample> batch, ExactMarginal whole)
    {
        using var scope = NewDisposeScope();
        var targets = batch.Select(example => example.Target).ToList();
        var positives = targets.Select(target => target.Readings.OrderByDescending(reading => reading.Probability).Take(options.Positives).ToList()).ToList();
        var candidates = Candidates(batch, positives, Negatives(queries, targets, whole));
        List<int> positions = [.. candidates.Keys];
        List<InputRow> rows = [.. candidates.Values];
        using var inputs = model.Featurizer.Pack(rows, model.Device);
        // [blocks, d]
        var vectors = model.Embedder.Embed(inputs).to(ScalarType.Float32);
        using var precise = Autocast.Pause(model.Device.type);
        // [batch, blocks]
        var scores = (queries.to(ScalarType.Float32).matmul(vectors.t()) * _sharpness)
            .masked_fill(Hidden(targets, positions), Constants.MinusInfinity);
        var likelihood = (nn.functional.log_softmax(scores, 1).exp() * Likelihoods(positives, positions)).sum(1);
        var loss = likelihood.add(_floor, Constants.One).log().mean().neg();
        return (loss.MoveToOuterDisposeScope(), rows.Sum(row => (long)row.Length), (long)rows.Count * rows.Max(row => row.Length));
    }

    private List<IEnumerable<int>> Negatives(Tensor queries, List<MarginalTarget> targets, ExactMarginal whole)
    {
        if (options.HardNegatives == 0)
            return [.. targets.Select(_ => Enumerable.Empty<int>())];
        var best = whole.Best(queries, targets, options.HardNegatives + targets.Max(target => target.Readings.Count));
        return [.. best.Select((own, i) =>
            own.Select(position => (int)position).Except(targets[i].Readings.Select(reading => reading.Position)).Take(options.HardNegatives))];
    }

    // By position, each once.
    private SortedDictionary<int, InputRow> Candidates(
        IReadOnlyList<AdaptationExample> batch, List<List<BlockLikelihood>> positives, List<IEnumerable<int>> negatives)
    {
        var candidates = new SortedDictionary<int, InputRow>();
        foreach (var (example, own) in batch.Zip(positives))
        {
            if (example.Rest is { } rest)
                candidates[own[0].Position] = rest;
        }
        foreach (var position in positives.SelectMany(own => own.Select(reading => reading.Position)).Concat(negatives.SelectMany(own => own)))
        {
            if (!candidates.ContainsKey(position))
                candidates[position] = model.Inputs.Block(indexed.Blocks[position].Block, options.BlockPieces);
        }
        return candidates;
    }

    // What a query may not retrieve. [batch, blocks]
    private Tensor Hidden(List<MarginalTarget> targets, List<int> positions)
    {
        var hidden = new bool[targets.Count * positions.Count];
        for (var query = 0; query < targets.Count; query++)
        {
            var own = targets[query].Hidden.ToHashSet();
            for (var i = 0; i < positions.Count; i++)
                hidden[query * positions.Count + i] = own.Contains(positions[i]);
        }
        return tensor(hidden, [targets.Count, positions.Count], device: model.Device);
    }

    // p(y | z, x). [batch, blocks]
    private Tensor Likelihoods(List<List<BlockLikelihood>> positives, List<int> positions)
    {
        var likelihoods = new float[positives.Count * positions.Count];
        for (var query = 0; query < positives.Count; query++)
        {
            foreach (var reading in positives[query])
                likelihoods[query * positions.Count + positions.BinarySearch(reading.Position)] = (float)reading.Probability;
        }
        return tensor(likelihoods, [positives.Count, positions.Count], device: model.Device);
    }
}
