using System.Runtime.Intrinsics;

namespace RealmWeb.Engine.Retrieval.Scan;

/// <summary>Which instructions a scan uses; all of them find the same.</summary>
public enum ScanKernel
{
    Portable,
    Avx2,
    AvxVnni,
    Avx512,
    Neon,
}

/// <summary>Goes through groups of codes and keeps what may be among the best.</summary>
internal static unsafe class CodeScan
{
    /// <summary>The fastest kernel of this processor.</summary>
    public static ScanKernel Best { get; } =
        Avx512Kernel.IsSupported ? ScanKernel.Avx512
        : VnniKernel.IsSupported ? ScanKernel.AvxVnni
        : Avx2Kernel.IsSupported ? ScanKernel.Avx2
        : NeonKernel.IsSupported ? ScanKernel.Neon
        : ScanKernel.Portable;

    public static bool IsSupported(ScanKernel kernel) => kernel switch
    {
        ScanKernel.Avx512 => Avx512Kernel.IsSupported,
        ScanKernel.AvxVnni => VnniKernel.IsSupported,
        ScanKernel.Avx2 => Avx2Kernel.IsSupported,
        ScanKernel.Neon => NeonKernel.IsSupported,
        _ => true,
    };

    /// <summary>Scans groups [from, to).</summary>
    /// <param name="count">Vectors in all; lanes beyond it are empty.</param>
    /// <param name="groups">The codes of group 0.</param>
    /// <param name="bounds">The bounds of group 0.</param>
    /// <param name="allowed">A bit a vector, 16 a group; null for all.</param>
    public static void Run(
        ScanKernel kernel, QueryCodes query, int dimension, long count, byte* groups, float* bounds, ushort[]? allowed, int from, int to, ScanCandidates found)
    {
        switch (kernel)
        {
            case ScanKernel.Avx512: Run<Avx512Kernel>(query, dimension, count, groups, bounds, allowed, from, to, found); break;
            case ScanKernel.AvxVnni: Run<VnniKernel>(query, dimension, count, groups, bounds, allowed, from, to, found); break;
            case ScanKernel.Avx2: Run<Avx2Kernel>(query, dimension, count, groups, bounds, allowed, from, to, found); break;
            case ScanKernel.Neon: Run<NeonKernel>(query, dimension, count, groups, bounds, allowed, from, to, found); break;
            default: Run<PortableKernel>(query, dimension, count, groups, bounds, allowed, from, to, found); break;
        }
    }

    private static void Run<TKernel>(
        QueryCodes query, int dimension, long count, byte* groups, float* bounds, ushort[]? allowed, int from, int to, ScanCandidates found)
        where TKernel : struct, IDotKernel
    {
        var quads = CodeLayout.Quads(dimension);
        var groupBytes = CodeLayout.GroupBytes(dimension);
        var scale = Vector256.Create(query.Scale);
        var (norm, residual) = (query.Norm, query.Residual);
        var full = (int)(count / CodeLayout.Lanes);
        fixed (sbyte* codes = query.Codes)
        fixed (byte* magnitudes = query.Magnitudes)
        {
            for (var group = from; group < to; group++)
            {
                var mask = allowed is null ? 0xFFFFu : allowed[group];
                if (mask == 0)
                    continue;
                var start = groups + (long)group * groupBytes;
                TKernel.Dots((sbyte*)start + CodeLayout.ScaleBytes, codes, magnitudes, quads, out var low, out var high);
                // What the inner products are, give or take the bound.
                var approximateLow = Vector256.ConvertToSingle(low) * (Vector256.Load((float*)start) * scale);
                var approximateHigh = Vector256.ConvertToSingle(high) * (Vector256.Load((float*)start + 8) * scale);
                var bound = Quantizer.Bound(norm, residual, bounds[CodeLayout.BoundNumbers * (long)group], bounds[CodeLayout.BoundNumbers * (long)group + 1]);
                var cut = Vector256.Create(found.Threshold - bound);
                mask &= Vector256.GreaterThanOrEqual(approximateLow, cut).ExtractMostSignificantBits()
                    | (Vector256.GreaterThanOrEqual(approximateHigh, cut).ExtractMostSignificantBits() << 8);
                if (group >= full)
                    mask &= (1u << (int)(count % CodeLayout.Lanes)) - 1;
                if (mask != 0)
                    found.Offer(group * CodeLayout.Lanes, approximateLow, approximateHigh, bound, mask);
            }
        }
    }
}
