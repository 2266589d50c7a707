using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace RealmWeb.Engine.Retrieval.Index;

/// <summary>16-bit numbers of a generation: bfloat16 (the upper half of a float32, rounded to even) and IEEE float16.</summary>
internal static class Halves
{
    /// <exception cref="OverflowException">A number is beyond what float16 can say.</exception>
    public static void Narrow(ReadOnlySpan<float> source, Span<ushort> target, VectorFormat format)
    {
        if (format == VectorFormat.Float16)
        {
            TensorPrimitives.ConvertToHalf(source, MemoryMarshal.Cast<ushort, Half>(target));
            foreach (var half in MemoryMarshal.Cast<ushort, Half>(target[..source.Length]))
            {
                if (!Half.IsFinite(half))
                    throw new OverflowException(
                        "A vector has a number beyond 65,504, which 16-bit floating point cannot say. Build with float32 or bfloat16 vectors.");
            }
            return;
        }
        for (var i = 0; i < source.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(source[i]);
            target[i] = (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }

    public static void Widen(ReadOnlySpan<ushort> source, Span<float> target, VectorFormat format)
    {
        if (format == VectorFormat.Float16)
        {
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<ushort, Half>(source), target);
            return;
        }
        for (var i = 0; i < source.Length; i++)
            target[i] = BitConverter.UInt32BitsToSingle((uint)source[i] << 16);
    }
}
