using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Training;

/// <summary>Inverse cloze: a sentence of a block is the query, the rest of the block is what answers it. Paper §3.4; released ict_dataset.py.</summary>
/// <param name="removeProbability">How often the sentence is taken out of the block; where it stays, the model learns to match words.</param>
/// <param name="maxQueryLength">Pieces of a query input at most; the released value is 64.</param>
/// <param name="maxBlockLength">Pieces of a block input at most; the released value is 288.</param>
public sealed class InverseClozeExamples(
    RetrieverInputs inputs, IReadOnlyList<Block> blocks, double removeProbability = 0.9, int maxQueryLength = 64, int maxBlockLength = 288)
{
    private const int MostDraws = 10_000;

    // A heading or an initial says nothing of its block. The released code takes every sentence.
    private const int LeastPieces = 4;

    /// <summary>One pair; blocks of a single sentence are passed over when their sentence would have to go.</summary>
    /// <exception cref="InvalidOperationException">No block has a sentence to take out.</exception>
    public RetrievalPair Draw(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var attempt = 0; attempt < MostDraws; attempt++)
        {
            var block = blocks[random.Next(blocks.Count)];
            var sentences = SentenceSplitter.Split(block.Text);
            if (sentences.Count == 0)
                continue;
            var chosen = sentences[random.Next(sentences.Count)];
            var remove = random.NextDouble() < removeProbability;
            if (remove && sentences.Count == 1)
                continue;
            var body = remove ? block.Text[..chosen.Start] + block.Text[chosen.End..] : block.Text;
            var query = inputs.Tokenizer.Encode(chosen.Of(block.Text));
            if (query.Count < LeastPieces)
                continue;
            return new RetrievalPair(
                inputs.Query(query, maxQueryLength),
                inputs.Block(inputs.Tokenizer.Encode(block.Title), inputs.Tokenizer.Encode(body), maxBlockLength), [], remove);
        }
        throw new InvalidOperationException(
            $"{MostDraws} draws from {blocks.Count} passages found no sentence of at least four pieces beside another one. Train the retriever on a corpus of "
                + $"running text.");
    }
}
