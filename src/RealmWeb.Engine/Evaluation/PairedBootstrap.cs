using RealmWeb.Engine.Tensors;

namespace RealmWeb.Engine.Evaluation;

/// <summary>How sure a difference between two systems on the same questions is: questions are drawn anew with replacement.</summary>
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
        return Interval(values.Length, seed, resamples, drawn =>
        {
            double sum = 0;
            foreach (var place in drawn)
                sum += values[place];
            return sum / drawn.Length;
        });
    }

    /// <summary>The interval that holds a statistic of 95 % of the resamples.</summary>
    /// <param name="count">Questions, at least one.</param>
    /// <param name="statistic">Of the questions that were drawn, by their places.</param>
    public static (double Low, double High) Interval(int count, int seed, int resamples, Func<ReadOnlySpan<int>, double> statistic)
    {
        ArgumentNullException.ThrowIfNull(statistic);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        var values = new double[resamples];
        Parallel.For(0, resamples, () => new int[count], (r, _, drawn) =>
        {
            var random = SeededRandom.At(seed, r);
            for (var i = 0; i < drawn.Length; i++)
                drawn[i] = random.Next(drawn.Length);
            values[r] = statistic(drawn);
            return drawn;
        }, _ => { });
        Array.Sort(values);
        // Nearest rank on both sides.
        var tail = (1 - Level) / 2;
        var low = Math.Max(0, (int)Math.Ceiling(tail * resamples) - 1);
        return (values[low], values[Math.Min(resamples - 1, (int)Math.Ceiling((1 - tail) * resamples) - 1)]);
    }
}
