using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Retrieval;
using RealmWeb.Engine.Retrieval.Lexical;

namespace RealmWeb.TestKit;

/// <summary>BM25 (k1 1.2, b 0.75) over the words of a block store, computed afresh for each question.</summary>
public sealed class MemoryTermIndex(IBlockStore store) : ILexicalIndex
{
    public IReadOnlyList<BlockHit> Search(string question, int k, CancellationToken cancellationToken = default)
    {
        var blocks = store.EnumerateBlocks().Select(block => (block.Row, Words: Words($"{block.Block.Title} {block.Block.Text}"))).ToList();
        if (blocks.Count == 0)
            return [];
        var mean = blocks.Average(block => block.Words.Count);
        var terms = Words(question).Distinct().ToList();
        var hits = new List<BlockHit>();
        foreach (var (row, words) in blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double score = 0;
            foreach (var term in terms)
            {
                var holding = blocks.Count(block => block.Words.Contains(term));
                var count = words.Count(word => word == term);
                score += Math.Log(1 + (blocks.Count - holding + 0.5) / (holding + 0.5)) * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * words.Count / mean));
            }
            if (score > 0)
                hits.Add(new BlockHit(row, (float)score));
        }
        return [.. hits.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Row).Take(k)];
    }

    public IReadOnlyList<QuestionTerm> Terms(string question)
    {
        var blocks = store.EnumerateBlocks().Select(block => Words($"{block.Block.Title} {block.Block.Text}")).ToList();
        return [.. Words(question).Distinct().Select(term => QuestionTerm.Of(term, blocks.Count(words => words.Contains(term)), blocks.Count))];
    }

    private static List<string> Words(string text) =>
        [.. text.ToUpperInvariant().Split([' ', '.', ',', '?', '!', '\n'], StringSplitOptions.RemoveEmptyEntries)];
}
