namespace RealmWeb.Contracts.Annotation;

/// <summary>How far annotators of a corpus agree.</summary>
/// <param name="Version">Only labels made under this version of the guidelines; null for all.</param>
/// <param name="Versions">Versions that there are labels of.</param>
/// <param name="Grades">Krippendorff's alpha of the grades (ordinal) over all annotators.</param>
/// <param name="Marks">F1 of the marked characters, the mean over pairs of annotators.</param>
/// <param name="Conflicts">Items whose labels say different things, of which none was chosen.</param>
/// <param name="Annotators">What each did, by name.</param>
public sealed record AgreementReport(
    string Corpus, int? Version, IReadOnlyList<int> Versions, Figure Grades, Figure Marks, IReadOnlyList<PairAgreement> Pairs,
    IReadOnlyList<LabelConflict> Conflicts, IReadOnlyList<AnnotatorHistory> Annotators);

/// <summary>What became of an annotator's labels in a corpus.</summary>
/// <param name="Labels">Submitted.</param>
/// <param name="Counting">Those that count: alone, in agreement, or chosen by a curator.</param>
/// <param name="Overruled">Those of items of which a curator let another label count.</param>
/// <param name="Open">Those that contradict another, of which no curator has chosen one yet.</param>
/// <param name="Grades">Krippendorff's alpha of the annotator's grades with those of each other.</param>
/// <param name="Weeks">Labels by the week in which they were submitted, oldest first; weeks without one are left out.</param>
/// <param name="Corrections">The newest of the overruled ones.</param>
public sealed record AnnotatorHistory(
    string By, int Labels, int Counting, int Overruled, int Open, Figure Grades, IReadOnlyList<LabelWeek> Weeks, IReadOnlyList<Correction> Corrections);

/// <summary>Labels of a week.</summary>
/// <param name="Monday">Its first day, UTC.</param>
public sealed record LabelWeek(DateOnly Monday, int Labels);

/// <summary>A label in whose place another counts.</summary>
/// <param name="Number">Of the label.</param>
/// <param name="Said">What it says.</param>
/// <param name="Counts">What counts.</param>
public sealed record Correction(long Number, string Question, LabelContent Said, LabelContent Counts);

/// <summary>Puts one label together out of those of an item.</summary>
/// <param name="Whole">Number of the label whose word stands on the item as a whole: no answer, bad question, the question as it should be, the note.</param>
public sealed record MergeLabelsRequest(long Whole, IReadOnlyList<MergedPassage> Passages);

/// <summary>A passage as one of the labels graded and marked it.</summary>
/// <param name="Label">Number of the label.</param>
/// <param name="Rank">Of the passage in that label.</param>
public sealed record MergedPassage(long Label, int Rank);

/// <summary>A figure with its 95 % interval (bootstrap over items).</summary>
/// <param name="Value">Null where it is not defined.</param>
/// <param name="N">Items that it comes from.</param>
public sealed record Figure(double? Value, double? Low, double? High, int N);

/// <summary>How far two annotators agree.</summary>
/// <param name="Kappa">Cohen's kappa of the grades.</param>
public sealed record PairAgreement(string First, string Second, Figure Kappa, Figure Marks);

/// <summary>Labels of one item that say different things.</summary>
public sealed record LabelConflict(long ItemId, string Question, IReadOnlyList<ConflictSide> Sides);

/// <summary>What one annotator said.</summary>
/// <param name="Number">Of the label.</param>
public sealed record ConflictSide(
    long Number, string By, bool NoAnswer, bool BadQuestion, string Reformulated, string Note, IReadOnlyList<ConflictPassage> Passages);

/// <summary>A graded passage with the marked words.</summary>
public sealed record ConflictPassage(int Rank, string Title, string Text, int Grade, IReadOnlyList<SpanLabel> Spans);

/// <summary>How often answers over a corpus are right, as far as askers say.</summary>
/// <param name="Right">Share of right ones among the answers of which an asker said whether they are right, 0..1; intervals are Wilson's.</param>
/// <param name="Models">By the model that answered, the newest first.</param>
/// <param name="Weeks">By the week in which it was asked, oldest first; weeks without a flag are left out.</param>
public sealed record LiveAccuracy(string Corpus, Figure Right, IReadOnlyList<ModelAccuracy> Models, IReadOnlyList<WeekAccuracy> Weeks);

/// <summary>How often a model's answers are right, as far as askers say.</summary>
/// <param name="Last">When the last of these questions was asked.</param>
public sealed record ModelAccuracy(string Model, Figure Right, DateTimeOffset Last);

/// <summary>The same of a week.</summary>
/// <param name="Monday">Its first day, UTC.</param>
public sealed record WeekAccuracy(DateOnly Monday, Figure Right);

/// <summary>What a corpus does not seem to answer.</summary>
/// <param name="ByMeaning">Questions that mean nearly the same stand together; false where no model could embed them, so that each stands alone.</param>
/// <param name="Questions">Different questions; the newest of them are listed.</param>
public sealed record GapReport(string Corpus, bool ByMeaning, int Questions, IReadOnlyList<Gap> Gaps);

/// <summary>Questions without an answer that mean nearly the same.</summary>
/// <param name="Asked">How often they were asked, all together.</param>
/// <param name="Questions">The one asked most first.</param>
public sealed record Gap(int Asked, IReadOnlyList<GapQuestion> Questions);

/// <summary>A question without an answer.</summary>
/// <param name="Flagged">Askers who say that the answer is not in the documents; the others got none.</param>
public sealed record GapQuestion(string Question, int Asked, int Flagged, DateTimeOffset LastAsked);

/// <summary>What a file of labels brought.</summary>
/// <param name="AlreadyThere">Labels that the corpus has under the same id and wording.</param>
/// <param name="LeftOut">What could not be used as it stood: place and reason.</param>
public sealed record LabelsImported(int Added, int AlreadyThere, IReadOnlyList<string> LeftOut);
