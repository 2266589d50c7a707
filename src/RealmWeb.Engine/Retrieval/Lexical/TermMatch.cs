namespace RealmWeb.Engine.Retrieval.Lexical;

/// <summary>How much of a question's terms a passage holds, each weighed by how rare it is. All 0 to 1.</summary>
/// <param name="Sentence">The most that one sentence holds together with the title.</param>
/// <param name="Passage">What the passage holds with its title.</param>
/// <param name="Near">How many neighbours in the question stand near each other in the passage.</param>
public readonly record struct TermMatch(double Sentence, double Passage, double Near);

/// <summary>A word of a question that is worth looking for.</summary>
/// <param name="Weight">How much it tells: the logarithm of the odds against a passage holding it, as in BM25; above 0.</param>
public readonly record struct QuestionTerm(string Word, double Weight);
