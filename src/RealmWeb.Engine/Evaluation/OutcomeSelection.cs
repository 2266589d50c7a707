namespace RealmWeb.Engine.Evaluation;

/// <summary>How a question of an evaluation went.</summary>
public enum OutcomeKind
{
    /// <summary>The given answer, or the refusal, is right.</summary>
    Right,

    /// <summary>An answer was given, and it is wrong.</summary>
    Wrong,

    /// <summary>No answer was given, rightly or not.</summary>
    Refused,

    /// <summary>A passage answers, and none that does was among those that were read.</summary>
    Missed,
}

/// <summary>Which questions of an evaluation to look at.</summary>
/// <param name="Kind">Null for any.</param>
/// <param name="From">The least confidence, 0..1.</param>
/// <param name="To">Confidence is below this; 1 takes 1 in, as the last bin of <see cref="CalibrationReport"/> does.</param>
/// <param name="Words">Each stands in the question, an expected answer or the given one, whatever its case; empty for any.</param>
public sealed record OutcomeSelection(OutcomeKind? Kind = null, double From = 0, double To = 1, string Words = "")
{
    public bool Takes(QuestionOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return (Kind is not { } kind || Is(outcome, kind)) && outcome.Confidence >= From && (outcome.Confidence < To || To >= 1)
            && Words.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => Holds(outcome, word));
    }

    /// <summary>Whether a question went so. Of a question of which only the passage is known no answer is right or wrong.</summary>
    public static bool Is(QuestionOutcome outcome, OutcomeKind kind)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return kind switch
        {
            OutcomeKind.Right => outcome.IsRight,
            OutcomeKind.Wrong => outcome is { NoAnswer: false, IsRight: false, PassageOnly: false },
            OutcomeKind.Refused => outcome.NoAnswer,
            // Where the passages were not kept, only what was not found at all is known to be missed.
            _ => !outcome.IsImpossible && (outcome.GoldRank is not { } rank || (outcome.Evidence is { Count: > 0 } read && rank > read.Count)),
        };
    }

    private static bool Holds(QuestionOutcome outcome, string word) =>
        Holds(outcome.Question, word) || outcome.Answers.Any(answer => Holds(answer, word)) || (!outcome.NoAnswer && Holds(outcome.Prediction ?? "", word));

    private static bool Holds(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
