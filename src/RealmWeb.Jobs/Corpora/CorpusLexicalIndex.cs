using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Lexical;

namespace RealmWeb.Jobs.Corpora;

/// <summary>Term search over a stored corpus, as the engine calls it.</summary>
public sealed class CorpusLexicalIndex(CorpusStore corpus) : ILexicalIndex
{
    public IReadOnlyList<BlockHit> Search(string question, int k, CancellationToken cancellationToken = default) =>
        [.. corpus.Terms.Search(question, k, cancellationToken).Select(hit => new BlockHit(hit.Row, (float)hit.Score))];

    public IReadOnlyList<QuestionTerm> Terms(string question) => [.. corpus.Terms.Weigh(question).Select(term => new QuestionTerm(term.Term, term.Weight))];
}
