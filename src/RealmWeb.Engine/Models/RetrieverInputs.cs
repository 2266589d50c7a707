using RealmWeb.Engine.Bert;
using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Models;

/// <summary>Questions and blocks as a retriever's embedder sees them: its prefix, its layout.</summary>
public sealed class RetrieverInputs(WordPieceTokenizer tokenizer, Featurizer featurizer, BertOptions encoder, RetrieverOptions options)
{
    private readonly IReadOnlyList<Piece> _prefix = tokenizer.Encode(options.QueryPrefix);

    public WordPieceTokenizer Tokenizer => tokenizer;

    internal string VectorKind => options.VectorKind;

    /// <summary>Pieces that stand before a question's own, [CLS] among them.</summary>
    public int QueryStart => 1 + _prefix.Count;

    public InputRow Query(IReadOnlyList<Piece> question) => Query(question, options.QueryLength);

    /// <param name="maxLength">Pieces of the question at most, with [CLS] and [SEP]; the prefix comes on top.</param>
    public InputRow Query(IReadOnlyList<Piece> question, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(question);
        return featurizer.Query(_prefix.Count == 0 ? question : [.. _prefix, .. question], Math.Min(maxLength + _prefix.Count, encoder.MaxPositions));
    }

    public InputRow Block(Block block) => Block(block, BlockSplitter.ReleasedMaxPieces);

    /// <param name="maxLength">Pieces of the input at most.</param>
    public InputRow Block(Block block, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(block);
        return Block(tokenizer.Encode(block.Title), tokenizer.Encode(block.TextInContext), maxLength);
    }

    /// <param name="maxLength">Pieces of the input at most.</param>
    public InputRow Block(IReadOnlyList<Piece> title, IReadOnlyList<Piece> body, int maxLength)
    {
        maxLength = Math.Min(maxLength, encoder.MaxPositions);
        return options.JoinsBlocks ? featurizer.Joined(title, body, maxLength) : featurizer.Block(title, body, maxLength);
    }
}
