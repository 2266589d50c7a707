namespace RealmWeb.Contracts.QuestionSets;

/// <summary>Questions with their answers, to train on and to measure with.</summary>
/// <param name="Name">Lower-case letters, digits and hyphens.</param>
/// <param name="FileName">Name of the file as it was sent.</param>
/// <param name="Questions">Questions that can be read.</param>
/// <param name="Answerable">Of them, those that have an answer.</param>
/// <param name="Readable">Of them, those that have their passage and the answer's place in it: what the reader learns from.</param>
/// <param name="LeftOut">What could not be used as it stood: line and reason; the first 20.</param>
/// <param name="LeftOutCount">How many there were.</param>
/// <param name="Damage">Why the set cannot be used and what to do; nothing else is known of it then. Null when nothing is wrong.</param>
public sealed record QuestionSetSummary(
    string Name, string FileName, long Bytes, int Questions, int Answerable, int Readable, IReadOnlyList<string> LeftOut, int LeftOutCount,
    string AddedBy, DateTimeOffset AddedAt, string? Damage = null);
