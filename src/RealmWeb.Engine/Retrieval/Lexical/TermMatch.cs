namespace RealmWeb.Engine.Retrieval.Lexical;

/// <summary>How much of a question's terms a passage holds, each weighed by how rare it is. All 0 to 1.</summary>
/// <param name="Sentence">The most that one sentence holds together with the title.</param>
/// <param name="Passage">What the passage holds with its title.</param>
/// <param name="Near">How many neighbours in the question stand near each other in the passage.</param>
public readonly record struct TermMatch(double Sentence, double Passage, double Near)
{
    /// <summary>What the passage holds though no one sentence does.</summary>
    public double Scatter => Passage - Sentence;
}

/// <summary>A word of a question that is worth looking for.</summary>
/// <param name="Weight">How much it tells, above 0.</param>
public readonly record struct QuestionTerm(string Word, double Weight)
{
    /// <summary>A term that weighs as in BM25: ln(1 + (N − n + 0.5) / (n + 0.5)).</summary>
    /// <param name="holding">n, the passages that hold it.</param>
    /// <param name="passages">N.</param>
    public static QuestionTerm Of(string word, long holding, long passages) => new(word, Math.Log(1 + (passages - holding + 0.5) / (holding + 0.5)));
}
