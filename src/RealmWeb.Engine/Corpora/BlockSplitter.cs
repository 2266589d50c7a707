using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Corpora;

/// <summary>Cuts documents into blocks: whole sentences, packed greedily. Paper §3.1 (at most 288 wordpieces a block).</summary>
/// <remarks>As the released preprocessing: sentences are added while 3 + pieces(title) + pieces(block) + pieces(sentence) fits; 3 stands for
/// [CLS] and two [SEP]. Differs where one sentence alone is too long: it is cut at word borders into several blocks instead of being truncated, so
/// that no text becomes unreachable. A title counts at most a quarter of the limit and at most 64 pieces.</remarks>
public sealed class BlockSplitter
{
    /// <summary>Most pieces of a title that count and that an input has room for.</summary>
    public const int LongestTitle = 64;

    /// <summary>Pieces of a block, title and special tokens included, at most; the released value.</summary>
    public const int DefaultMaxPieces = 288;

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

    /// <summary>The blocks in order, without overlap; only white space between them is left out. No text, no blocks.</summary>
    public IEnumerable<Block> Split(Document document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var title = Math.Min(_tokenizer.CountPieces(document.Title), Math.Min(LongestTitle, _maxPieces / 4));
        var room = _maxPieces - SpecialPieces - title;
        return Pack(document, room);
    }

    private IEnumerable<Block> Pack(Document document, int room)
    {
        var block = new TextSpan(0, 0);
        var used = 0;
        foreach (var (part, pieces) in Parts(document.Text, room))
        {
            if (used > 0 && used + pieces > room)
            {
                yield return Cut(document, block);
                used = 0;
            }
            block = used == 0 ? part : block with { End = part.End };
            // A part without a piece (only characters that BERT drops) still has to stand in a block.
            used += Math.Max(pieces, 1);
        }
        if (used > 0)
            yield return Cut(document, block);
    }

    private static Block Cut(Document document, TextSpan span) => Block.Create(document.Title, span.Of(document.Text), span.Start);

    // Sentences, those that are too long in parts that fit.
    private IEnumerable<(TextSpan Part, int Pieces)> Parts(string text, int room)
    {
        foreach (var sentence in SentenceSplitter.Split(text))
        {
            var pieces = _tokenizer.CountPieces(text.AsSpan(sentence.Start, sentence.Length));
            if (pieces <= room)
            {
                yield return (sentence, pieces);
                continue;
            }
            foreach (var part in CutLong(text, sentence, room))
                yield return part;
        }
    }

    private IEnumerable<(TextSpan Part, int Pieces)> CutLong(string text, TextSpan sentence, int room)
    {
        var pieces = new List<Piece>();
        _tokenizer.Encode(text.AsSpan(sentence.Start, sentence.Length), pieces);
        for (var first = 0; first < pieces.Count;)
        {
            var last = Math.Min(first + room, pieces.Count);
            var cut = last;
            // Back to a word border; a word that fills all the room is cut inside.
            while (cut < pieces.Count && cut > first && pieces[cut].Word == pieces[cut - 1].Word)
                cut--;
            if (cut == first)
            {
                cut = last;
                // The pieces of one Hangul syllable share its place and cannot be parted.
                while (cut < pieces.Count && pieces[cut].Start < pieces[cut - 1].End)
                    cut++;
            }
            var start = first == 0 ? sentence.Start : sentence.Start + pieces[first].Start;
            var end = cut == pieces.Count ? sentence.End : sentence.Start + pieces[cut].Start;
            while (end > start && char.IsWhiteSpace(text[end - 1]))
                end--;
            yield return (new TextSpan(start, end), cut - first);
            first = cut;
        }
    }
}
