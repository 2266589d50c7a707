namespace RealmWeb.Engine.Evaluation;

/// <summary>How well refusals fit unanswerable questions, in percent.</summary>
/// <param name="Precision">Share of the refusals that were right; null when nothing was refused.</param>
/// <param name="Recall">Share of the unanswerable questions that were refused.</param>
/// <param name="F1">Harmonic mean of the two.</param>
public sealed record NoAnswerQuality(double? Precision, double Recall, double F1);

/// <summary>Quality over a set of questions, in percent.</summary>
public sealed record EvaluationReport
{
    /// <summary>The k of recall@k.</summary>
    public static IReadOnlyList<int> Depths { get; } = [1, 5, 20, 100];

    public required int Questions { get; init; }

    /// <summary>Questions with answers or a pattern; exact match, F1 and the oracle are over these.</summary>
    public required int Answerable { get; init; }

    /// <summary>The given answer is right (SQuAD v1.1); a refusal is wrong.</summary>
    public required double ExactMatch { get; init; }

    /// <summary>The given answer is right as Google's open-domain evaluation (ORQA) normalises; a refusal is wrong.</summary>
    public required double ExactMatchOrqa { get; init; }

    /// <summary>Token overlap of the given answer; a refusal counts 0.</summary>
    public required double F1 { get; init; }

    /// <summary><see cref="ExactMatch"/> if the model always had to answer.</summary>
    public required double ForcedExactMatch { get; init; }

    /// <summary><see cref="F1"/> if the model always had to answer.</summary>
    public required double ForcedF1 { get; init; }

    /// <summary>Share with an answering passage among the first k, by <see cref="QuestionOutcome.GoldRank"/>.</summary>
    public required IReadOnlyDictionary<int, double> RecallAt { get; init; }

    /// <summary>Share of answerable questions with an answer's words among the first k passages; published recall@k.</summary>
    public required IReadOnlyDictionary<int, double> RecallByAnswerAt { get; init; }

    /// <summary>Share with the question's own passage among the first k; null where no line gives a passage.</summary>
    public required IReadOnlyDictionary<int, double>? RecallByPassageAt { get; init; }

    /// <summary>Share of the questions with a relevant document that have one among the first k, by <see cref="QuestionOutcome.DocumentRank"/>; null where no
    /// line judges documents. The documents are those of the first hundred passages.</summary>
    public required IReadOnlyDictionary<int, double>? RecallByDocumentAt { get; init; }

    /// <summary>Mean of <see cref="DocumentRanking.Ndcg"/>; null where no line judges documents.</summary>
    public required double? NdcgAt10 { get; init; }

    /// <summary>Mean of 100 / <see cref="QuestionOutcome.GoldRank"/>, 0 for what was not found.</summary>
    public required double MeanReciprocalRank { get; init; }

    /// <summary>Exact match of a reader that always picks a right span among those of the passages read: what retrieval leaves possible.</summary>
    public required double ReaderOracle { get; init; }

    /// <summary>Null without unanswerable questions.</summary>
    public required NoAnswerQuality? NoAnswer { get; init; }

    /// <summary>Share of answerable questions that got no answer.</summary>
    public required double FalseRefusals { get; init; }

    /// <summary>Median time from question to answer; null where nothing was read.</summary>
    public double? MedianMilliseconds { get; init; }

    /// <summary>Share of unanswerable questions that got no answer; null without such questions.</summary>
    public double? UnanswerableRecognised => NoAnswer?.Recall;

    /// <summary>Sums up outcomes.</summary>
    public static EvaluationReport Of(IReadOnlyList<QuestionOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        var answerable = outcomes.Where(outcome => outcome.IsAnswerable).ToList();
        var findable = outcomes.Where(outcome => !outcome.IsImpossible).ToList();
        var placed = findable.Where(outcome => outcome.HasPassage).ToList();
        var judged = outcomes.Where(outcome => outcome.Ndcg is not null).ToList();
        return new EvaluationReport
        {
            Questions = outcomes.Count,
            Answerable = answerable.Count,
            ExactMatch = Percent(answerable, outcome => outcome.NoAnswer ? 0 : outcome.ExactMatch),
            ExactMatchOrqa = Percent(answerable, outcome => outcome.NoAnswer ? 0 : outcome.ExactMatchOrqa),
            F1 = Percent(answerable, outcome => outcome.NoAnswer ? 0 : outcome.F1),
            ForcedExactMatch = Percent(answerable, outcome => outcome.ExactMatch),
            ForcedF1 = Percent(answerable, outcome => outcome.F1),
            RecallAt = Recall(findable, outcome => outcome.GoldRank),
            RecallByAnswerAt = Recall(answerable, outcome => outcome.AnswerRank),
            RecallByPassageAt = placed.Count == 0 ? null : Recall(placed, outcome => outcome.PassageRank),
            RecallByDocumentAt = judged.Count == 0 ? null : Recall(judged, outcome => outcome.DocumentRank),
            NdcgAt10 = judged.Count == 0 ? null : Percent(judged, outcome => outcome.Ndcg!.Value),
            MeanReciprocalRank = Percent(findable, outcome => outcome.GoldRank is { } rank ? 1.0 / rank : 0),
            ReaderOracle = Percent(answerable, outcome => outcome.ReaderOracle ? 1 : 0),
            NoAnswer = Refusals(outcomes),
            FalseRefusals = Percent(answerable, outcome => outcome.NoAnswer ? 1 : 0),
            MedianMilliseconds = Measure.Find(Measure.MedianLatency)!.Of(outcomes),
        };
    }

    private static Dictionary<int, double> Recall(IReadOnlyList<QuestionOutcome> outcomes, Func<QuestionOutcome, int?> rank) =>
        Depths.ToDictionary(k => k, k => Percent(outcomes, outcome => rank(outcome) <= k ? 1 : 0));

    // A question of which only the passage is known may be refused rightly or wrongly; it does not count.
    private static NoAnswerQuality? Refusals(IReadOnlyList<QuestionOutcome> outcomes)
    {
        var impossible = outcomes.Count(outcome => outcome.IsImpossible);
        if (impossible == 0)
            return null;
        var refused = outcomes.Count(outcome => outcome is { NoAnswer: true, PassageOnly: false });
        var right = outcomes.Count(outcome => outcome.NoAnswer && outcome.IsImpossible);
        return new NoAnswerQuality(refused == 0 ? null : 100.0 * right / refused, 100.0 * right / impossible, 200.0 * right / (refused + impossible));
    }

    private static double Percent(IReadOnlyList<QuestionOutcome> outcomes, Func<QuestionOutcome, double> value) =>
        outcomes.Count == 0 ? 0 : 100 * outcomes.Average(value);
}
