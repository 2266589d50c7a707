using RealmWeb.Engine.Reading;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Text;

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

    /// <summary>The candidates after reading: the block that the answer comes from, then the others by p(z|x); without an answer, as retrieval found them.
    /// </summary>
    /// <param name="masses">p(z|x) of each block in the joint distribution.</param>
    /// <param name="given">The answer; null where none is given.</param>
    public static IReadOnlyList<Evidence> Read(
        this Candidates candidates, IReadOnlyList<double> masses, IReadOnlyList<BlockReading> readings, MergedAnswer? given)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(masses);
        ArgumentNullException.ThrowIfNull(readings);
        var answer = given is null ? null : AnswerNormalization.Normalize(given.Text);
        // The answer's sum may win over the words that are best in its block.
        var evidence = candidates.Blocks
            .Select((_, i) => candidates.Read(i, masses[i], readings[i], given?.Source is { } its && its.Block == i ? its.Span : null, answer)).ToList();
        return given?.Source is not { } source ? evidence
            : [evidence[source.Block], .. evidence.Where((_, i) => i != source.Block).OrderByDescending(item => item.RetrievalProbability)];
    }

    private static Evidence Read(this Candidates candidates, int index, double mass, BlockReading reading, ReadSpan? marked, string? answer)
    {
        var (block, relevance) = (candidates.Blocks[index], candidates.Relevance[index]);
        if (reading.Spans.Count == 0)
            return new Evidence(block, relevance, mass, null, null, null);
        var shown = marked ?? reading.Spans[0];
        var probability = Math.Exp(shown.Logit - reading.LogSumExp);
        return new Evidence(block, relevance, mass, shown.Span, probability, mass * probability)
        {
            Agrees = answer is not null && AnswerNormalization.Normalize(shown.Span.Of(block.Block.Text)) == answer,
        };
    }
}
