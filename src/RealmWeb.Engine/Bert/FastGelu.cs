using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Bert;

/// <summary>The tanh form of GELU on the processor, in place, where no gradient is wanted.</summary>
/// <remarks>x/2 · (1 + tanh u) = x / (1 + exp(-2u)) with u = √(2/π) · (x + 0.044715 x³): one exponential instead of libtorch's tanh, which takes several
/// times as long (docs/performance.md). Differs from libtorch by rounding alone. What the loops call is inlined and compiled at once: calls that hand
/// vectors on through memory took four times as long as the arithmetic.</remarks>
internal static class FastGelu
{
    // Below this many numbers to a thread, waking it costs more than it does.
    private const int NumbersPerThread = 1 << 16;

    // -2 √(2/π), and that times 0.044715.
    private const float Linear = -1.5957691216057308f;
    private const float Cubic = -0.07135481282052106f;

    // exp of more or less than this leaves what 32 bits can hold.
    private const float Limit = 87f;

    /// <summary>Whether <see cref="Apply(Tensor)"/> may take a tensor: numbers of 32 bits, or of 16 as bfloat16, without gaps in this machine's memory, and
    /// no gradient to keep them for.</summary>
    public static bool Takes(Tensor x) => Vector256.IsHardwareAccelerated && !x.requires_grad && x.device_type == TorchSharp.DeviceType.CPU
        && x.dtype is ScalarType.Float32 or ScalarType.BFloat16 && x.is_contiguous();

    /// <summary>Writes GELU(x) over x.</summary>
    public static void Apply(Tensor x)
    {
        if (x.dtype == ScalarType.BFloat16)
            ApplyInParts(MemoryMarshal.Cast<byte, ushort>(x.bytes), ApplyToBfloat16);
        else
            ApplyInParts(MemoryMarshal.Cast<byte, float>(x.bytes), Apply);
    }

    private delegate void Change<T>(Span<T> numbers);

    private static unsafe void ApplyInParts<T>(Span<T> numbers, Change<T> apply)
        where T : unmanaged
    {
        var parts = Math.Min(get_num_threads(), numbers.Length / NumbersPerThread);
        if (parts < 2)
        {
            apply(numbers);
            return;
        }
        fixed (T* first = numbers)
        {
            var (address, count) = ((nint)first, numbers.Length);
            Parallel.For(0, parts, part =>
            {
                var from = (int)((long)count * part / parts);
                apply(new Span<T>((T*)address + from, (int)((long)count * (part + 1) / parts) - from));
            });
        }
    }

    /// <summary>Writes GELU(x) over x.</summary>
    /// <param name="x">bfloat16: the upper halves of 32-bit numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ApplyToBfloat16(Span<ushort> x)
    {
        var vectors = MemoryMarshal.Cast<ushort, Vector256<ushort>>(x);
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] = Gelu(vectors[i]);
        var rest = x[(vectors.Length * Vector256<ushort>.Count)..];
        Span<ushort> last = stackalloc ushort[Vector256<ushort>.Count];
        last.Clear();
        rest.CopyTo(last);
        Gelu(Vector256.Create<ushort>(last)).CopyTo(last);
        last[..rest.Length].CopyTo(rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Gelu(Vector256<ushort> x)
    {
        var (low, high) = Vector256.Widen(x);
        return Vector256.Narrow(Upper(Gelu((low << 16).AsSingle())), Upper(Gelu((high << 16).AsSingle())));
    }

    // The upper half of each number, rounded to the nearest and from the middle to even.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Upper(Vector256<float> x)
    {
        var bits = x.AsUInt32();
        return (bits + Vector256.Create(0x7FFFu) + ((bits >> 16) & Vector256<uint>.One)) >> 16;
    }

    /// <summary>Writes GELU(x) over x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(Span<float> x)
    {
        var vectors = MemoryMarshal.Cast<float, Vector256<float>>(x);
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] = Gelu(vectors[i]);
        var rest = x[(vectors.Length * Vector256<float>.Count)..];
        Span<float> last = stackalloc float[Vector256<float>.Count];
        last.Clear();
        rest.CopyTo(last);
        Gelu(Vector256.Create<float>(last)).CopyTo(last);
        last[..rest.Length].CopyTo(rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Gelu(Vector256<float> x)
    {
        // -2u
        var exponent = x * Vector256.FusedMultiplyAdd(x * x, Vector256.Create(Cubic), Vector256.Create(Linear));
        return x / (Vector256<float>.One + Exp(Vector256.Min(Vector256.Max(exponent, Vector256.Create(-Limit)), Vector256.Create(Limit))));
    }

    // exp(x) = 2^n · exp(r) with |r| <= ln(2)/2; the polynomial is that of the Cephes library (expf). Vector256.Exp computes in 64 bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Exp(Vector256<float> x)
    {
        var n = Vector256.Round(x * 1.44269504f);
        // ln 2 in two parts, so that n · ln 2 is taken off without loss.
        var r = Vector256.FusedMultiplyAdd(n, Vector256.Create(2.12194440e-4f), Vector256.FusedMultiplyAdd(n, Vector256.Create(-0.693359375f), x));
        var p = Vector256.Create(1.9875691500e-4f);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.3981999507e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(8.3334519073e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(4.1665795894e-2f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1.6666665459e-1f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(5.0000001201e-1f));
        var mantissa = Vector256.FusedMultiplyAdd(p, r * r, r) + Vector256<float>.One;
        var power = Vector256.ShiftLeft(Vector256.ConvertToInt32(n) + Vector256.Create(127), 23).AsSingle();
        return mantissa * power;
    }
}
