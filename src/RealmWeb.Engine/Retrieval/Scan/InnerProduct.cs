using System.Runtime.Intrinsics;

namespace RealmWeb.Engine.Retrieval.Scan;

/// <summary>f(x, z) as this program defines it: the inner product of the stored numbers, summed in double and rounded once.</summary>
/// <remarks>A product of two float32 numbers is exact in double, so the order of the sum matters no more and two ways to a score agree.</remarks>
public static class InnerProduct
{
    public static float Of(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
            throw new ArgumentException(
                $"Vectors of {a.Length} and {b.Length} numbers have no inner product. Encode question and passages with the same model.", nameof(b));
        double sum = 0;
        var i = 0;
        if (Vector256.IsHardwareAccelerated && a.Length >= Vector256<float>.Count)
        {
            var (low, high) = (Vector256<double>.Zero, Vector256<double>.Zero);
            for (; i <= a.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                var (left, right) = (Vector256.Create(a.Slice(i, 8)), Vector256.Create(b.Slice(i, 8)));
                low += Vector256.WidenLower(left) * Vector256.WidenLower(right);
                high += Vector256.WidenUpper(left) * Vector256.WidenUpper(right);
            }
            sum = Vector256.Sum(low + high);
        }
        for (; i < a.Length; i++)
            sum += (double)a[i] * b[i];
        return (float)sum;
    }
}
