using System.Diagnostics;

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

    /// <summary>Calls with 0, 1, 2 … for some seconds, at least <paramref name="atLeast"/> times, after a tenth as many calls that do not count.</summary>
    public static List<double> Measure(double seconds, int atLeast, Action<int> call, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Math.Max(1, atLeast / 10); i++)
            call(i);
        var taken = new List<double>();
        var all = Stopwatch.StartNew();
        while (taken.Count < atLeast || all.Elapsed.TotalSeconds < seconds)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var one = Stopwatch.GetTimestamp();
            call(taken.Count);
            taken.Add(Stopwatch.GetElapsedTime(one).TotalMilliseconds);
        }
        return taken;
    }
}
