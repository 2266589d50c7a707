using System.Numerics.Tensors;

namespace RealmWeb.Engine.Retrieval.Scan;

/// <summary>Vectors as signed 8-bit codes with a scale each: v ≈ scale · code, code in -127..127.</summary>
/// <remarks>For a query q ≈ t · c' and a vector v ≈ s · c the inner product differs from s · t · (c · c') by at most
/// ‖q‖ · ‖v - s·c‖ + ‖q - t·c'‖ · ‖s·c‖ (Cauchy and Schwarz, twice). All norms are known when the code is made, so a scan over codes knows
/// between which two numbers the true inner product lies.</remarks>
public static class Quantizer
{
    // Norms are sums of float32 squares; this much more than covers their rounding and that of the scan's products.
    private const double Slack = 1e-6;

    /// <summary>Encodes one vector.</summary>
    /// <param name="vector">Finite numbers.</param>
    /// <param name="codes">Takes a code for each number.</param>
    /// <param name="scale">s; 0 for a vector of zeros.</param>
    /// <param name="residual">‖v - s·c‖, rounded up.</param>
    /// <param name="norm">‖s·c‖, rounded up.</param>
    public static void Encode(ReadOnlySpan<float> vector, Span<sbyte> codes, out float scale, out float residual, out float norm)
    {
        var largest = TensorPrimitives.MaxMagnitude(vector);
        scale = Math.Abs(largest) / 127f;
        if (!(scale > 0) || !float.IsNormal(scale))
        {
            // Zeros, or numbers so small that a scale would lose them: all of it is residual.
            codes[..vector.Length].Clear();
            scale = 0;
            norm = 0;
            residual = RoundUp(Math.Sqrt(SumOfSquares(vector)));
            return;
        }
        var inverse = 1 / (double)scale;
        double lost = 0, kept = 0;
        for (var i = 0; i < vector.Length; i++)
        {
            var code = Math.Clamp((int)Math.Round(vector[i] * inverse), -127, 127);
            codes[i] = (sbyte)code;
            var decoded = code * (double)scale;
            lost += (vector[i] - decoded) * (vector[i] - decoded);
            kept += decoded * decoded;
        }
        residual = RoundUp(Math.Sqrt(lost));
        norm = RoundUp(Math.Sqrt(kept));
    }

    /// <summary>What the scan's approximation may differ by, for a group of vectors with these bounds.</summary>
    public static float Bound(double queryNorm, double queryResidual, float largestResidual, float largestNorm) =>
        (float)(queryNorm * largestResidual + queryResidual * largestNorm + Slack * queryNorm * ((double)largestNorm + largestResidual));

    /// <summary>Σ v², in double.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> vector)
    {
        double sum = 0;
        foreach (var value in vector)
            sum += (double)value * value;
        return sum;
    }

    internal static float RoundUp(double value)
    {
        var rounded = (float)value;
        return rounded >= value ? rounded : MathF.BitIncrement(rounded);
    }
}
