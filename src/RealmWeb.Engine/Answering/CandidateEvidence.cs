using RealmWeb.Engine.Reading;
using RealmWeb.Engine.Retrieval;

namespace RealmWeb.Engine.Answering;

/// <summary>Candidates as the evidence that is shown.</summary>
public static class CandidateEvidence
{
    /// <summary>The candidates before reading.</summary>
    public static IReadOnlyList<Evidence> Unread(this Candidates candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        var probabilities = JointDistribution.Softmax(candidates.PriorRelevance);
        return [.. candidates.Blocks.Select((block, i) => new Evidence(block, candidates.Relevance[i], probabilities[i], null, null, null))];
    }

    /// <summary>One candidate after reading.</summary>
    /// <param name="mass">p(z|x) in the joint distribution.</param>
    public static Evidence Read(this Candidates candidates, int index, double mass, BlockReading reading)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(reading);
        var (block, relevance) = (candidates.Blocks[index], candidates.Relevance[index]);
        if (reading.Spans.Count == 0)
            return new Evidence(block, relevance, mass, null, null, null);
        var best = reading.Spans[0];
        var probability = Math.Exp(best.Logit - reading.LogSumExp);
        return new Evidence(block, relevance, mass, best.Span, probability, mass * probability);
    }
}
