using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealmWeb.Engine.Retrieval.Scan;

namespace RealmWeb.Engine.Tests.Retrieval.Scan;

public sealed class DotKernelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(32)]
    [InlineData(192)]
    public void Dots_AreTheIntegersOfPlainArithmetic_WithEveryKernelOfThisProcessor(int quads)
    {
        // given random codes and the worst: all of the largest size
        var random = new Random(quads);
        for (var round = 0; round < 20; round++)
        {
            sbyte Draw() => round switch { 0 => 127, 1 => -127, 2 => (sbyte)(random.Next(2) == 0 ? 127 : -127), _ => (sbyte)random.Next(-127, 128) };
            var codes = Enumerable.Range(0, quads * 64).Select(_ => Draw()).ToArray();
            var query = Enumerable.Range(0, quads * 4).Select(_ => Draw()).ToArray();

            // then every sum is Σ code · query, in plain integers
            var expected = Enumerable.Range(0, 16).Select(lane => Enumerable.Range(0, quads * 4).Sum(i => codes[(i / 4 * 16 + lane) * 4 + i % 4] * query[i]))
                .ToArray();
            Assert.Equal(expected, Run<PortableKernel>(codes, query, quads));
            if (Avx2Kernel.IsSupported)
                Assert.Equal(expected, Run<Avx2Kernel>(codes, query, quads));
            if (VnniKernel.IsSupported)
                Assert.Equal(expected, Run<VnniKernel>(codes, query, quads));
            if (Avx512Kernel.IsSupported)
                Assert.Equal(expected, Run<Avx512Kernel>(codes, query, quads));
            if (NeonKernel.IsSupported)
                Assert.Equal(expected, Run<NeonKernel>(codes, query, quads));
        }
    }

    private static unsafe int[] Run<TKernel>(sbyte[] codes, sbyte[] query, int quads)
        where TKernel : struct, IDotKernel
    {
        var magnitudes = query.Select(code => (byte)Math.Abs((int)code)).ToArray();
        var aligned = (sbyte*)NativeMemory.AlignedAlloc((nuint)codes.Length, 64);
        try
        {
            codes.CopyTo(new Span<sbyte>(aligned, codes.Length));
            fixed (sbyte* q = query)
            fixed (byte* m = magnitudes)
            {
                TKernel.Dots(aligned, q, m, quads, out var low, out var high);
                var sums = new int[16];
                low.CopyTo(sums);
                high.CopyTo(sums, 8);
                return sums;
            }
        }
        finally
        {
            NativeMemory.AlignedFree(aligned);
        }
    }
}
