using System.ComponentModel.DataAnnotations;

namespace RealmWeb.Engine.PreTraining.Masking;

/// <summary>How <see cref="RandomSpanMasking"/> hides; the defaults are SpanBERT's.</summary>
public sealed record RandomSpanOptions
{
    /// <summary>Share of the pieces that is hidden; rounded up. Without meaning where <see cref="SingleSpan"/> is set.</summary>
    [Range(1e-6, 1.0)]
    public double Probability { get; init; } = 0.15;

    /// <summary>A span goes on behind each word with one minus this probability.</summary>
    [Range(0.01, 1.0)]
    public double Geometric { get; init; } = 0.2;

    /// <summary>Words of a span at most.</summary>
    [Range(1, 100)]
    public int LongestSpan { get; init; } = 10;

    /// <summary>Hide exactly one span, as salient spans are hidden, so that the two differ in nothing but the place.</summary>
    public bool SingleSpan { get; init; }

    /// <summary>Pieces of a single span that are predicted at most; the others are hidden all the same.</summary>
    [Range(1, 512)]
    public int MaxMasks { get; init; } = SalientSpanMasking.DefaultMaxMasks;
}
