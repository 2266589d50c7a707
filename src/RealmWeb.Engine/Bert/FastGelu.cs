using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Bert;

/// <summary>The tanh form of GELU on the processor, in place, where no gradient is wanted.</summary>
/// <remarks>x/2 · (1 + tanh u) = x / (1 + exp(-2u)) with u = √(2/π) · (x + 0.044715 x³): one exponential instead of libtorch's tanh, which takes several
/// times as long (docs/performance.md). Differs from libtorch by rounding alone.</remarks>
internal static class FastGelu
{
    // Below this many numbers to a thread, waking it costs more than it does.
    private const int NumbersPerThread = 1 << 16;

    // -2 √(2/π), and that times 0.044715.
    private const float Linear = -1.5957691216057308f;
    private const float Cubic = -0.07135481282052106f;

    // exp of more or less than this leaves what 32 bits can hold.
    private const float Limit = 87f;

    /// <summary>Whether <see cref="Apply(Tensor)"/> may take a tensor: 32-bit numbers without gaps in this machine's memory, and no gradient to keep them
    /// for.</summary>
    public static bool Takes(Tensor x) => Vector256.IsHardwareAccelerated && !x.requires_grad && x.device_type == TorchSharp.DeviceType.CPU
        && x.dtype == ScalarType.Float32 && x.is_contiguous();

    /// <summary>Writes GELU(x) over x.</summary>
    public static unsafe void Apply(Tensor x)
    {
        var numbers = MemoryMarshal.Cast<byte, float>(x.bytes);
        var parts = Math.Min(get_num_threads(), numbers.Length / NumbersPerThread);
        if (parts < 2)
        {
            Apply(numbers);
            return;
        }
        fixed (float* first = numbers)
        {
            var (address, count) = ((nint)first, numbers.Length);
            Parallel.For(0, parts, part =>
            {
                var from = (int)((long)count * part / parts);
                Apply(new Span<float>((float*)address + from, (int)((long)count * (part + 1) / parts) - from));
            });
        }
    }

    /// <summary>Writes GELU(x) over x.</summary>
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

    private static Vector256<float> Gelu(Vector256<float> x)
    {
        // -2u
        var exponent = x * Vector256.FusedMultiplyAdd(x * x, Vector256.Create(Cubic), Vector256.Create(Linear));
        return x / (Vector256<float>.One + Exp(Vector256.Min(Vector256.Max(exponent, Vector256.Create(-Limit)), Vector256.Create(Limit))));
    }

    // exp(x) = 2^n · exp(r) with |r| <= ln(2)/2; the polynomial is that of the Cephes library (expf). Vector256.Exp computes in 64 bits.
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
