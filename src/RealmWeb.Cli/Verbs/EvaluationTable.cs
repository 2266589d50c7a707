using System.Globalization;
using RealmWeb.Engine.Evaluation;

namespace RealmWeb.Cli.Verbs;

/// <summary>A report as a table for people.</summary>
internal static class EvaluationTable
{
    public static IEnumerable<string> Lines(EvaluationReport report)
    {
        yield return $"{Wording.Count(report.Questions, "question")}, {report.Answerable} answerable";
        yield return Row("", "answered", "forced");
        yield return Row("EM (SQuAD)", Number(report.ExactMatch), Number(report.ForcedExactMatch));
        yield return Row("EM (ORQA)", Number(report.ExactMatchOrqa), "");
        yield return Row("F1", Number(report.F1), Number(report.ForcedF1));
        yield return Row("reader oracle", Number(report.ReaderOracle), "");
        yield return "";
        foreach (var line in RetrievalLines(report))
            yield return line;
        if (report.NoAnswer is { } refusals)
        {
            yield return "";
            yield return Row("no answer", "precision", "recall", "F1");
            yield return Row("", refusals.Precision is { } precision ? Number(precision) : "-", Number(refusals.Recall), Number(refusals.F1));
        }
        yield return Row("false refusals", Number(report.FalseRefusals));
    }

    public static IEnumerable<string> Lines(CalibrationReport report)
    {
        yield return Row("confidence", "answers", "mean", "right");
        foreach (var bin in report.Bins.Where(bin => bin.Count > 0))
            yield return Row(
                string.Create(CultureInfo.InvariantCulture, $"{bin.From:F1} to {bin.To:F1}"), bin.Count.ToString(CultureInfo.InvariantCulture),
                    Share(bin.Confidence), Share(bin.Accuracy));
        yield return string.Create(
            CultureInfo.InvariantCulture, $"expected calibration error {report.ExpectedCalibrationError:F3}, log loss {report.LogLoss:F3}");
    }

    public static IEnumerable<string> PassageLines(PassageReport report)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"Reader alone, given passages: {report.Answerable} questions, EM {report.ExactMatch:F1}, F1 {report.F1:F1}");
        if (report.Refusals is not { } refusals)
            yield break;
        yield return string.Create(CultureInfo.InvariantCulture, $"{refusals.Unanswerable} unanswerable questions, AUC of the null mass {refusals.Auc:F1}");
        yield return Row("false refusals", [.. refusals.RecognisedAt.Keys.Select(percent => $"{percent} %")]);
        yield return Row("recognised", [.. refusals.RecognisedAt.Values.Select(Number)]);
    }

    /// <summary>The part of the table that needs no reader.</summary>
    public static IEnumerable<string> RetrievalLines(EvaluationReport report)
    {
        yield return Row("recall", [.. EvaluationReport.Depths.Select(k => $"@{k}")]);
        yield return Recall("answering passage", report.RecallAt);
        yield return Recall("answer occurs", report.RecallByAnswerAt);
        if (report.RecallByPassageAt is { } byPassage)
            yield return Recall("own passage", byPassage);
        if (report.RecallByDocumentAt is { } byDocument)
            yield return Recall("relevant document", byDocument);
        if (report.NdcgAt10 is { } ndcg)
            yield return Row("nDCG@10", Number(ndcg));
        yield return Row("MRR", Number(report.MeanReciprocalRank));
    }

    private static string Recall(string name, IReadOnlyDictionary<int, double> shares) =>
        Row(name, [.. EvaluationReport.Depths.Select(k => Number(shares[k]))]);

    private static string Row(string name, params string[] cells) => (name.PadRight(18) + string.Concat(cells.Select(cell => cell.PadLeft(10)))).TrimEnd();

    private static string Share(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
