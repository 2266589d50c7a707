using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Reading;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Answering;

/// <summary>Lets blocks, spans and no answer compete: p(z, y | x) ∝ exp(f(x, z) + span logit). Paper §3.2; released orqa_model.py.</summary>
public static class JointDistribution
{
    /// <summary>Mass of each block and of no answer.</summary>
    /// <param name="relevance">f(x, z) of each block.</param>
    /// <param name="nullBias">Added to the logit of no answer (<see cref="Models.AnsweringDefaults.NullBias"/>).</param>
    /// <returns>Block masses and null mass; they sum to 1. Null mass is 0 for a model without a null logit.</returns>
    public static (double[] Blocks, double Null) Masses(
        IReadOnlyList<double> relevance, IReadOnlyList<BlockReading> readings, double nullBias = 0)
    {
        ArgumentNullException.ThrowIfNull(relevance);
        ArgumentNullException.ThrowIfNull(readings);
        var logits = readings.Select((reading, i) => relevance[i] + reading.LogSumExp).ToArray();
        var nullLogit = NullLogit(readings) + nullBias;
        var all = LogSumExp([.. logits, nullLogit]);
        return ([.. logits.Select(logit => Math.Exp(logit - all))], Math.Exp(nullLogit - all));
    }

    /// <summary>p(y|x) of one answer when the joint logits are divided by a temperature before they are normalised.</summary>
    /// <param name="answer">Spans that read like it after normalisation are summed.</param>
    /// <param name="nullBias">Added to the logit of no answer.</param>
    /// <param name="t">Place of the temperature among the readings' <see cref="BlockReading.TemperedLogSums"/>.</param>
    public static double Tempered(
        IReadOnlyList<StoredBlock> blocks, IReadOnlyList<double> relevance, IReadOnlyList<BlockReading> readings, string answer, double temperature, int t,
        double nullBias = 0)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(relevance);
        ArgumentNullException.ThrowIfNull(readings);
        var nullLogit = (NullLogit(readings) + nullBias) / temperature;
        var all = LogSumExp([.. readings.Select((reading, b) => relevance[b] / temperature + reading.TemperedLogSums[t]), nullLogit]);
        var key = AnswerNormalization.Normalize(answer);
        var same = readings.SelectMany((reading, b) => reading.Spans
            .Where(span => AnswerNormalization.Normalize(span.Span.Of(blocks[b].Block.Text)) == key)
            .Select(span => (relevance[b] + span.Logit) / temperature));
        return Math.Min(1, Math.Exp(LogSumExp(same) - all));
    }

    /// <summary>Softmax of scores.</summary>
    public static double[] Softmax(IReadOnlyList<double> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var all = LogSumExp(scores);
        return [.. scores.Select(score => Math.Exp(score - all))];
    }

    /// <summary>Sums the shares of spans that read the same after normalisation, over all blocks.</summary>
    /// <returns>Best first; the words are those of the answer's best span.</returns>
    public static IReadOnlyList<MergedAnswer> Merge(
        IReadOnlyList<StoredBlock> blocks, IReadOnlyList<BlockReading> readings, IReadOnlyList<double> blockMasses, int take)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(readings);
        ArgumentNullException.ThrowIfNull(blockMasses);
        var merged = new Dictionary<string, (int Block, ReadSpan Span, double Best, double Sum, HashSet<long> Rows)>();
        for (var b = 0; b < blocks.Count; b++)
        {
            foreach (var span in readings[b].Spans)
            {
                var key = AnswerNormalization.Normalize(span.Span.Of(blocks[b].Block.Text));
                if (key.Length == 0)
                    continue;
                var share = blockMasses[b] * Math.Exp(span.Logit - readings[b].LogSumExp);
                var seen = merged.TryGetValue(key, out var entry);
                var rows = entry.Rows ?? [];
                rows.Add(blocks[b].Row);
                merged[key] = seen && share <= entry.Best ? entry with { Sum = entry.Sum + share } : (b, span, share, entry.Sum + share, rows);
            }
        }
        return [.. merged.Values.OrderByDescending(entry => entry.Sum).Take(take).Select(entry => new MergedAnswer(
            entry.Span.Span.Of(blocks[entry.Block].Block.Text), entry.Sum, entry.Rows.Count) { Source = (entry.Block, entry.Span) })];
    }

    // The odds that no block answers are one over the summed odds that each one does, as in training (SpanReadingObjective), which reads all.
    private static double NullLogit(IReadOnlyList<BlockReading> readings)
    {
        var read = readings.Where(reading => reading.IsRead).ToList();
        return read.All(reading => reading.NullLogit is not null)
            ? -LogSumExp(read.Select(reading => -(double)reading.NullLogit!.Value))
            : double.NegativeInfinity;
    }

    private static double LogSumExp(IEnumerable<double> values)
    {
        var list = values.ToArray();
        var most = list.Length == 0 ? double.NegativeInfinity : list.Max();
        return double.IsNegativeInfinity(most) ? most : most + Math.Log(list.Sum(value => Math.Exp(value - most)));
    }
}
