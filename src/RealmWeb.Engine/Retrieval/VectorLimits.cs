using System.Numerics.Tensors;

namespace RealmWeb.Engine.Retrieval;

/// <summary>Numbers that vectors may have: finite, and small enough that no sum of products overflows.</summary>
internal static class VectorLimits
{
    private const float Largest = 1e15f;

    /// <param name="what">Names the vector in the message: "The query".</param>
    /// <exception cref="ArgumentException">A number is NaN, infinite or beyond any sensible size.</exception>
    public static void Require(ReadOnlySpan<float> vector, string what)
    {
        var largest = Math.Abs(TensorPrimitives.MaxMagnitude(vector));
        if (!(largest <= Largest))
            throw new ArgumentException(
                $"{what} has a number that is not finite or beyond {Largest:G2} ({largest}). The model's weights are damaged or its training diverged: choose "
                + $"another model.", nameof(vector));
    }
}
