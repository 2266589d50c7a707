using System.Text.Json.Serialization;

namespace RealmWeb.Engine.Evaluation;

/// <summary>What happened to one question of an evaluation; a line of a per-question report.</summary>
/// <param name="Answers">What would have been right; empty for an unanswerable question and where a pattern judges.</param>
/// <param name="Prediction">The best span, whatever the null mass; null when there is none.</param>
/// <param name="NoAnswer">The model prefers no answer.</param>
/// <param name="ExactMatch">SQuAD v1.1; where a pattern judges, whether it matches at the prediction's start.</param>
/// <param name="F1">SQuAD v1.1; where only a pattern judges, the same as <paramref name="ExactMatch"/>: a pattern has no words to share.</param>
/// <param name="GoldRank">Rank from 1 of the first retrieved passage that answers, by the place of the answer where the line has one, else as
/// <see cref="AnswerRank"/>; null when none did.</param>
public sealed record QuestionOutcome(
    string Id, string Question, IReadOnlyList<string> Answers, string? Prediction, bool NoAnswer, double NullMass, double Confidence,
    double ExactMatch, double F1, int? GoldRank)
{
    /// <summary>The pattern that judges in place of answers.</summary>
    public string? AnswerRegex { get; init; }

    /// <summary>Exact match as Google's open-domain evaluation counts it (NFD before normalising).</summary>
    public double ExactMatchOrqa { get; init; }

    /// <summary>Rank of the first retrieved passage in which an answer occurs (released HasAnswer), or the pattern matches.</summary>
    public int? AnswerRank { get; init; }

    /// <summary>Rank of the first retrieved passage that is the question's own.</summary>
    public int? PassageRank { get; init; }

    /// <summary>The line gives the passage that belongs to the question.</summary>
    public bool HasPassage { get; init; }

    /// <summary>Rank from 1, among documents by their best passage, of the first one that the line judges relevant; null when none was found.</summary>
    public int? DocumentRank { get; init; }

    /// <summary><see cref="DocumentRanking.Ndcg"/>; null where the line judges no document relevant.</summary>
    public double? Ndcg { get; init; }

    /// <summary>The line says which passage or document answers, but not with which words: only retrieval is measured on it.</summary>
    public bool PassageOnly { get; init; }

    /// <summary>A right span stands where the reader could have taken it.</summary>
    public bool ReaderOracle { get; init; }

    /// <summary>Time from question to answer; null where nothing was read.</summary>
    public double? Milliseconds { get; init; }

    /// <summary>The passages that were read, the answer's first; null where none were kept.</summary>
    public IReadOnlyList<ReadPassage>? Evidence { get; init; }

    /// <summary><see cref="Confidence"/> as the model says it itself; null where nothing was fitted to the corpus, and they are the same.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Unscaled { get; init; }

    /// <summary><see cref="Models.TermMatch.Scatter"/> of the passage that the line gives, where it was read alone.</summary>
    [JsonIgnore]
    public double? Scatter { get; init; }

    /// <summary><see cref="Confidence"/> at other temperatures, where they were asked for.</summary>
    [JsonIgnore]
    public IReadOnlyList<double> ConfidenceAt { get; init; } = [];

    [JsonIgnore]
    public bool IsAnswerable => Answers.Count > 0 || AnswerRegex is not null;

    [JsonIgnore]
    public bool IsImpossible => !IsAnswerable && !PassageOnly;

    /// <summary>The given answer is right: the words where there are some, else a refusal.</summary>
    [JsonIgnore]
    public bool IsRight => IsImpossible ? NoAnswer : !NoAnswer && ExactMatch >= 1;
}

/// <summary>A passage as it was read for a question.</summary>
/// <param name="DocumentStart">Offset of <paramref name="Text"/> in the document's normalised text, UTF-16.</param>
/// <param name="Start">Where the best words begin in <paramref name="Text"/>, UTF-16; null where the passage holds none.</param>
/// <param name="End">One past their end.</param>
/// <param name="Probability">p(z|x).</param>
/// <param name="Share">p(z|x) · p(y|z,x) of the words.</param>
public sealed record ReadPassage(
    string BlockId, long DocumentId, string Title, string Text, int DocumentStart, int? Start, int? End, double Probability, double? Share);
