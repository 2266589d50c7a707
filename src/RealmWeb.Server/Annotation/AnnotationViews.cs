using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Flags;
using RealmWeb.Data.Annotation;
using RealmWeb.Data.Corpora;
using RealmWeb.Data.Flags;
using RealmWeb.Engine.Questions.Labels;

namespace RealmWeb.Server.Annotation;

/// <summary>Items and labels as the browser gets and sends them.</summary>
internal sealed class AnnotationViews(CorpusLibrary corpora, LabelDesk desk, GuidelineStore guidelines, FlagStore flags, LabelUpkeep upkeep)
{
    public async Task<AnnotationItemView> OfAsync(AnnotationItem item, string annotator, DateTimeOffset? heldUntil, CancellationToken cancellationToken)
    {
        await upkeep.CheckAsync(item.Corpus, cancellationToken);
        var label = await desk.FindAsync(item.Id, annotator, cancellationToken);
        var flag = item.AskedQuestionId is { } question ? await flags.FindAsync(question, cancellationToken) : null;
        return new AnnotationItemView(
            item.Id, item.Corpus, item.Question, item.Source, item.CreatedAt, heldUntil,
            item.HidesGuess && item.Passages.Exists(passage => passage.GuessStart is not null),
            (await guidelines.FindAsync(item.Corpus, cancellationToken: cancellationToken))?.Version ?? 0,
            [.. item.Passages.Select(passage => PassageOf(item, passage, label)), .. (label?.Passages ?? []).Where(passage => passage.Found).Select(FoundOf)],
            label is null ? null : Of(label, item), flag is null ? null : NoteOf(flag, item));
    }

    public static LabelView Of(Label label, AnnotationItem item) => new(
        label.Id, item.Id, item.Corpus, item.Question, item.Source, label.State, label.Revision, label.GuidelineVersion, label.ChangedAt,
        ContentOf(label), label.Passages.Exists(passage => passage.Stale));

    public static LabelContent ContentOf(Label label) => new(
        label.NoAnswer, label.BadQuestion, label.Reformulated ?? "", label.Note ?? "",
        [.. label.Passages.Select(passage => new PassageLabel(
            passage.Rank, passage.Grade, [.. passage.Spans.Select(span => new SpanLabel(span.Start, span.End))],
            passage.Found ? new PassageReference(passage.DocumentId, passage.BlockId) : null))]);

    /// <summary>The label that a browser sent, with the texts that it means.</summary>
    /// <returns>What is wrong with it, in a sentence, in place of a label.</returns>
    public async Task<(Label? Label, string? Problem)> ReadAsync(
        AnnotationItem item, string annotator, SaveLabelRequest request, CancellationToken cancellationToken)
    {
        var content = request.Content;
        if (content.Passages.Any(passage => passage is null || passage.Spans.Any(span => span is null)))
            return (null, "The label has an empty passage or an empty place. Leave it out.");
        if (content.Passages.Count > LabelContent.MostPassages)
            return (null, $"The label has {content.Passages.Count} passages. Keep to {LabelContent.MostPassages}.");
        if (content.Reformulated.Length > LabelContent.LongestText || content.Note.Length > LabelContent.LongestText)
            return (null, $"The note and the reformulated question may have {LabelContent.LongestText:N0} characters each. Shorten them.");
        if (content.Passages.Select(passage => passage.Rank).Distinct().Count() != content.Passages.Count)
            return (null, "Two passages of the label have the same rank. Give each its own.");
        var kept = await desk.FindAsync(item.Id, annotator, cancellationToken);
        var passages = new List<LabelPassage>();
        foreach (var said in content.Passages)
        {
            if (Passage(item, kept, said) is not { } passage)
                return (null, $"There is no passage {said.Rank} of item {item.Id}, or its document was changed meanwhile. Load the item again.");
            if (Problem(passage, said) is { } problem)
                return (null, problem);
            (passage.Grade, passage.Spans) = (said.Grade, [.. said.Spans.Distinct()
                .Select(span => new LabelSpan { Rank = said.Rank, Start = span.Start, End = span.End, Text = passage.Text[span.Start..span.End] })]);
            passages.Add(passage);
        }
        if (request.State == LabelState.Submitted && Unfinished(content) is { } unfinished)
            return (null, unfinished);
        return (new Label
        {
            ItemId = item.Id, By = annotator, State = request.State, NoAnswer = content.NoAnswer, BadQuestion = content.BadQuestion,
            Reformulated = OrNull(content.Reformulated), Note = OrNull(content.Note), Passages = passages,
            GuidelineVersion = (await guidelines.FindAsync(item.Corpus, cancellationToken: cancellationToken))?.Version ?? 0,
        }, null);
    }

    private LabelPassage? Passage(AnnotationItem item, Label? kept, PassageLabel said)
    {
        if (said.Found is null)
            return item.Passages.Find(passage => passage.Rank == said.Rank) is { } given ? Of(given) : null;
        if (said.Rank <= item.Passages.Count)
            return null;
        // As it was when it was found, also where the corpus has changed since.
        if (kept?.Passages.Find(passage => passage.Found && passage.BlockId == said.Found.BlockId) is { } before)
            return new LabelPassage
            {
                Rank = said.Rank, DocumentId = before.DocumentId, Document = before.Document, BlockId = before.BlockId, BlockStart = before.BlockStart,
                Title = before.Title, Text = before.Text, Found = true, Stale = before.Stale,
            };
        if (corpora.Find(item.Corpus) is not { } corpus
            || corpus.Blocks.OfDocument(said.Found.DocumentId).FirstOrDefault(block => block.BlockId == said.Found.BlockId) is not { } there)
            return null;
        return new LabelPassage
        {
            Rank = said.Rank, DocumentId = there.DocumentId, BlockId = there.BlockId, BlockStart = there.Start, Title = there.Title, Text = there.Text,
            Document = corpus.Documents.SourceIds([there.DocumentId]).GetValueOrDefault(there.DocumentId, ""), Found = true,
        };
    }

    private static LabelPassage Of(ItemPassage passage) => new()
    {
        Rank = passage.Rank, DocumentId = passage.DocumentId, Document = passage.Document, BlockId = passage.BlockId, BlockStart = passage.BlockStart,
        Title = passage.Title, Text = passage.Text,
    };

    private static string? Problem(LabelPassage passage, PassageLabel said)
    {
        if (said.Grade is < 0 or > 3)
            return $"The grade of passage {said.Rank} is {said.Grade}. Grades are 0 to 3.";
        if (said.Spans.Count > LabelContent.MostSpans)
            return $"Passage {said.Rank} has {said.Spans.Count} marked places. Keep to {LabelContent.MostSpans}.";
        if (said.Spans.Count > 0 && said.Grade is not (2 or 3))
            return $"Words are marked in passage {said.Rank}, which is not graded 2 or 3. Grade it, or take the mark away.";
        return said.Spans.Select(span => LabelChecks.Problem(passage.Text, span.Start, span.End)).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>Why a label cannot be submitted, in a sentence; null where it can.</summary>
    public static string? Unfinished(LabelContent content)
    {
        if (content.NoAnswer && content.Passages.Any(passage => passage.Grade >= 2))
            return "The label says that nothing answers, and grades a passage 2 or 3. Take one of them back.";
        return content is { NoAnswer: false, BadQuestion: false } && content.Passages.All(passage => passage.Grade is null)
            ? "The label says nothing yet. Grade a passage, or say that nothing answers or that the question is bad."
            : null;
    }

    private static AnnotationPassage PassageOf(AnnotationItem item, ItemPassage passage, Label? label) => new(
        passage.Rank, passage.DocumentId, passage.BlockId, passage.BlockStart, passage.Title, passage.Text,
        item.Source is ItemSource.ByHand or ItemSource.Imported ? null : passage.RetrievalProbability,
        item.HidesGuess ? null : passage.GuessStart, item.HidesGuess ? null : passage.GuessEnd,
        Changed: label?.Passages.Find(said => said.Rank == passage.Rank)?.Stale == true);

    private static AnnotationPassage FoundOf(LabelPassage passage) => new(
        passage.Rank, passage.DocumentId, passage.BlockId, passage.BlockStart, passage.Title, passage.Text, null, null, null, true, passage.Stale);

    private static FlagNote NoteOf(Flag flag, AnnotationItem item) => new(
        flag.Answer, flag.NotInDocuments, RanksOf(flag, item, PassageVerdict.Answers), RanksOf(flag, item, PassageVerdict.DoesNotBelong), flag.Note);

    private static List<int> RanksOf(Flag flag, AnnotationItem item, PassageVerdict verdict) =>
    [
        .. flag.Passages.Where(passage => passage.Verdict == verdict).Select(passage => passage.BlockId)
            .Concat(verdict == PassageVerdict.Answers && flag.Place is { } place ? [place.BlockId] : [])
            .SelectMany(block => item.Passages.Where(passage => passage.BlockId == block)).Select(passage => passage.Rank).Distinct().Order(),
    ];

    private static string? OrNull(string text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
