using RealmWeb.Engine.Corpora;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Training;

/// <summary>Passages that no step trains on, to measure on. The released trainers hold out shards of examples.</summary>
public static class HeldOut
{
    /// <summary>Batches that a measurement averages over.</summary>
    public const int Batches = 16;

    private const string Prefix = "heldOut";

    /// <summary>Parts blocks by their content: the same content falls on the same side, wherever and however often it stands.</summary>
    /// <param name="share">Share to hold out; 0 for nothing.</param>
    /// <exception cref="InvalidOperationException">There are too few passages for both sides.</exception>
    public static (IReadOnlyList<Block> Training, IReadOnlyList<Block> HeldOut) Part(IReadOnlyList<Block> blocks, double share)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        if (share <= 0)
            return (blocks, []);
        var sides = blocks.ToLookup(block => Holds(block.Id, share));
        List<Block> training = [.. sides[false]], held = [.. sides[true]];
        return training.Count > 0 && held.Count > 0 ? (training, held)
            : throw new InvalidOperationException(
                $"A \"heldOutShare\" of {share} of {blocks.Count} passages leaves {training.Count} to train on and {held.Count} to measure on. Choose another "
                + $"share.");
    }

    /// <summary>Whether the block with this content id is held out.</summary>
    // Ids are hashes already. Their end, since other parts of the program go by the beginning.
    internal static bool Holds(string id, double share) => Convert.ToUInt32(id[^8..], 16) < share * uint.MaxValue;

    /// <summary>Loss and some metrics of an objective over the same batches each time, without a gradient, as "heldOutLoss" and so on.</summary>
    /// <param name="objective">Draws from what is held out.</param>
    public static IReadOnlyDictionary<string, double> Measure(IObjective objective, CancellationToken cancellationToken, params IReadOnlyList<string> metrics)
    {
        ArgumentNullException.ThrowIfNull(objective);
        ArgumentNullException.ThrowIfNull(metrics);
        var sums = new Dictionary<string, double>();
        using var noGradient = no_grad();
        for (var batch = 0; batch < Batches; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var computed = objective.Loss(batch);
            Add("loss", computed.Loss.to(ScalarType.Float32).item<float>());
            foreach (var name in metrics.Where(computed.Metrics.ContainsKey))
                Add(name, computed.Metrics[name]);
        }
        return sums;

        void Add(string name, double value)
        {
            var full = $"{Prefix}{char.ToUpperInvariant(name[0])}{name[1..]}";
            sums[full] = sums.GetValueOrDefault(full) + value / Batches;
        }
    }
}
