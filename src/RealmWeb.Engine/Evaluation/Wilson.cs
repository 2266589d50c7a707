namespace RealmWeb.Engine.Evaluation;

/// <summary>How sure a share is. The score interval (Wilson 1927) stays within 0..1 and has a width also where none or all of a few are right.</summary>
public static class Wilson
{
    // Standard deviations of the normal distribution that hold its middle 95 %.
    private const double Deviations = 1.959963984540054;

    /// <summary>The 95 % interval of a share, 0..1; all of it where nothing was counted.</summary>
    public static (double Low, double High) Interval(int right, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(right);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(right, count);
        if (count == 0)
            return (0, 1);
        const double Square = Deviations * Deviations;
        double n = count, share = right / n;
        var middle = (share + Square / (2 * n)) / (1 + Square / n);
        var half = Deviations / (1 + Square / n) * Math.Sqrt(share * (1 - share) / n + Square / (4 * n * n));
        return (right == 0 ? 0 : middle - half, right == count ? 1 : middle + half);
    }
}
