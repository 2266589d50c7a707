namespace RealmWeb.Engine.Retrieval.Lexical;

/// <summary>A word of a question that is worth looking for.</summary>
/// <param name="Weight">How much it tells, above 0.</param>
public readonly record struct QuestionTerm(string Word, double Weight)
{
    /// <summary>A term that weighs as in BM25: ln(1 + (N − n + 0.5) / (n + 0.5)).</summary>
    /// <param name="holding">n, the passages that hold it.</param>
    /// <param name="passages">N.</param>
    public static QuestionTerm Of(string word, long holding, long passages) => new(word, Math.Log(1 + (passages - holding + 0.5) / (holding + 0.5)));
}
