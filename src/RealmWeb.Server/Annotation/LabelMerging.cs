using RealmWeb.Contracts.Annotation;
using RealmWeb.Data.Annotation;

namespace RealmWeb.Server.Annotation;

/// <summary>Puts one label together out of what several annotators said of an item.</summary>
internal static class LabelMerging
{
    /// <param name="by">The curator who decides.</param>
    /// <param name="version">Of the guidelines in force.</param>
    /// <returns>What is wrong with the request, in a sentence, in place of a label.</returns>
    public static (Label? Label, string? Problem) Of(LabelledItem item, MergeLabelsRequest request, string by, int version)
    {
        var labels = item.Labels.Where(label => !label.Merged).ToDictionary(label => label.Id);
        if (!labels.TryGetValue(request.Whole, out var whole))
            return (null, Missing(item, request.Whole));
        var passages = new List<LabelPassage>();
        // What annotators found comes behind the item's own, and may have had the same rank in two labels.
        var rank = labels.Values.SelectMany(label => label.Passages).Select(passage => passage.Found ? 0 : passage.Rank).DefaultIfEmpty(0).Max();
        foreach (var chosen in request.Passages)
        {
            if (!labels.TryGetValue(chosen.Label, out var label) || label.Passages.Find(passage => passage.Rank == chosen.Rank) is not { } said)
                return (null, $"{Missing(item, chosen.Label)} It should have a passage {chosen.Rank}.");
            if (passages.Exists(other => (other.DocumentId, other.BlockId) == (said.DocumentId, said.BlockId)))
                return (null, $"The passage \"{said.Title}\" is taken from two labels. Take it from one.");
            passages.Add(Copy(said, said.Found ? ++rank : said.Rank));
        }
        var merged = new Label
        {
            ItemId = item.Item.Id, By = by, GuidelineVersion = version, NoAnswer = whole.NoAnswer, BadQuestion = whole.BadQuestion,
            Reformulated = whole.Reformulated, Note = whole.Note, Passages = passages,
        };
        return AnnotationViews.Unfinished(AnnotationViews.ContentOf(merged)) is { } problem ? (null, problem) : (merged, null);
    }

    private static LabelPassage Copy(LabelPassage said, int rank) => new()
    {
        Rank = rank, DocumentId = said.DocumentId, Document = said.Document, BlockId = said.BlockId, BlockStart = said.BlockStart, Title = said.Title,
        Text = said.Text, Grade = said.Grade, Found = said.Found, Stale = said.Stale,
        Spans = [.. said.Spans.Select(span => new LabelSpan { Rank = rank, Start = span.Start, End = span.End, Text = span.Text })],
    };

    private static string Missing(LabelledItem item, long number) =>
        $"There is no submitted label {number} of item {item.Item.Id}. Load the conflicts again.";
}
