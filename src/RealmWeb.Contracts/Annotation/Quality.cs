namespace RealmWeb.Contracts.Annotation;

/// <summary>How far annotators of a corpus agree.</summary>
/// <param name="Version">Only labels made under this version of the guidelines; null for all.</param>
/// <param name="Versions">Versions that there are labels of.</param>
/// <param name="Grades">Krippendorff's alpha of the grades (ordinal) over all annotators.</param>
/// <param name="Marks">F1 of the marked characters, the mean over pairs of annotators.</param>
/// <param name="Conflicts">Items whose labels say different things, of which none was chosen.</param>
public sealed record AgreementReport(
    string Corpus, int? Version, IReadOnlyList<int> Versions, Figure Grades, Figure Marks, IReadOnlyList<PairAgreement> Pairs,
    IReadOnlyList<LabelConflict> Conflicts);

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

/// <summary>What a file of labels brought.</summary>
/// <param name="AlreadyThere">Labels that the corpus has under the same id and wording.</param>
/// <param name="LeftOut">What could not be used as it stood: place and reason.</param>
public sealed record LabelsImported(int Added, int AlreadyThere, IReadOnlyList<string> LeftOut);
