using RealmWeb.Engine.Corpora;
using TorchSharp.Modules;

namespace RealmWeb.Engine.Retrieval;

/// <summary>z in top k: the blocks that retrieval chose for a question, in its order.</summary>
/// <param name="blocks">Best first.</param>
/// <param name="denseScores">Inner product of question and block; all 0 where the dense index was not asked.</param>
/// <param name="lexicalScores">BM25; 0 where the lexical index did not bring the block, unless a mixture knows it of every candidate.</param>
/// <param name="weights">What the reader learned that the two count, [2]; null for published models, where the inner product counts as it is, or
/// the mixture's score where there is one.</param>
/// <param name="mixture">f(x, z) by a fitted mixture of the two; null where there is none.</param>
public sealed class Candidates(IReadOnlyList<StoredBlock> blocks, float[] denseScores, float[] lexicalScores, Parameter? weights, double[]? mixture = null)
{
    public IReadOnlyList<StoredBlock> Blocks => blocks;

    public IReadOnlyList<float> DenseScores => denseScores;

    public IReadOnlyList<float> LexicalScores => lexicalScores;

    /// <summary>f(x, z): what relevance adds to the span logits of each block.</summary>
    public IReadOnlyList<double> Relevance { get; } = weights is null && mixture is not null ? mixture : Combine(denseScores, lexicalScores, weights);

    /// <summary>f(x, z) before reading: the mixture's score where there is one.</summary>
    public IReadOnlyList<double> PriorRelevance => mixture ?? Relevance;

    /// <summary>Places of the blocks whose relevance is at most so much below the best one's, in order.</summary>
    /// <param name="margin">Difference of f(x, z), in nats.</param>
    public IReadOnlyList<int> Within(double margin)
    {
        var least = Relevance.DefaultIfEmpty().Max() - margin;
        return [.. Enumerable.Range(0, Blocks.Count).Where(i => Relevance[i] >= least)];
    }

    private static double[] Combine(float[] dense, float[] lexical, Parameter? weights)
    {
        if (weights is null)
            return [.. dense.Select(score => (double)score)];
        using var scope = TorchSharp.torch.NewDisposeScope();
        var values = weights.detach().cpu().data<float>().ToArray();
        return [.. dense.Select((score, i) => (double)(values[0] * score + values[1] * lexical[i]))];
    }
}
