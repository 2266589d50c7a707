using RealmWeb.Engine.Evaluation;

namespace RealmWeb.Engine.PreTraining.Adaptation;

/// <summary>What a share of the way from the start to what was learned is worth on labelled questions.</summary>
/// <param name="Share">0 for the start.</param>
/// <param name="Gain">Mean over the questions of nDCG@10 where documents are judged, else of 1/rank of the first right passage (0 beyond the tenth), of
/// dense retrieval alone. 0..1.</param>
/// <param name="RecallAt5">Share of the questions whose right passage is among the first five.</param>
/// <param name="Difference">Gain less that of the start.</param>
/// <param name="Low">Lower end of the difference's 95 % interval, by paired bootstrap over the questions.</param>
/// <param name="High">Upper end.</param>
public sealed record ShareMeasurement(double Share, double Gain, double RecallAt5, double Difference, double Low, double High)
{
    private const int Depth = 10;

    /// <summary>The same of the mixture with BM25, which answers unless somebody chooses otherwise; null for a model without one.</summary>
    public ShareMeasurement? Mixture { get; init; }

    /// <summary>Lower end of the 95 % interval of how far right passages rose: the mean of ln(rank before) − ln(rank after). nDCG@10 stays where it was for
    /// most questions; this moves with nearly all of them, so that a hundred show a gain which they would not show else.</summary>
    public double RiseLow { get; init; }

    /// <summary>The gain's interval lies above 0, or there is a gain and that of the rise does.</summary>
    public bool IsSure => Low > 0 || Difference > 0 && RiseLow > 0;

    /// <summary>With which <see cref="Mixture"/> was measured, the better one on these questions.</summary>
    public MixtureCarry Carry { get; init; }

    /// <summary>Compares two systems on the same questions.</summary>
    public static ShareMeasurement Of(double share, IReadOnlyList<QuestionOutcome> start, IReadOnlyList<QuestionOutcome> adapted, int seed)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(adapted);
        double[] differences = [.. adapted.Zip(start, (after, before) => Value(after) - Value(before))];
        var (low, high) = PairedBootstrap.Interval(differences, seed);
        double[] rises = [.. adapted.Zip(start, (after, before) => LogRank(before) - LogRank(after))];
        return new(share, adapted.Average(Value), adapted.Average(outcome => outcome.GoldRank <= 5 ? 1.0 : 0), differences.Average(), low, high)
        {
            RiseLow = PairedBootstrap.Interval(rises, seed).Low,
        };
    }

    /// <summary>Among the shares that are sure and with which the mixture's interval does not lie below 0 the one with the greatest <see cref="RiseLow"/>; the
    /// start where there is none.</summary>
    /// <remarks>Of four shares one is nearly always ahead of the start by chance: on a corpus where all of them lose, the best on a hundred questions was ahead
    /// by a point, with 0 in its interval. Among the sure ones, too, the greatest gain is often luck: what surely rises does better on other ones.</remarks>
    /// <param name="measurements">With that of share 0.</param>
    public static ShareMeasurement Choose(IReadOnlyList<ShareMeasurement> measurements)
    {
        ArgumentNullException.ThrowIfNull(measurements);
        return measurements.Where(measured => measured.IsSure && measured.Mixture is not { High: < 0 }).MaxBy(measured => measured.RiseLow)
            ?? measurements.First(measured => measured.Share == 0);
    }

    /// <summary>The same with what the mixture gains under other weights, where that is more than under those before.</summary>
    public ShareMeasurement WithBetter(ShareMeasurement mixture, MixtureCarry carry)
    {
        ArgumentNullException.ThrowIfNull(mixture);
        return Mixture is { } other && other.Gain >= mixture.Gain ? this : this with { Mixture = mixture, Carry = carry };
    }

    // What is not found counts as if it stood at the last rank that is looked at.
    private static double LogRank(QuestionOutcome outcome) =>
        Math.Log(Math.Min(outcome.DocumentRank ?? outcome.GoldRank ?? int.MaxValue, EvaluationReport.Depths[^1]));

    private static double Value(QuestionOutcome outcome) => outcome.Ndcg ?? (outcome.GoldRank is { } rank and <= Depth ? 1.0 / rank : 0);
}
