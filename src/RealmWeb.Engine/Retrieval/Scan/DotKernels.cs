using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace RealmWeb.Engine.Retrieval.Scan;

/// <summary>Inner products of the codes of a query and of the 16 vectors of a group. All kernels give the same integers.</summary>
internal unsafe interface IDotKernel
{
    /// <summary>Whether this processor has the instructions.</summary>
    static abstract bool IsSupported { get; }

    /// <param name="codes">The group's codes, aligned to 64 bytes (<see cref="CodeLayout"/>).</param>
    /// <param name="query">4 codes of each quad.</param>
    /// <param name="magnitudes">Their absolute values.</param>
    /// <param name="low">Sums of vectors 0 to 7.</param>
    /// <param name="high">Sums of vectors 8 to 15.</param>
    static abstract void Dots(sbyte* codes, sbyte* query, byte* magnitudes, int quads, out Vector256<int> low, out Vector256<int> high);
}

/// <summary>Plain arithmetic, for processors without any of the others.</summary>
internal readonly unsafe struct PortableKernel : IDotKernel
{
    public static bool IsSupported => true;

    public static void Dots(sbyte* codes, sbyte* query, byte* magnitudes, int quads, out Vector256<int> low, out Vector256<int> high)
    {
        var sums = stackalloc int[CodeLayout.Lanes];
        for (var quad = 0; quad < quads; quad++)
        {
            for (var lane = 0; lane < CodeLayout.Lanes; lane++)
            {
                var code = codes + (quad * CodeLayout.Lanes + lane) * 4;
                var four = query + quad * 4;
                sums[lane] += code[0] * four[0] + code[1] * four[1] + code[2] * four[2] + code[3] * four[3];
            }
        }
        low = Vector256.Load(sums);
        high = Vector256.Load(sums + 8);
    }
}

/// <summary>AVX2: |q| (unsigned) times v with the sign of q; sums of two products are at most 2 · 127 · 127 and fit 16 bits.</summary>
internal readonly unsafe struct Avx2Kernel : IDotKernel
{
    public static bool IsSupported => Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Dots(sbyte* codes, sbyte* query, byte* magnitudes, int quads, out Vector256<int> low, out Vector256<int> high)
    {
        var ones = Vector256<short>.One;
        var (sumLow, sumHigh) = (Vector256<int>.Zero, Vector256<int>.Zero);
        for (var quad = 0; quad < quads; quad++)
        {
            Sse.Prefetch0(codes + quad * 64 + CodeLayout.PrefetchBytes);
            var sign = Vector256.Create(((int*)query)[quad]).AsSByte();
            var magnitude = Vector256.Create(((int*)magnitudes)[quad]).AsByte();
            var first = Avx2.Sign(Vector256.Load(codes + quad * 64), sign);
            var second = Avx2.Sign(Vector256.Load(codes + quad * 64 + 32), sign);
            sumLow += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(magnitude, first), ones);
            sumHigh += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(magnitude, second), ones);
        }
        (low, high) = (sumLow, sumHigh);
    }
}

/// <summary>AVX-VNNI: four products and their sum in one instruction.</summary>
internal readonly unsafe struct VnniKernel : IDotKernel
{
    public static bool IsSupported => AvxVnni.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Dots(sbyte* codes, sbyte* query, byte* magnitudes, int quads, out Vector256<int> low, out Vector256<int> high)
    {
        var (sumLow, sumHigh) = (Vector256<int>.Zero, Vector256<int>.Zero);
        for (var quad = 0; quad < quads; quad++)
        {
            Sse.Prefetch0(codes + quad * 64 + CodeLayout.PrefetchBytes);
            var sign = Vector256.Create(((int*)query)[quad]).AsSByte();
            var magnitude = Vector256.Create(((int*)magnitudes)[quad]).AsByte();
            sumLow = AvxVnni.MultiplyWideningAndAdd(sumLow, magnitude, Avx2.Sign(Vector256.Load(codes + quad * 64), sign));
            sumHigh = AvxVnni.MultiplyWideningAndAdd(sumHigh, magnitude, Avx2.Sign(Vector256.Load(codes + quad * 64 + 32), sign));
        }
        (low, high) = (sumLow, sumHigh);
    }
}

/// <summary>AVX-512: as AVX2 with all 16 vectors at once. .NET 10 offers no 512-bit VNNI; one core of such a processor still multiplies faster
/// than memory brings codes.</summary>
internal readonly unsafe struct Avx512Kernel : IDotKernel
{
    public static bool IsSupported => Avx512BW.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Dots(sbyte* codes, sbyte* query, byte* magnitudes, int quads, out Vector256<int> low, out Vector256<int> high)
    {
        var ones = Vector512<short>.One;
        var sum = Vector512<int>.Zero;
        for (var quad = 0; quad < quads; quad++)
        {
            Sse.Prefetch0(codes + quad * 64 + CodeLayout.PrefetchBytes);
            var sign = Vector512.Create(((int*)query)[quad]).AsSByte();
            var magnitude = Vector512.Create(((int*)magnitudes)[quad]).AsByte();
            var four = Vector512.Load(codes + quad * 64);
            var signed = Vector512.ConditionalSelect(Vector512.LessThan(sign, Vector512<sbyte>.Zero), -four, four);
            sum += Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(magnitude, signed), ones);
        }
        (low, high) = (sum.GetLower(), sum.GetUpper());
    }
}

/// <summary>NEON with the dot product extension.</summary>
internal readonly unsafe struct NeonKernel : IDotKernel
{
    public static bool IsSupported => Dp.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Dots(sbyte* codes, sbyte* query, byte* magnitudes, int quads, out Vector256<int> low, out Vector256<int> high)
    {
        var (a, b, c, d) = (Vector128<int>.Zero, Vector128<int>.Zero, Vector128<int>.Zero, Vector128<int>.Zero);
        for (var quad = 0; quad < quads; quad++)
        {
            var four = Vector128.Create(((int*)query)[quad]).AsSByte();
            a = Dp.DotProduct(a, Vector128.Load(codes + quad * 64), four);
            b = Dp.DotProduct(b, Vector128.Load(codes + quad * 64 + 16), four);
            c = Dp.DotProduct(c, Vector128.Load(codes + quad * 64 + 32), four);
            d = Dp.DotProduct(d, Vector128.Load(codes + quad * 64 + 48), four);
        }
        low = Vector256.Create(a, b);
        high = Vector256.Create(c, d);
    }
}
