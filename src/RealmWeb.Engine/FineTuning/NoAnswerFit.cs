using RealmWeb.Engine.Evaluation;

namespace RealmWeb.Engine.FineTuning;

/// <summary>Fits the threshold above which a null mass means "not in the corpus".</summary>
public static class NoAnswerFit
{
    /// <summary>The lowest threshold that refuses at most a given share of the answerable questions.</summary>
    /// <param name="falseRefusals">Share of answerable questions that may be refused, 0 to 1.</param>
    public static double Threshold(IReadOnlyList<QuestionOutcome> outcomes, double falseRefusals)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        var masses = outcomes.Where(outcome => outcome.Answers.Count > 0).Select(outcome => outcome.NullMass).OrderDescending().ToList();
        if (masses.Count == 0)
            throw new ArgumentException("No question has an answer. Fit the threshold on questions of which some are answerable.", nameof(outcomes));
        var refused = (int)Math.Floor(falseRefusals * masses.Count);
        return refused >= masses.Count ? 0 : masses[refused];
    }
}
