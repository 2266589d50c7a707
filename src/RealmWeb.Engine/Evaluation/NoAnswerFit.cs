using RealmWeb.Engine.Models;

namespace RealmWeb.Engine.Evaluation;

/// <summary>Fits the threshold above which a null mass means "not in the corpus".</summary>
public static class NoAnswerFit
{
    /// <summary>The lowest threshold that refuses at most a given share of the questions whose passage was read.</summary>
    /// <param name="outcomes">Questions that no stage was trained on: on those that were, the model is surer than it will ever be again.</param>
    /// <param name="k">Passages read; where none of them answers, a refusal is right and does not count.</param>
    /// <param name="falseRefusals">Share that may be refused, 0 to 1.</param>
    public static double Threshold(IReadOnlyList<QuestionOutcome> outcomes, int k, double falseRefusals)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        var masses = Masses(outcomes, k);
        var refused = Refused(masses, falseRefusals);
        return refused >= masses.Count ? 0 : masses[refused];
    }

    /// <summary>The bias of "no answer" that gives a null mass of one half in the middle, by log odds, between the last question that may be refused and the
    /// first that may not: every line between them refuses the same, and the middle leaves both the most room.</summary>
    /// <param name="answering">With which the outcomes were made.</param>
    /// <exception cref="ArgumentException">No question finds a passage that answers it.</exception>
    public static AnsweringDefaults Bias(AnsweringDefaults answering, IReadOnlyList<QuestionOutcome> outcomes, int k, double falseRefusals)
    {
        ArgumentNullException.ThrowIfNull(answering);
        ArgumentNullException.ThrowIfNull(outcomes);
        var masses = Masses(outcomes, k);
        var refused = Refused(masses, falseRefusals);
        var answered = LogOdds(refused >= masses.Count ? 0 : masses[refused]);
        var line = refused == 0 ? answered : (answered + LogOdds(masses[refused - 1])) / 2;
        return answering with { NullBias = answering.NullBias - line, NoAnswerThreshold = 0.5 };
    }

    /// <summary>The bias of <see cref="Bias"/> where more than the share would be refused; else, and where no question finds its passage, what there
    /// is.</summary>
    public static AnsweringDefaults AtMost(AnsweringDefaults answering, IReadOnlyList<QuestionOutcome> outcomes, int k, double falseRefusals)
    {
        ArgumentNullException.ThrowIfNull(answering);
        ArgumentNullException.ThrowIfNull(outcomes);
        return outcomes.Any(outcome => Answers(outcome, k)) && Threshold(outcomes, k, falseRefusals) > answering.NoAnswerThreshold
            ? Bias(answering, outcomes, k, falseRefusals) : answering;
    }

    // Null masses of the questions that have a passage to answer from, greatest first.
    private static List<double> Masses(IReadOnlyList<QuestionOutcome> outcomes, int k)
    {
        var masses = outcomes.Where(outcome => Answers(outcome, k)).Select(outcome => outcome.NullMass).OrderDescending().ToList();
        return masses.Count > 0 ? masses : throw new ArgumentException(
            "No question finds a passage that answers it. Fit the threshold on questions whose passages stand in the corpus.", nameof(outcomes));
    }

    private static int Refused(List<double> masses, double share) => Math.Min(masses.Count, (int)Math.Floor(share * masses.Count));

    private static double LogOdds(double mass)
    {
        mass = Math.Clamp(mass, double.Epsilon, 1 - 1e-12);
        return Math.Log(mass / (1 - mass));
    }

    private static bool Answers(QuestionOutcome outcome, int k) => !outcome.IsImpossible && outcome.GoldRank <= k;
}
