using RealmWeb.Engine.Answering;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Progress;
using RealmWeb.Engine.Questions;

namespace RealmWeb.Engine.Evaluation;

/// <summary>Fits <see cref="AnsweringDefaults.NullScatter"/>: how much it speaks for "no answer" that a passage holds the terms of a question apart.</summary>
public static class NullScatterFit
{
    // Beyond, more is lost of questions that no passage speaks of than is won of those that one only seems to answer (docs/decisions/0016).
    private const int Most = 10;

    /// <summary>The whole number, 0 to 10, by which the null mass tells questions that their passage answers from those that it does not most often.</summary>
    /// <param name="examples">Questions of both kinds with the passage that they were written for, which no stage was trained on: of those that were, the
    /// reader itself knows.</param>
    /// <exception cref="ArgumentException">One of the two kinds is missing.</exception>
    public static (double Scatter, RefusalReport Before, RefusalReport After) Fit(
        RealmModel model, IReadOnlyList<QuestionExample> examples, IProgress<OperationProgress>? progress, ReadingPrecision precision,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        var unscattered = model.WithAnswering(model.Answering with { NullScatter = 0 });
        var outcomes = GoldPassageReader.Report(unscattered, examples, progress, precision, cancellationToken).Outcomes;
        var reports = Enumerable.Range(0, Most + 1).Select(scatter => RefusalReport.Of(
            [.. outcomes.Where(outcome => outcome.IsAnswerable).Select(outcome => Shifted(outcome, scatter))],
            [.. outcomes.Where(outcome => outcome.IsImpossible).Select(outcome => Shifted(outcome, scatter))])
            ?? throw new ArgumentException(
                "No question is marked unanswerable, so there is nothing to tell apart. Give questions of both kinds, as SQuAD 2.0 has them.",
                nameof(examples))).ToList();
        var best = Enumerable.Range(0, Most + 1).MaxBy(scatter => reports[scatter].Auc);
        return (best, reports[0], reports[best]);
    }

    // Log odds order as the masses do.
    private static double Shifted(QuestionOutcome outcome, int scatter) => PlattScaling.LogOdds(outcome.NullMass) + scatter * outcome.Scatter!.Value;
}
