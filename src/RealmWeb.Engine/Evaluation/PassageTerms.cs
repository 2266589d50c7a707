using RealmWeb.Engine.Retrieval.Lexical;

namespace RealmWeb.Engine.Evaluation;

/// <summary>How much words tell among passages that stand in no corpus: BM25's weight of a term over them.</summary>
internal sealed class PassageTerms
{
    private readonly Dictionary<string, int> _holding = new(StringComparer.OrdinalIgnoreCase);
    private readonly int _passages;

    public PassageTerms(IEnumerable<string> passages)
    {
        foreach (var passage in passages.Distinct(StringComparer.Ordinal))
        {
            _passages++;
            foreach (var word in QuestionTerms.Words(passage).Distinct(StringComparer.OrdinalIgnoreCase))
                _holding[word] = _holding.GetValueOrDefault(word) + 1;
        }
    }

    public IReadOnlyList<QuestionTerm> Of(string question) =>
        [.. QuestionTerms.Of(question).Select(term => QuestionTerm.Of(term, _holding.GetValueOrDefault(term), _passages))];
}
