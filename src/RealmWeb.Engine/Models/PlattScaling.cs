namespace RealmWeb.Engine.Models;

/// <summary>From the probability of an answer to how often such answers are right: σ(slope · log odds + offset). Platt 1999.</summary>
/// <param name="Slope">Above 0, so that the surer answer stays the surer one.</param>
/// <param name="Offset">Added to the log odds.</param>
public sealed record PlattScaling(double Slope, double Offset)
{
    // Log odds of 0 and 1 are infinite, and float arithmetic reaches both.
    private const double Least = 1e-6;

    /// <param name="probability">0..1</param>
    /// <returns>0..1</returns>
    public double Of(double probability) => 1 / (1 + Math.Exp(-(Slope * LogOdds(probability) + Offset)));

    /// <summary>ln(p / (1 − p)), finite also at 0 and 1.</summary>
    public static double LogOdds(double probability)
    {
        probability = Math.Clamp(probability, Least, 1 - Least);
        return Math.Log(probability / (1 - probability));
    }

    /// <exception cref="InvalidDataException">The slope is not above 0, or a number is not finite.</exception>
    public void Validate()
    {
        if (!(double.IsFinite(Slope) && Slope > 0 && double.IsFinite(Offset)))
            throw new InvalidDataException(
                $"Confidence is scaled by slope {Slope} and offset {Offset}; the slope should be above 0 and both finite. Fit them with `realm calibrate`.");
    }
}
