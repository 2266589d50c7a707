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

    /// <summary>Compares two systems on the same questions.</summary>
    public static ShareMeasurement Of(double share, IReadOnlyList<QuestionOutcome> start, IReadOnlyList<QuestionOutcome> adapted, int seed)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(adapted);
        double[] differences = [.. adapted.Zip(start, (after, before) => Value(after) - Value(before))];
        var (low, high) = PairedBootstrap.Interval(differences, seed);
        return new(share, adapted.Average(Value), adapted.Average(outcome => outcome.GoldRank <= 5 ? 1.0 : 0), differences.Average(), low, high);
    }

    private static double Value(QuestionOutcome outcome) => outcome.Ndcg ?? (outcome.GoldRank is { } rank and <= Depth ? 1.0 / rank : 0);
}
