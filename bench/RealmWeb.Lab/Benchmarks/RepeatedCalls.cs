using System.Diagnostics;

namespace RealmWeb.Lab.Benchmarks;

/// <summary>Calls the same thing again and again, to time it.</summary>
internal static class RepeatedCalls
{
    /// <summary>Milliseconds of calls with 0, 1, 2 … for some seconds, at least <paramref name="atLeast"/> times, after a tenth as many calls that do not
    /// count.</summary>
    public static List<double> Milliseconds(double seconds, int atLeast, Action<int> call, CancellationToken cancellationToken)
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
