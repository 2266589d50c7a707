using RealmWeb.Engine.Models;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Reading;

/// <summary>A span of a block with its logit, without the block's relevance.</summary>
/// <param name="Span">UTF-16 offsets in the block's text.</param>
public readonly record struct ReadSpan(TextSpan Span, float Logit);

/// <summary>What the reader says about one block, before blocks compete.</summary>
/// <param name="LogSumExp">log of the summed exponentials of all span logits.</param>
/// <param name="NullLogit">Logit of "no answer in this block"; null for models without it.</param>
/// <param name="Spans">The best spans, best first.</param>
public sealed record BlockReading(double LogSumExp, float? NullLogit, IReadOnlyList<ReadSpan> Spans)
{
    /// <summary>log of the summed exponentials of all span logits divided by each of the temperatures that confidence is wanted at.</summary>
    public IReadOnlyList<double> TemperedLogSums { get; init; } = [];

    /// <summary>Whether the block was read at all.</summary>
    public bool IsRead { get; private init; } = true;

    /// <summary>The same where a passage that holds the question's terms apart is the likelier to hold no answer.</summary>
    /// <param name="nullScatter"><see cref="Models.AnsweringDefaults.NullScatter"/>.</param>
    public BlockReading With(TermMatch match, double nullScatter) =>
        NullLogit is { } logit ? this with { NullLogit = (float)(logit + nullScatter * match.Scatter) } : this;

    /// <summary>A block that was not read: it has no share in what is answered.</summary>
    /// <param name="temperatures">How many temperatures confidence is wanted at.</param>
    public static BlockReading Unread(int temperatures) => new(double.NegativeInfinity, null, [])
    {
        IsRead = false,
        TemperedLogSums = [.. Enumerable.Repeat(double.NegativeInfinity, temperatures)],
    };
}
