using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace RealmWeb.Engine.Bert;

/// <summary>Dropout: zeroes each number with probability p and scales the others by 1 / (1 - p).</summary>
/// <remarks>On the CPU libtorch draws its random numbers one after the other, which took a third of a training step of a small model.
/// Here one number from torch's generator seeds eight generators side by side: still the same for the same seed, and part of the same
/// random state.</remarks>
internal static class RandomDropout
{
    /// <returns>A fresh tensor of the same shape; of bfloat16 in float32, which has 1 / (1 - p) exactly enough.</returns>
    public static Tensor Apply(Tensor x, double probability)
    {
        if (probability == 0)
            return x.alias();
        if (x.device_type != DeviceType.CPU || x.dtype is not (ScalarType.Float32 or ScalarType.BFloat16) || x.numel() > int.MaxValue / sizeof(float))
            return nn.functional.dropout(x, probability);
        using var scope = NewDisposeScope();
        var mask = empty(x.shape, dtype: ScalarType.Float32, device: CPU);
        Fill(MemoryMarshal.Cast<byte, float>(mask.bytes), probability, randint(long.MaxValue, 1, dtype: ScalarType.Int64).item<long>());
        return (x * mask).MoveToOuterDisposeScope();
    }

    /// <summary>Writes 0 with the given probability and 1 / (1 - p) otherwise; the same for the same seed on every processor.</summary>
    internal static void Fill(Span<float> mask, double probability, long seed)
    {
        // xoshiro128+ in eight lanes, each seeded by splitmix64.
        var state = (ulong)seed;
        Span<uint> words = stackalloc uint[32];
        for (var i = 0; i < words.Length; i += 2)
        {
            var word = SplitMix(ref state);
            (words[i], words[i + 1]) = ((uint)word, (uint)(word >> 32));
        }
        var (s0, s1) = (Vector256.Create<uint>(words), Vector256.Create<uint>(words[8..]));
        var (s2, s3) = (Vector256.Create<uint>(words[16..]), Vector256.Create<uint>(words[24..]));
        var threshold = Vector256.Create((uint)(probability * uint.MaxValue));
        var keep = Vector256.Create((float)(1 / (1 - probability)));
        Span<float> tail = stackalloc float[8];
        for (var start = 0; start < mask.Length; start += 8)
        {
            var random = s0 + s3;
            var shifted = s1 << 9;
            s2 ^= s0;
            s3 ^= s1;
            s1 ^= s2;
            s0 ^= s3;
            s2 ^= shifted;
            s3 = (s3 << 11) | (s3 >> 21);
            var values = Vector256.GreaterThanOrEqual(random, threshold).AsSingle() & keep;
            if (start + 8 <= mask.Length)
            {
                values.CopyTo(mask[start..]);
                continue;
            }
            values.CopyTo(tail);
            tail[..(mask.Length - start)].CopyTo(mask[start..]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
