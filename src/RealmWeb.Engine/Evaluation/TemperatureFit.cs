namespace RealmWeb.Engine.Evaluation;

/// <summary>Finds the temperature at which confidence says best how often answers are right. Guo et al. 2017, with one number for the joint
/// distribution over passages, spans and no answer.</summary>
public static class TemperatureFit
{
    private const double Lowest = 0.2;
    private const double Highest = 20;
    private const int Steps = 93;

    /// <summary>Temperatures to choose from, each a twentieth above the one before.</summary>
    public static IReadOnlyList<double> Candidates { get; } =
        [.. Enumerable.Range(0, Steps).Select(i => Lowest * Math.Pow(Highest / Lowest, (double)i / (Steps - 1)))];

    /// <summary>The candidate with the least log loss.</summary>
    /// <param name="outcomes">Evaluated with <see cref="Candidates"/> as the server's temperatures, on questions that no stage was trained on.</param>
    /// <returns>The temperature, and what confidence is worth at it on these questions.</returns>
    /// <exception cref="ArgumentException">There are no questions to judge, or all of the answers, or none, are right: nothing can be fitted.</exception>
    public static (double Temperature, CalibrationReport Report) Fit(IReadOnlyList<QuestionOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        var judged = outcomes.Where(outcome => !outcome.PassageOnly && outcome.ConfidenceAt.Count == Candidates.Count).ToList();
        var right = judged.Count(outcome => outcome.ExactMatch >= 1);
        if (right == 0 || right == judged.Count)
            throw new ArgumentException(
                $"{right} of {judged.Count} answers are right; a temperature needs right and wrong ones. Give more questions, with answers that stand in the "
                + $"corpus.", nameof(outcomes));
        return Candidates.Select((temperature, t) => (Temperature: temperature, Report: CalibrationReport.Of(judged, outcome => outcome.ConfidenceAt[t])))
            .MinBy(fit => fit.Report.LogLoss);
    }
}
