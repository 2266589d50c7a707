using System.Security.Cryptography;
using RealmWeb.Data.Annotation;
using RealmWeb.Engine.Questions.Labels;
using RealmWeb.Files;

namespace RealmWeb.Jobs.Annotation;

/// <summary>What an export holds.</summary>
/// <param name="Questions">Labels in the file.</param>
/// <param name="Sha256">Of the file, lower-case hexadecimal: equal labels give an equal file.</param>
/// <param name="InConflict">Items whose annotators disagree on whether something answers, and of which no curator has chosen one.</param>
/// <param name="Stale">Labels whose answer no longer stands in its document.</param>
/// <param name="LeftOut">Labels that say nothing this form can hold, such as bad questions.</param>
public sealed record LabelExportResult(int Questions, string Sha256, int InConflict, int Stale, int LeftOut);

/// <summary>Writes the labels of a corpus as questions to learn from and to measure with.</summary>
public sealed class LabelExport(LabelStore labels, LabelUpkeep upkeep)
{
    /// <summary>Writes a file; it is whole or not there.</summary>
    /// <param name="split">Only labels of this part; null for all.</param>
    /// <exception cref="LabelMismatchException">A label does not hold what was marked; nothing was written.</exception>
    public async Task<LabelExportResult> WriteAsync(
        string corpus, string path, LabelSplit? split = null, LabelForm form = LabelForm.QuestionLines, CancellationToken cancellationToken = default)
    {
        using var content = new MemoryStream();
        var result = await WriteAsync(corpus, content, split, form, cancellationToken);
        DurableFile.Write(path, content.WriteTo);
        return result;
    }

    /// <summary>Writes into a stream that is still empty and can be read back.</summary>
    /// <inheritdoc cref="WriteAsync(string, string, LabelSplit?, LabelForm, CancellationToken)"/>
    public async Task<LabelExportResult> WriteAsync(
        string corpus, Stream into, LabelSplit? split = null, LabelForm form = LabelForm.QuestionLines, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(into);
        await upkeep.CheckAsync(corpus, cancellationToken);
        var items = await labels.SubmittedAsync(corpus, cancellationToken);
        var agreed = items.Where(item => item.Agreed is not null).Select(item => (item.Item, Label: item.Agreed!)).ToList();
        var usable = agreed.Where(pair => !pair.Label.BadQuestion || pair.Label.Reformulated is not null).ToList();
        var standing = usable.Where(pair => !IsStale(pair.Label)).Select(pair => Of(pair.Item, pair.Label))
            .Where(label => split is null || LabelSplits.Of(label.SplitKey) == split).ToList();
        var written = LabelWriter.Write(into, form, standing);
        into.Position = 0;
        return new LabelExportResult(
            written, Convert.ToHexStringLower(await SHA256.HashDataAsync(into, cancellationToken)), items.Count - agreed.Count,
            usable.Count(pair => IsStale(pair.Label)), agreed.Count - usable.Count + standing.Count - written);
    }

    // What does not answer may go; where nothing that answers is left, the label says nothing any more.
    private static bool IsStale(Label label)
    {
        var answering = label.Passages.Where(passage => passage.Grade >= 2).ToList();
        return answering.Count > 0 && answering.TrueForAll(passage => passage.Stale);
    }

    private static LabelledQuestion Of(AnnotationItem item, Label label) => new(
        item.ImportedId.Length > 0 ? item.ImportedId : $"{label.Id}", label.Reformulated ?? item.Question, label.NoAnswer,
        [.. label.Passages.Where(passage => passage is { Grade: not null, Stale: false }).Select(passage => new LabelledPassage(
            passage.Document, passage.BlockId, passage.Title, passage.Text, passage.Grade!.Value,
            [.. passage.Spans.Select(span => new LabelledSpan(span.Start, span.End, span.Text))]))]);
}
