using System.Text.Json.Serialization;
using RealmWeb.Engine.Bert;

namespace RealmWeb.Engine.Models;

/// <summary>How blocks are read for answers, with the names of a published <c>config.json</c>; defaults are those of the paper (appendix A).</summary>
public sealed record ReaderOptions
{
    /// <summary>Width of each half (start, end) of the span scorer.</summary>
    [JsonPropertyName("span_hidden_size")]
    public int SpanHiddenSize { get; init; } = 256;

    /// <summary>Longest answer in wordpieces.</summary>
    [JsonPropertyName("max_span_width")]
    public int MaxSpanWidth { get; init; } = 10;

    [JsonPropertyName("reader_layer_norm_eps")]
    public double LayerNormEpsilon { get; init; } = 1e-3;

    /// <summary>Longest reader input in wordpieces.</summary>
    [JsonPropertyName("reader_seq_len")]
    public int Length { get; init; } = 320;

    /// <summary>Number of blocks that are read.</summary>
    [JsonPropertyName("reader_beam_size")]
    public int BeamSize { get; init; } = 5;

    /// <summary>Whether the reader scores "no answer in this block" from the state of [CLS].</summary>
    [JsonPropertyName("reader_null_span")]
    public bool NullSpan { get; init; }

    /// <summary>Whether the reader learns how much dense and lexical relevance count.</summary>
    [JsonPropertyName("relevance_weights")]
    public bool RelevanceWeights { get; init; }

    /// <exception cref="InvalidDataException">A value is out of range; the message names it as in config.json.</exception>
    public void Validate()
    {
        OptionRanges.Whole(SpanHiddenSize, 1, 16_384, "span_hidden_size");
        OptionRanges.Whole(MaxSpanWidth, 1, 512, "max_span_width");
        OptionRanges.Whole(Length, 1, 65_536, "reader_seq_len");
        OptionRanges.Whole(BeamSize, 1, 100_000, "reader_beam_size");
        OptionRanges.Small(LayerNormEpsilon, "reader_layer_norm_eps");
    }
}
