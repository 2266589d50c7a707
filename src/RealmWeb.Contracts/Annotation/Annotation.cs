using RealmWeb.Contracts.Flags;

namespace RealmWeb.Contracts.Annotation;

/// <summary>Which item to give out next.</summary>
/// <param name="Corpus">Name of the corpus; empty for any.</param>
/// <param name="Source">Why it is in the queue; null for any.</param>
/// <param name="Days">In the queue for at most so many days; null for any.</param>
/// <param name="Skip">Items that the annotator left for later; at most 200.</param>
public sealed record NextItemRequest(string Corpus = "", ItemSource? Source = null, int? Days = null, IReadOnlyList<long>? Skip = null)
{
    public const int MostSkipped = 200;
}

/// <summary>Gives out several items at once, each held as one alone is.</summary>
/// <param name="Take">At most <see cref="Most"/>.</param>
public sealed record NextItemsRequest(NextItemRequest Wanted, int Take)
{
    public const int Most = 20;
}

/// <summary>Items of somebody.</summary>
public sealed record HeldItems(IReadOnlyList<long> Items);

/// <summary>An item, held by who asked for it.</summary>
/// <param name="HeldUntil">Nobody else is given it before; a heartbeat moves this on. Null where somebody else holds it.</param>
/// <param name="GuessHidden">The model's guesses are kept back on this one.</param>
/// <param name="GuidelineVersion">The newest version of the corpus's guidelines; 0 where there are none.</param>
/// <param name="Label">What the annotator said of it so far; null where nothing.</param>
/// <param name="Flag">What the asker said; null where nobody flagged it.</param>
public sealed record AnnotationItemView(
    long Id, string Corpus, string Question, ItemSource Source, DateTimeOffset CreatedAt, DateTimeOffset? HeldUntil, bool GuessHidden, int GuidelineVersion,
    IReadOnlyList<AnnotationPassage> Passages, LabelView? Label, FlagNote? Flag);

/// <summary>A passage to grade.</summary>
/// <param name="Rank">From 1; what an annotator found follows what the model did.</param>
/// <param name="DocumentStart">Offset of <paramref name="Text"/> in the document's normalised text, UTF-16.</param>
/// <param name="Probability">p(z|x); null where the annotator found the passage.</param>
/// <param name="GuessStart">The words that the model read as the answer, UTF-16 in <paramref name="Text"/>; null where it marked none or they are
/// hidden.</param>
/// <param name="Changed">The document was changed since, and this no longer stands in it.</param>
public sealed record AnnotationPassage(
    int Rank, long DocumentId, string BlockId, int DocumentStart, string Title, string Text, double? Probability, int? GuessStart, int? GuessEnd,
    bool Found = false, bool Changed = false);

/// <summary>What the asker said of the answer.</summary>
/// <param name="Verdict">Of the answer words; null where nothing was said of them.</param>
/// <param name="Right">Ranks of passages that the asker calls right.</param>
/// <param name="Wrong">Ranks of passages that do not belong there.</param>
public sealed record FlagNote(AnswerVerdict? Verdict, bool NotInDocuments, IReadOnlyList<int> Right, IReadOnlyList<int> Wrong, string Note);

/// <summary>What an annotator says of an item.</summary>
/// <param name="NoAnswer">Nothing of it answers.</param>
/// <param name="BadQuestion">The question makes no sense as it stands.</param>
/// <param name="Reformulated">The question as it should have been asked; empty where it may stand.</param>
/// <param name="Passages">Those that were graded, marked or found.</param>
public sealed record LabelContent(bool NoAnswer, bool BadQuestion, string Reformulated, string Note, IReadOnlyList<PassageLabel> Passages)
{
    public const int LongestText = 1000;
    public const int MostPassages = 40;
    public const int MostSpans = 20;

    public static LabelContent Empty { get; } = new(false, false, "", "", []);
}

/// <summary>What an annotator says of a passage.</summary>
/// <param name="Rank">As <see cref="AnnotationPassage.Rank"/>.</param>
/// <param name="Grade">0: does not answer; 1: related; 2: answers; 3: answers fully; null while not graded.</param>
/// <param name="Found">Which passage it is, where the annotator found it; null for the item's own.</param>
public sealed record PassageLabel(int Rank, int? Grade, IReadOnlyList<SpanLabel> Spans, PassageReference? Found = null);

/// <summary>Words that answer: UTF-16 offsets in the passage's text, end exclusive.</summary>
public sealed record SpanLabel(int Start, int End);

/// <summary>A passage of the corpus.</summary>
public sealed record PassageReference(long DocumentId, string BlockId);

/// <summary>Saves a label.</summary>
/// <param name="Revision">That of the label it was made from; 0 for the first.</param>
/// <param name="State">Draft is always kept; submitted and discarded need the item's hold.</param>
public sealed record SaveLabelRequest(int Revision, LabelState State, LabelContent Content);

/// <summary>A label of one's own.</summary>
/// <param name="Number">What it is called by.</param>
/// <param name="Stale">A passage that answers changed since.</param>
public sealed record LabelView(
    long Number, long ItemId, string Corpus, string Question, ItemSource Source, LabelState State, int Revision, int GuidelineVersion,
    DateTimeOffset ChangedAt, LabelContent Content, bool Stale);

/// <summary>An item that waits, in a list.</summary>
/// <param name="Held">Somebody works on it now.</param>
public sealed record PendingItem(long Id, string Corpus, string Question, ItemSource Source, DateTimeOffset CreatedAt, int Passages, bool Held);

/// <summary>How far the work is.</summary>
/// <param name="Pending">Items that this annotator may still be given.</param>
/// <param name="Today">Labels that this annotator submitted since midnight, UTC.</param>
/// <param name="AllPending">Items that want more labels.</param>
public sealed record AnnotationProgress(int Pending, int Drafts, int Submitted, int Discarded, int Today, int AllPending, int AllSubmitted);

/// <summary>Puts a question into the queue; its passages are looked up in the corpus.</summary>
public sealed record AddItemRequest(string Corpus, string Question);

/// <summary>What annotators of a corpus go by.</summary>
/// <param name="Version">From 1; 0 while there are none.</param>
/// <param name="Text">Plain text.</param>
public sealed record GuidelineView(string Corpus, int Version, string Text, string By, DateTimeOffset? At)
{
    public const int Longest = 20_000;
}

/// <summary>Writes a new version of the guidelines.</summary>
public sealed record SetGuidelineRequest(string Text);

/// <summary>How the queue is filled and given out. Flags always come first.</summary>
/// <param name="LowMargin">Share of questions whose two best answers are nearly as likely, among those that are no control.</param>
/// <param name="NoAnswer">Share of questions without an answer.</param>
/// <param name="ControlPercent">Of all questions, drawn at random whatever came back, so that rates can be told.</param>
/// <param name="OverlapPercent">Of the items, those that several annotators label, so that their agreement can be told.</param>
/// <param name="Annotators">Annotators of such an item.</param>
/// <param name="HiddenPercent">Of the items, those whose guesses are not shown.</param>
/// <param name="HoldMinutes">An item goes to others after so long without a heartbeat.</param>
/// <param name="MostOpen">Items of a corpus that wait at once, flags not counted.</param>
/// <param name="Disagreement">Share of questions that two models answered differently.</param>
public sealed record QueueSettings(
    int LowMargin = 60, int NoAnswer = 40, int ControlPercent = 5, int OverlapPercent = 10, int Annotators = 2, int HiddenPercent = 20,
    int HoldMinutes = 15, int MostOpen = 200, int Disagreement = 0)
{
    /// <summary>What is wrong with them, in a sentence; null where nothing is.</summary>
    public string? Problem() =>
        LowMargin is < 0 or > 100 || NoAnswer is < 0 or > 100 || Disagreement is < 0 or > 100 ? "A share is not from 0 to 100."
        : ControlPercent is < 0 or > 100 || OverlapPercent is < 0 or > 100 || HiddenPercent is < 0 or > 100 ? "A percentage is not from 0 to 100."
        : Annotators is < 2 or > 10 ? "An item that several label has 2 to 10 annotators."
        : HoldMinutes is < 1 or > 240 ? "An item is held for 1 to 240 minutes."
        : MostOpen is < 1 or > 5000 ? "Of a corpus, 1 to 5,000 items wait at once."
        : null;
}
