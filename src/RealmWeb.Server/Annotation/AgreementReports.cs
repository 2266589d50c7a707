using RealmWeb.Contracts.Annotation;
using RealmWeb.Data.Annotation;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Text;

namespace RealmWeb.Server.Annotation;

/// <summary>How far annotators agree, and where they do not.</summary>
internal sealed class AgreementReports(LabelStore labels)
{
    private const int MostConflicts = 50, MostCorrections = 20;

    /// <summary>A passage that two annotators judged.</summary>
    private sealed record Judged(LabelPassage First, LabelPassage Second);

    public async Task<AgreementReport> OfAsync(string corpus, int? version, CancellationToken cancellationToken)
    {
        var all = await labels.SubmittedAsync(corpus, cancellationToken);
        // What was merged is no third opinion.
        var said = all.Select(item => item with { Labels = [.. item.Labels.Where(label => !label.Merged)] }).ToList();
        var items = said.Select(item => item with { Labels = [.. item.Labels.Where(label => version is null || label.GuidelineVersion == version)] })
            .Where(item => item.Labels.Count > 1).ToList();
        var merged = all.Where(item => item.Labels.Any(label => label.Merged)).Select(item => item.Item.Id).ToHashSet();
        var names = items.SelectMany(item => item.Labels).Select(label => label.By).Distinct().Order(StringComparer.Ordinal).ToList();
        var pairs = names.SelectMany((first, i) => names.Skip(i + 1).Select(second => PairOf(items, first, second))).OfType<PairAgreement>().ToList();
        return new AgreementReport(
            corpus, version, [.. said.SelectMany(item => item.Labels).Select(label => label.GuidelineVersion).Distinct().Order()],
            ViewOf(Agreement.Figure(Of(items, Grades), drawn => Agreement.Alpha(drawn.SelectMany(units => units)))),
            ViewOf(Agreement.Figure(Of(items, item => Pairs(item).SelectMany(Both)), MarksOf)),
            pairs, [.. items.Where(item => !merged.Contains(item.Item.Id) && IsConflict(item)).Take(MostConflicts).Select(ConflictOf)],
            [.. said.SelectMany(item => item.Labels).Select(label => label.By).Distinct().Order(StringComparer.Ordinal)
                .Select(name => HistoryOf(all, name, version))]);
    }

    /// <summary>What became of the labels of one annotator.</summary>
    public async Task<AnnotatorHistory> HistoryAsync(string corpus, string by, CancellationToken cancellationToken) =>
        HistoryOf(await labels.SubmittedAsync(corpus, cancellationToken), by, null);

    private static AnnotatorHistory HistoryOf(IReadOnlyList<LabelledItem> all, string by, int? version)
    {
        var own = all.Select(item => (Item: item, Label: item.Labels.FirstOrDefault(
                label => label.By == by && !label.Merged && (version is null || label.GuidelineVersion == version))))
            .Where(pair => pair.Label is not null).Select(pair => (pair.Item, Label: pair.Label!)).ToList();
        var overruled = own.Where(pair => pair.Item.Labels.Any(label => label.Chosen && label.Id != pair.Label.Id)).ToList();
        var open = own.Count(pair => IsConflict(pair.Item));
        List<IReadOnlyList<IReadOnlyList<int>>> grades = [.. own.Select(pair => (IReadOnlyList<IReadOnlyList<int>>)[.. pair.Item.Labels
            .Where(other => other.By != by && !other.Merged).SelectMany(other => Both((pair.Label, other)))
            .Select(judged => (IReadOnlyList<int>)[judged.First.Grade!.Value, judged.Second.Grade!.Value])]).Where(units => units.Count > 0)];
        return new AnnotatorHistory(
            by, own.Count, own.Count - overruled.Count - open, overruled.Count, open,
            ViewOf(Agreement.Figure(grades, drawn => Agreement.Alpha(drawn.SelectMany(units => units)))),
            [.. own.GroupBy(pair => LiveReports.MondayOf(pair.Label.SubmittedAt ?? pair.Label.ChangedAt)).OrderBy(week => week.Key)
                .Select(week => new LabelWeek(week.Key, week.Count()))],
            [.. overruled.OrderByDescending(pair => pair.Label.Id).Take(MostCorrections).Select(pair => new Correction(
                pair.Label.Id, pair.Item.Item.Question, AnnotationViews.ContentOf(pair.Label),
                AnnotationViews.ContentOf(pair.Item.Labels.First(label => label.Chosen))))]);
    }

    // The grades of each passage that at least two graded; an item without one says nothing of agreement.
    private static IEnumerable<IReadOnlyList<int>> Grades(LabelledItem item) => item.Labels.SelectMany(label => label.Passages)
        .Where(passage => passage.Grade is not null).GroupBy(passage => (passage.DocumentId, passage.BlockId))
        .Select(same => (IReadOnlyList<int>)[.. same.Select(passage => passage.Grade!.Value)]).Where(grades => grades.Count > 1);

    private static PairAgreement? PairOf(List<LabelledItem> items, string first, string second)
    {
        var both = Of(items, item => item.Labels.FirstOrDefault(label => label.By == first) is { } one
            && item.Labels.FirstOrDefault(label => label.By == second) is { } other ? Both((one, other)) : []);
        return both.Count == 0 ? null : new PairAgreement(
            first, second,
            ViewOf(Agreement.Figure(both, drawn => Agreement.Kappa([.. drawn.SelectMany(item => item)
                .Select(judged => (judged.First.Grade!.Value, judged.Second.Grade!.Value))]))),
            ViewOf(Agreement.Figure(both, MarksOf)));
    }

    // Each item with what it gives; passages of one item depend on one another, so intervals draw items and not passages.
    private static List<IReadOnlyList<T>> Of<T>(List<LabelledItem> items, Func<LabelledItem, IEnumerable<T>> units) =>
        [.. items.Select(item => (IReadOnlyList<T>)[.. units(item)]).Where(given => given.Count > 0)];

    private static double? MarksOf(IReadOnlyList<IReadOnlyList<Judged>> items)
    {
        // A passage that both grade as not answering has nothing to mark.
        var marked = items.SelectMany(item => item).Where(judged => judged.First.Spans.Count + judged.Second.Spans.Count > 0).ToList();
        return marked.Count == 0 ? null : marked.Average(judged => Agreement.SpanF1(judged.First.Text, SpansOf(judged.First), SpansOf(judged.Second)));
    }

    private static IEnumerable<(Label, Label)> Pairs(LabelledItem item) =>
        item.Labels.SelectMany((first, i) => item.Labels.Skip(i + 1).Select(second => (first, second)));

    private static IEnumerable<Judged> Both((Label First, Label Second) pair) => pair.First.Passages.Where(passage => passage.Grade is not null)
        .Join(pair.Second.Passages.Where(passage => passage.Grade is not null), passage => (passage.DocumentId, passage.BlockId),
            passage => (passage.DocumentId, passage.BlockId), (first, second) => new Judged(first, second))
        // One may have moved with a changed document, the other not.
        .Where(judged => judged.First.Text == judged.Second.Text);

    private static bool IsConflict(LabelledItem item) => item.Labels.Count > 1 && !item.Labels.Any(label => label.Chosen)
        && (item.Agreed is null || Grades(item).Any(grades => grades.Min() < GradedPassage.Answers && grades.Max() >= GradedPassage.Answers));

    private static LabelConflict ConflictOf(LabelledItem item) => new(item.Item.Id, item.Item.Question, [.. item.Labels.Select(label => new ConflictSide(
        label.Id, label.By, label.NoAnswer, label.BadQuestion, label.Reformulated ?? "", label.Note ?? "",
        [.. label.Passages.Where(passage => passage.Grade is not null).Select(passage => new ConflictPassage(
            passage.Rank, passage.Title, passage.Text, passage.Grade!.Value,
            [.. passage.Spans.Select(span => new SpanLabel(span.Start, span.End))]))]))]);

    private static IEnumerable<TextSpan> SpansOf(LabelPassage passage) => passage.Spans.Select(span => new TextSpan(span.Start, span.End));

    private static Figure ViewOf(AgreementFigure figure) => new(figure.Value, figure.Low, figure.High, figure.N);
}
