using RealmWeb.Data.Corpora;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Lexical;

namespace RealmWeb.Jobs.Corpora;

/// <summary>Term search over a stored corpus, as the engine calls it.</summary>
public sealed class CorpusLexicalIndex(CorpusStore corpus) : ILexicalIndex
{
    public IReadOnlyList<BlockHit> Search(string question, int k, CancellationToken cancellationToken = default) =>
        [.. corpus.Terms.Search(QuestionTerms.Of(question), k, cancellationToken).Select(hit => new BlockHit(hit.Row, (float)hit.Score))];

    public IReadOnlyList<QuestionTerm> Terms(string question)
    {
        var terms = QuestionTerms.Of(question);
        var (blocks, holding) = corpus.Terms.Count(terms);
        return [.. terms.Zip(holding, (term, count) => QuestionTerm.Of(term, count, blocks))];
    }
}
