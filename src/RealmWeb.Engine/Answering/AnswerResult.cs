using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Reading;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Answering;

/// <summary>Which candidates the reader gets.</summary>
public enum RetrieverKind
{
    /// <summary>Dense and lexical lists merged.</summary>
    Hybrid,

    /// <summary>Inner product of learned vectors.</summary>
    Dense,

    /// <summary>BM25 over terms.</summary>
    Lexical,
}

/// <summary>How to answer one question.</summary>
/// <param name="K">Blocks to retrieve, at least 1; those within <see cref="Models.AnsweringDefaults.ReadingMargin"/> of the best are read.</param>
/// <param name="Recall">Share of the exact dense list that is enough (<see cref="Retrieval.SearchOptions.Recall"/>).</param>
public sealed record AnswerOptions(int K = 5, RetrieverKind Retriever = RetrieverKind.Hybrid, double Recall = 1);

/// <summary>A block that was retrieved, and what the reader found in it.</summary>
/// <param name="RetrievalScore">f(x, z): the logit that enters the joint distribution.</param>
/// <param name="RetrievalProbability">p(z|x). Before reading: softmax of the retrieval scores over the candidates. After reading: the mass of
/// the block in the joint distribution over blocks, spans and no answer (released reader), so that p(z|x) · p(y|z,x) is the product shown.</param>
/// <param name="Span">The block's best span, offsets in the block's text; in the block that the answer comes from, the answer's. Null before reading,
/// of a block that stays unread, and where no span is possible.</param>
/// <param name="ReaderProbability">p(y|z,x) of the span among the spans of this block; null before reading.</param>
/// <param name="Share">p(z|x) · p(y|z,x); null before reading.</param>
public sealed record Evidence(
    StoredBlock Block, double RetrievalScore, double RetrievalProbability, TextSpan? Span, double? ReaderProbability, double? Share)
{
    /// <summary>The span reads like the answer that is given (<see cref="AnswerNormalization"/>).</summary>
    public bool Agrees { get; init; }
}

/// <summary>An answer with its probability summed over the spans, in all blocks, that read the same after normalisation.</summary>
/// <param name="Text">The words as they stand in the best of these spans.</param>
/// <param name="Probability">p(y|x).</param>
/// <param name="Blocks">Number of blocks that hold it.</param>
public sealed record MergedAnswer(string Text, double Probability, int Blocks)
{
    /// <summary>The best of these spans, and the place of its block among those that were read.</summary>
    internal (int Block, ReadSpan Span)? Source { get; init; }
}

/// <summary>Time of each stage.</summary>
public sealed record AnswerTimings(TimeSpan Encode, TimeSpan Search, TimeSpan Read, TimeSpan Total);

/// <summary>What was answered and from what.</summary>
/// <param name="Answer">Best candidate's words; null when there is none or no answer is preferred.</param>
/// <param name="NoAnswer">The null mass is above the model's threshold, or nothing was retrieved.</param>
/// <param name="Confidence">How likely the best candidate is right; see <see cref="Calibrated"/>. 0 without one.</param>
/// <param name="NullMass">Probability that the candidates hold no answer.</param>
/// <param name="Candidates">Best first.</param>
/// <param name="Evidence">The block that the answer comes from, then the others by p(z|x); without an answer, in retrieval order.</param>
/// <param name="Generation">Index generation that was searched; empty when only the lexical index was.</param>
public sealed record AnswerResult(
    string Question, string? Answer, bool NoAnswer, double Confidence, double NullMass,
    IReadOnlyList<MergedAnswer> Candidates, IReadOnlyList<Evidence> Evidence, AnswerTimings Timings, string Generation)
{
    /// <summary>Confidence was fitted to how often answers are right; else it is a score, p(y|x) of the best candidate.</summary>
    public bool Calibrated { get; init; }

    /// <summary>Confidence as the model says it itself, without what was fitted to the corpus; null where nothing was.</summary>
    public double? Unscaled { get; init; }

    /// <summary>Confidence at each of <see cref="ModelServer.Temperatures"/>; empty without an answer.</summary>
    public IReadOnlyList<double> ConfidenceAt { get; init; } = [];
}

/// <summary>Hears of the stages of an answer as they happen.</summary>
public interface IAnswerObserver
{
    /// <summary>The question is being embedded.</summary>
    void Encoding();

    /// <summary>The index is being searched.</summary>
    void Searching(long blocks);

    /// <summary>Retrieval returned; nothing was read yet.</summary>
    void Retrieved(IReadOnlyList<Evidence> evidence);

    /// <summary>The reader has begun.</summary>
    void Reading(int blocks);
}
