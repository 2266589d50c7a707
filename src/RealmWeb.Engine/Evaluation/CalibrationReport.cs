namespace RealmWeb.Engine.Evaluation;

/// <summary>Answers whose confidence lies in [From, To), the last bin with its end.</summary>
/// <param name="Confidence">Their mean confidence, 0..1; 0 in an empty bin.</param>
/// <param name="Accuracy">Share of them that is right, 0..1; 0 in an empty bin.</param>
public sealed record ReliabilityBin(double From, double To, int Count, double Confidence, double Accuracy);

/// <summary>How well confidence agrees with how often the best answer is right (exact match, whether or not it was given).</summary>
/// <param name="Questions">Questions with an answer to judge: those of which only the passage is known are left out.</param>
/// <param name="ExpectedCalibrationError">Mean distance of confidence and accuracy over the bins, weighted by their counts, 0..1.
/// Guo, Pleiss, Sun and Weinberger 2017.</param>
/// <param name="LogLoss">Mean negative log likelihood of right and wrong, nats.</param>
/// <param name="Bins">Ten, of equal width.</param>
public sealed record CalibrationReport(int Questions, double ExpectedCalibrationError, double LogLoss, IReadOnlyList<ReliabilityBin> Bins)
{
    private const int BinCount = 10;

    // A confidence of exactly 0 or 1 that is wrong would make the loss infinite.
    private const double Least = 1e-6;

    /// <summary>Sums up outcomes at the confidence they carry.</summary>
    public static CalibrationReport Of(IEnumerable<QuestionOutcome> outcomes) => Of(outcomes, outcome => outcome.Confidence);

    /// <summary>Sums up outcomes.</summary>
    /// <param name="confidence">Confidence of an outcome, 0..1.</param>
    public static CalibrationReport Of(IEnumerable<QuestionOutcome> outcomes, Func<QuestionOutcome, double> confidence)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        ArgumentNullException.ThrowIfNull(confidence);
        var judged = outcomes.Where(outcome => !outcome.PassageOnly && outcome.Prediction is not null)
            .Select(outcome => (Confidence: confidence(outcome), Right: outcome.ExactMatch >= 1)).ToList();
        var bins = judged.ToLookup(item => Math.Min(BinCount - 1, (int)(item.Confidence * BinCount)));
        var table = Enumerable.Range(0, BinCount).Select(b => new ReliabilityBin(
            (double)b / BinCount, (double)(b + 1) / BinCount, bins[b].Count(), bins[b].Select(item => item.Confidence).DefaultIfEmpty().Average(),
            bins[b].Select(item => item.Right ? 1.0 : 0).DefaultIfEmpty().Average())).ToList();
        return new CalibrationReport(
            judged.Count, judged.Count == 0 ? 0 : table.Sum(bin => bin.Count * Math.Abs(bin.Confidence - bin.Accuracy)) / judged.Count,
            judged.Count == 0 ? 0 : judged.Average(item => -Math.Log(Math.Clamp(item.Right ? item.Confidence : 1 - item.Confidence, Least, 1))), table);
    }
}
