namespace RealmWeb.Engine.Optimization;

/// <summary>Learning rate that rises in a straight line during the warm-up and then falls in one to 0 at the last step.</summary>
/// <param name="Peak">Learning rate asked for. Paper: 3e-5 for pre-training, 1e-5 for fine-tuning.</param>
/// <param name="WarmupSteps">Steps of the rise, at least 0.</param>
/// <param name="TotalSteps">Steps of the run, at least 1; later steps get 0.</param>
/// <param name="DecayFromPeak">False, as BERT and REALM: the fall is measured from step 0, so the rate jumps down when the warm-up ends.
/// True: it is measured from the end of the warm-up.</param>
public sealed record LinearSchedule(double Peak, long WarmupSteps, long TotalSteps, bool DecayFromPeak = false)
{
    /// <summary>A tenth of the run, at least 100 and at most 10,000 steps, as the released trainer chooses it.</summary>
    public static long PublishedWarmup(long totalSteps) => Math.Min(10_000, Math.Max(100, totalSteps / 10));

    /// <summary>Learning rate of a step; step 0 of a run with a warm-up has rate 0.</summary>
    public double At(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (step < WarmupSteps)
            return Peak * step / WarmupSteps;
        var (done, length) = DecayFromPeak ? (step - WarmupSteps, Math.Max(1, TotalSteps - WarmupSteps)) : (step, Math.Max(1, TotalSteps));
        return Peak * Math.Max(0, 1 - (double)done / length);
    }
}
