using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora;

/// <summary>Cuts documents into blocks: whole sentences, packed greedily. Paper §3.1, which has blocks of at most 288 wordpieces.</summary>
/// <remarks>As the released preprocessing: sentences are added while 3 + pieces(title) + pieces(block) + pieces(sentence) fits; 3 stands for
/// [CLS] and two [SEP]. Differs where one sentence alone is too long: it is cut into several blocks instead of being truncated, so that no text
/// becomes unreachable. Tables and code are kept whole while they fit and else cut at line ends; a heading goes with what it stands above; encoded
/// data is in no block (docs/decisions/0014-passages.md). A title counts at most a quarter of the limit and at most 64 pieces.</remarks>
public sealed class BlockSplitter
{
    /// <summary>Most pieces of a title that count and that an input has room for.</summary>
    public const int LongestTitle = 64;

    /// <summary>Pieces of a block, title and special tokens included, at most, in the released preprocessing.</summary>
    public const int ReleasedMaxPieces = 288;

    /// <summary>The same of corpora here: by meaning shorter blocks are found better, and they are read better and faster
    /// (docs/decisions/0014-passages.md).</summary>
    public const int DefaultMaxPieces = 192;

    private const int SpecialPieces = 3;

    private readonly WordPieceTokenizer _tokenizer;
    private readonly int _maxPieces;

    /// <param name="maxPieces">Most pieces of [CLS] title [SEP] block [SEP], at least 16.</param>
    public BlockSplitter(WordPieceTokenizer tokenizer, int maxPieces = DefaultMaxPieces)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPieces, 16);
        _tokenizer = tokenizer;
        _maxPieces = maxPieces;
    }

    /// <summary>The blocks in order, without overlap; only white space and encoded data (<see cref="EncodedData"/>) between them are left out. No
    /// text, no blocks.</summary>
    public IEnumerable<Block> Split(Document document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var title = Math.Min(_tokenizer.CountPieces(document.Title), Math.Min(LongestTitle, _maxPieces / 4));
        return new PassagePacker(document, new PassageCutter(document.Text, _tokenizer), _maxPieces - SpecialPieces - title).Pack();
    }
}
