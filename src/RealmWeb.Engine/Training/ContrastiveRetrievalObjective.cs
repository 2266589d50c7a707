using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Tensors;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Training;

/// <summary>Trains the embedder: each query's block against all other blocks of the batch, by inner product. The objective of inverse cloze
/// training (paper §3.4; released ict_model.py), used for question-block pairs too.</summary>
/// <param name="queryEmbedder">The queries' own embedder; null where <paramref name="embedder"/> serves both.</param>
public sealed class ContrastiveRetrievalObjective(
    Embedder embedder, Featurizer featurizer, int seed, int batchSize, Func<Random, RetrievalPair> draw, string stage, Device device,
        Embedder? queryEmbedder = null) : IObjective
{
    private readonly nn.Module _module = queryEmbedder is null || queryEmbedder == embedder ? embedder : TrainedParts.Of(embedder, queryEmbedder, null);
    private readonly BucketedBatches<RetrievalPair> _batches = new(seed, batchSize, draw, pair => pair.Length, windowSteps: 4);

    public string Stage => stage;

    public nn.Module Module => _module;

    public StepLoss Loss(long step)
    {
        var pairs = _batches.Batch(step);
        using var scope = NewDisposeScope();
        List<InputRow> queryRows = [.. pairs.Select(pair => pair.Query)];
        List<InputRow> blockRows = [.. pairs.Select(pair => pair.Block), .. pairs.SelectMany(pair => pair.HardNegatives)];
        using var queries = featurizer.Pack(queryRows, device);
        using var blocks = featurizer.Pack(blockRows, device);
        // [batch, blocks]
        var scores = (queryEmbedder ?? embedder).Embed(queries).matmul(embedder.Embed(blocks).t());
        scores = HideDuplicates(scores, blockRows, pairs.Count);
        var own = tensor(Enumerable.Range(0, pairs.Count).Select(i => (long)i).ToArray(), device: device);
        var loss = nn.functional.cross_entropy(scores, own);
        var correct = scores.argmax(1).eq(own).cpu().data<bool>().ToArray();
        return new StepLoss(
            loss.MoveToOuterDisposeScope(),
            queryRows.Sum(row => (long)row.Length) + blockRows.Sum(row => (long)row.Length),
            (long)queryRows.Count * queryRows.Max(row => row.Length) + (long)blockRows.Count * blockRows.Max(row => row.Length), pairs.Count)
        { Metrics = Metrics(pairs, correct) };
    }

    // With the word match at hand a pair is easy: inverse cloze tells by the pairs without it what was learned beyond (released ict_model.py).
    private static Dictionary<string, double> Metrics(IReadOnlyList<RetrievalPair> pairs, bool[] correct)
    {
        var metrics = new Dictionary<string, double> { ["accuracy"] = correct.Average(right => right ? 1.0 : 0) };
        bool[] removed = [.. correct.Where((_, i) => pairs[i].Removed == true)], kept = [.. correct.Where((_, i) => pairs[i].Removed == false)];
        if (removed.Length + kept.Length > 0)
            metrics["removedShare"] = removed.Length / (double)(removed.Length + kept.Length);
        if (removed.Length > 0)
            metrics["removedAccuracy"] = removed.Average(right => right ? 1.0 : 0);
        if (kept.Length > 0)
            metrics["keptAccuracy"] = kept.Average(right => right ? 1.0 : 0);
        return metrics;
    }

    // Two questions on one block make it the other's false negative: such columns are taken out of the row's softmax.
    private Tensor HideDuplicates(Tensor scores, List<InputRow> blocks, int queries)
    {
        var keys = blocks.Select(row => new HashedIds(row.Ids)).ToList();
        var hidden = new bool[queries * blocks.Count];
        for (var q = 0; q < queries; q++)
        {
            for (var b = 0; b < blocks.Count; b++)
                hidden[q * blocks.Count + b] = b != q && keys[b].Equals(keys[q]);
        }
        return scores.masked_fill(tensor(hidden, [queries, blocks.Count], device: device), Constants.MinusTenThousand);
    }

    private readonly record struct HashedIds
    {
        private readonly int[] _ids;
        private readonly int _hash;

        public HashedIds(int[] ids)
        {
            _ids = ids;
            var hash = new HashCode();
            foreach (var id in ids)
                hash.Add(id);
            _hash = hash.ToHashCode();
        }

        public bool Equals(HashedIds other) => _hash == other._hash && _ids.AsSpan().SequenceEqual(other._ids);

        public override int GetHashCode() => _hash;
    }
}
