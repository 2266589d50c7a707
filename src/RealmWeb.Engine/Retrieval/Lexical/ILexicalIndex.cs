namespace RealmWeb.Engine.Retrieval.Lexical;

/// <summary>Term search (BM25) over the same blocks as the dense index.</summary>
public interface ILexicalIndex
{
    /// <summary>The k best blocks for a question in plain words; no operator in it has a meaning.</summary>
    /// <returns>Best first, score = BM25 with higher is better. Empty when no term of the question occurs.</returns>
    IReadOnlyList<BlockHit> Search(string question, int k, CancellationToken cancellationToken = default);

    /// <summary>The terms that <see cref="Search"/> looks for, each once and in the question's order.</summary>
    IReadOnlyList<QuestionTerm> Terms(string question);
}
