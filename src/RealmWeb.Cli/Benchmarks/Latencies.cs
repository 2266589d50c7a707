namespace RealmWeb.Cli.Benchmarks;

/// <summary>Milliseconds that single calls took.</summary>
internal static class Latencies
{
    /// <summary>The value below which this share of the numbers lies.</summary>
    public static double Percentile(IEnumerable<double> milliseconds, double share)
    {
        var sorted = milliseconds.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
