using RealmWeb.Engine.Tensors;

namespace RealmWeb.Engine.Evaluation;

/// <summary>How sure a mean difference between two systems on the same questions is: questions are drawn anew with replacement.</summary>
/// <remarks>Percentile interval; Efron 1979. Which questions were asked is the only chance it knows of.</remarks>
public static class PairedBootstrap
{
    public const int Resamples = 10_000;
    private const double Level = 0.95;

    /// <summary>The interval that holds the mean of 95 % of the resamples.</summary>
    /// <param name="differences">One a question.</param>
    /// <param name="seed">Decides the resamples.</param>
    public static (double Low, double High) Interval(IReadOnlyList<double> differences, int seed, int resamples = Resamples)
    {
        ArgumentNullException.ThrowIfNull(differences);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        if (differences.Count == 0)
            return (0, 0);
        double[] values = [.. differences];
        if (Array.TrueForAll(values, value => value == values[0]))
            return (values[0], values[0]);
        var means = new double[resamples];
        Parallel.For(0, resamples, r =>
        {
            var random = SeededRandom.At(seed, r);
            double sum = 0;
            for (var i = 0; i < values.Length; i++)
                sum += values[random.Next(values.Length)];
            means[r] = sum / values.Length;
        });
        Array.Sort(means);
        // Nearest rank on both sides.
        var tail = (1 - Level) / 2;
        var low = Math.Max(0, (int)Math.Ceiling(tail * resamples) - 1);
        return (means[low], means[Math.Min(resamples - 1, (int)Math.Ceiling((1 - tail) * resamples) - 1)]);
    }
}
