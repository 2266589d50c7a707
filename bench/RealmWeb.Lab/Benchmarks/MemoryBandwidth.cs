using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace RealmWeb.Lab.Benchmarks;

/// <summary>How fast all cores together read memory that is in no cache.</summary>
internal static unsafe class MemoryBandwidth
{
    private const long Bytes = 1L << 30;

    /// <returns>Bytes a second, the best of several passes.</returns>
    public static double Measure()
    {
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)Bytes, 4096);
        try
        {
            new Span<byte>(memory, int.MaxValue / 2).Fill(1);
            double best = 0;
            for (var pass = 0; pass < 6; pass++)
            {
                var clock = Stopwatch.GetTimestamp();
                var cores = Environment.ProcessorCount;
                var sums = new long[cores * 8];
                Parallel.For(0, cores, core => sums[core * 8] = Read(memory + Bytes / cores * core, Bytes / cores / 256 * 256));
                best = Math.Max(best, Bytes / Stopwatch.GetElapsedTime(clock).TotalSeconds);
                GC.KeepAlive(sums);
            }
            return best;
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private static long Read(byte* start, long bytes)
    {
        var (a, b, c, d) = (Vector256<long>.Zero, Vector256<long>.Zero, Vector256<long>.Zero, Vector256<long>.Zero);
        for (long at = 0; at < bytes; at += 128)
        {
            a += Vector256.Load((long*)(start + at));
            b += Vector256.Load((long*)(start + at + 32));
            c += Vector256.Load((long*)(start + at + 64));
            d += Vector256.Load((long*)(start + at + 96));
        }
        return Vector256.Sum(a + b + c + d);
    }
}
