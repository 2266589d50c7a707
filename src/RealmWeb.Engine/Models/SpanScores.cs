using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RealmWeb.Engine.Models;

/// <summary>The span logits of some blocks, computed one span after the other from the halves of the perceptron: nothing of the size of all spans times
/// the perceptron's width is ever in memory, which is what the time of tensors goes to here. For answering; training needs the graph
/// (<see cref="SpanReader.Score"/>) and has the same numbers to within rounding.</summary>
/// <remarks>logit = LayerNorm(ReLU(start + end)) · w + b. With gain g and shift h of the normalisation that is
/// (x · gw - mean(x) Σ gw) / deviation(x) + h · w + b: three sums over x, taken while it is in registers.</remarks>
public sealed class SpanScores
{
    private readonly float[] _halves;
    private readonly float[] _slopes;
    private readonly int _length;
    private readonly int _maxWidth;
    private readonly float _slopeSum;
    private readonly float _offset;
    private readonly float _epsilon;
    private readonly float[]? _nulls;

    /// <param name="halves">What each token gives as the first and as the last of a span, one behind the other. Shape [rows, length, 2 · width].</param>
    /// <param name="slopes">Gain of the normalisation times output weight. Shape [width].</param>
    /// <param name="offset">Shift of the normalisation times output weight, summed, with the output's bias.</param>
    /// <param name="nulls">Logits of no answer. Shape [rows]; null in models without.</param>
    internal SpanScores(float[] halves, float[] slopes, float offset, double epsilon, int length, int maxWidth, float[]? nulls)
    {
        (_halves, _slopes, _offset, _epsilon, _length, _maxWidth, _nulls) = (halves, slopes, offset, (float)epsilon, length, maxWidth, nulls);
        _slopeSum = slopes.Sum();
    }

    /// <summary>Logit of no answer in a row; null in models without.</summary>
    public float? Null(int row) => _nulls?[row];

    /// <summary>Logits of the spans whose tokens lie from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    /// <returns>By start, then by width from 1; spans that would end outside are missing.</returns>
    public IReadOnlyList<(int Start, int Width, float Logit)> Of(int row, int first, int end)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, _length);
        var spans = new List<(int, int, float)>(Math.Max(0, end - first) * _maxWidth);
        for (var start = first; start < end; start++)
        {
            for (var width = 1; width <= Math.Min(_maxWidth, end - start); width++)
                spans.Add((start, width, Logit(Half(row, start, 0), Half(row, start + width - 1, 1))));
        }
        return spans;
    }

    private ReadOnlySpan<float> Half(int row, int token, int half) => _halves.AsSpan(((row * _length + token) * 2 + half) * _slopes.Length, _slopes.Length);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float Logit(ReadOnlySpan<float> start, ReadOnlySpan<float> end)
    {
        var (sums, squares, products) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var starts = MemoryMarshal.Cast<float, Vector<float>>(start);
        var ends = MemoryMarshal.Cast<float, Vector<float>>(end);
        var slopes = MemoryMarshal.Cast<float, Vector<float>>(_slopes);
        for (var i = 0; i < slopes.Length; i++)
        {
            var x = Vector.Max(starts[i] + ends[i], Vector<float>.Zero);
            sums += x;
            squares = Vector.FusedMultiplyAdd(x, x, squares);
            products = Vector.FusedMultiplyAdd(x, slopes[i], products);
        }
        var (sum, square, product) = (Vector.Sum(sums), Vector.Sum(squares), Vector.Sum(products));
        for (var i = slopes.Length * Vector<float>.Count; i < _slopes.Length; i++)
        {
            var x = Math.Max(start[i] + end[i], 0);
            (sum, square, product) = (sum + x, square + x * x, product + x * _slopes[i]);
        }
        var mean = sum / _slopes.Length;
        var variance = Math.Max(0, square / _slopes.Length - mean * mean);
        return (product - mean * _slopeSum) / MathF.Sqrt(variance + _epsilon) + _offset;
    }
}
