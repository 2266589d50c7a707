using RealmWeb.Engine.Models;

namespace RealmWeb.Engine.Evaluation;

/// <summary>Finds the scaling at which confidence says how often answers are right: two numbers, where a temperature is one.</summary>
public static class PlattFit
{
    /// <summary>Answers that are needed at least. With so many of the sample's questions, drawn anew again and again, the offset varies by 0.4 and the
    /// calibration error of other questions falls from 0.079 to 0.045 on average; with a hundred by 0.3, and to 0.040.</summary>
    public const int FewestAnswers = 50;

    private const int MostSteps = 100;

    /// <summary>The scaling with the least log loss, with slope 1 and offset 0, which change nothing, as what is likely before any answer was seen: normal
    /// with deviation 1, so that few answers change little and none makes a number infinite. By Newton's method.</summary>
    /// <param name="outcomes">On questions that no stage was trained on. What is scaled is <see cref="QuestionOutcome.Unscaled"/> where they have it.</param>
    /// <returns>The scaling, and what confidence is worth with it on these questions.</returns>
    /// <exception cref="ArgumentException">Too few answers can be judged, all of them or none are right, or the surer answers are no better than the
    /// others.</exception>
    public static (PlattScaling Scaling, CalibrationReport Report) Fit(IReadOnlyList<QuestionOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        var judged = outcomes.Where(outcome => outcome is { PassageOnly: false, Prediction: not null }).ToList();
        var right = judged.Count(outcome => outcome.ExactMatch >= 1);
        if (judged.Count < FewestAnswers || right == 0 || right == judged.Count)
            throw new ArgumentException(
                $"Of {judged.Count} answers {right} are right; the scaling of confidence needs at least {FewestAnswers}, right and wrong ones among them. "
                + "Give more questions, with answers that stand in the corpus.", nameof(outcomes));
        var points = judged.Select(outcome => (LogOdds: PlattScaling.LogOdds(Unscaled(outcome)), Target: outcome.ExactMatch >= 1 ? 1.0 : 0)).ToList();
        var (slope, offset) = Minimise(points);
        if (!(slope > 0))
            throw new ArgumentException(
                $"Of {judged.Count} answers the surer ones are not right more often than the others, so that no scaling makes a confidence of them. "
                + "Give more questions.", nameof(outcomes));
        var scaling = new PlattScaling(slope, offset);
        return (scaling, CalibrationReport.Of(judged, outcome => scaling.Of(Unscaled(outcome))));
    }

    // What was fitted before is not fitted again.
    private static double Unscaled(QuestionOutcome outcome) => outcome.Unscaled ?? outcome.Confidence;

    private static (double Slope, double Offset) Minimise(List<(double LogOdds, double Target)> points)
    {
        var (slope, offset) = (1.0, 0.0);
        var loss = Loss(points, slope, offset);
        for (var step = 0; step < MostSteps; step++)
        {
            var (bySlope, byOffset, slopes, mixed, offsets) = (slope - 1, offset, 1.0, 0.0, 1.0);
            foreach (var (x, target) in points)
            {
                var p = Sigmoid(slope * x + offset);
                var (error, weight) = (p - target, p * (1 - p));
                (bySlope, byOffset) = (bySlope + error * x, byOffset + error);
                (slopes, mixed, offsets) = (slopes + weight * x * x, mixed + weight * x, offsets + weight);
            }
            var determinant = slopes * offsets - mixed * mixed;
            var (towardsSlope, towardsOffset) = (
                (offsets * bySlope - mixed * byOffset) / determinant, (slopes * byOffset - mixed * bySlope) / determinant);
            // Half of a step that overshoots, and half again.
            var share = 1.0;
            var next = Loss(points, slope - towardsSlope, offset - towardsOffset);
            while (!(next <= loss) && share > 1e-6)
            {
                share /= 2;
                next = Loss(points, slope - share * towardsSlope, offset - share * towardsOffset);
            }
            if (!(next < loss))
                break;
            (slope, offset, loss) = (slope - share * towardsSlope, offset - share * towardsOffset, next);
        }
        return (slope, offset);
    }

    private static double Loss(List<(double LogOdds, double Target)> points, double slope, double offset)
    {
        var loss = ((slope - 1) * (slope - 1) + offset * offset) / 2;
        foreach (var (x, target) in points)
        {
            var z = slope * x + offset;
            // −t ln σ(z) − (1 − t) ln σ(−z)
            loss += Math.Max(z, 0) - z * target + Math.Log(1 + Math.Exp(-Math.Abs(z)));
        }
        return loss;
    }

    private static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));
}
