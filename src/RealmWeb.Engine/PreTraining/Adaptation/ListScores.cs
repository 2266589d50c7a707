using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Index;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>Scores of the passages that are found for questions.</summary>
/// <remarks>Adaptation draws inner products apart: what it likes rises further above the rest, and the best ones are higher or lower than they were. Beside
/// such scores BM25 and the reader count for less, so that right passages and right words are lost among those that the dense list likes. So what weighs the
/// scores changes with them.</remarks>
/// <param name="Level">Mean score of the best passage.</param>
/// <param name="Spread">Mean standard deviation of the scores over a question's best passages.</param>
internal sealed record ListScores(double Level, double Spread)
{
    /// <summary>Passages that are read.</summary>
    public const int ReadDepth = 5;

    // What competes for being read.
    private const int DenseDepth = 20;

    private const int MostQuestions = 100;

    /// <summary>f(x, z) of what is read.</summary>
    /// <param name="questions">At least one; the first of them are asked.</param>
    public static Task<ListScores> OfRelevanceAsync(
        RealmModel model, SearchableCorpus corpus, DenseBlockIndex index, IReadOnlyList<string> questions, TimeProvider time,
        CancellationToken cancellationToken) => OfAsync(
            model, corpus, index, questions, new AnswerOptions(ReadDepth, RetrieverKind.Hybrid), found => found.Relevance, time, cancellationToken);

    /// <summary>Inner products of the best of the dense list.</summary>
    /// <inheritdoc cref="OfRelevanceAsync"/>
    public static Task<ListScores> OfInnerProductsAsync(
        RealmModel model, SearchableCorpus corpus, DenseBlockIndex index, IReadOnlyList<string> questions, TimeProvider time,
        CancellationToken cancellationToken) => OfAsync(
            model, corpus, index, questions, new AnswerOptions(DenseDepth, RetrieverKind.Dense),
            found => [.. found.DenseScores.Select(score => (double)score)], time, cancellationToken);

    private static async Task<ListScores> OfAsync(
        RealmModel model, SearchableCorpus corpus, DenseBlockIndex index, IReadOnlyList<string> questions, AnswerOptions options,
        Func<Candidates, IReadOnlyList<double>> scores, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var server = new ModelServer(model, temperatures: []);
        var answerer = new QuestionAnswerer(server, corpus.Blocks, index, corpus.Terms, time);
        var lists = new List<IReadOnlyList<double>>();
        foreach (var question in questions.Take(MostQuestions))
            lists.Add(scores(await answerer.RetrieveAsync(question, options, cancellationToken)));
        return new(lists.Average(list => list.Max()), lists.Average(Deviation));
    }

    /// <summary>The mixture in which other inner products count beside BM25 as these did: s becomes a · s + b, where a is the ratio of the spreads and b what
    /// the best ones moved beyond that.</summary>
    public RetrievalMixture Carry(RetrievalMixture mixture, ListScores other)
    {
        if (this == other || Spread <= 0 || other.Spread <= 0)
            return mixture;
        var stretch = other.Spread / Spread;
        return mixture with
        {
            Dense = mixture.Dense / stretch, Excess = mixture.Excess / stretch,
            Fading = mixture.Fading / stretch, Typical = other.Level + stretch * (mixture.Typical - Level),
        };
    }

    /// <summary>The weights under which other lists spread like these, with "no answer" as far below the best passage.</summary>
    /// <param name="answering">What both lists were made with; without a mixture scores have no weight that could change.</param>
    public AnsweringDefaults Carry(AnsweringDefaults answering, ListScores other)
    {
        var scale = answering.Mixture is null || Spread <= 0 || other.Spread <= 0 ? 1 : Spread / other.Spread;
        return answering with
        {
            Mixture = answering.Mixture?.Times(scale),
            NullBias = answering.NullBias + scale * other.Level - Level,
        };
    }

    private static double Deviation(IReadOnlyList<double> scores)
    {
        var mean = scores.Average();
        return Math.Sqrt(scores.Average(score => (score - mean) * (score - mean)));
    }
}
