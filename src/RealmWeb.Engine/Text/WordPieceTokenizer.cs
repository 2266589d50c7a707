namespace RealmWeb.Engine.Text;

/// <summary>BERT's uncased WordPiece tokenizer, with the place of each piece in the original text.</summary>
/// <remarks>Same pieces as the published slow tokenizer. Our own rather than the one of Microsoft.ML.Tokenizers: see
/// docs/decisions/0002-wordpiece.md. Safe for concurrent use.</remarks>
public sealed class WordPieceTokenizer
{
    private readonly WordPieceTrie _trie;
    private readonly SpecialTokens _specialTokens;
    private readonly (string Token, int Id)[] _special;

    public WordPieceTokenizer(Vocabulary vocabulary, SpecialTokens specialTokens = SpecialTokens.AsText)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        Vocabulary = vocabulary;
        _trie = new WordPieceTrie(vocabulary.Tokens);
        _specialTokens = specialTokens;
        _special =
        [
            (Vocabulary.PadToken, vocabulary.PadId), (Vocabulary.UnknownToken, vocabulary.UnknownId), (Vocabulary.ClsToken, vocabulary.ClsId),
            (Vocabulary.SepToken, vocabulary.SepId), (Vocabulary.MaskToken, vocabulary.MaskId),
        ];
    }

    public Vocabulary Vocabulary { get; }

    /// <summary>The token of a row, continuations with ##.</summary>
    public string Token(int id) => Vocabulary.Token(id);

    /// <summary>The pieces of a text, in order; no [CLS] or [SEP] is added.</summary>
    public IReadOnlyList<Piece> Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var pieces = new List<Piece>(text.Length / 4 + 1);
        Encode(text.AsSpan(), pieces);
        return pieces;
    }

    /// <summary>Appends the pieces of a text to a list that the caller may use again; words count from 0 in each call.</summary>
    public void Encode(ReadOnlySpan<char> text, List<Piece> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        Run(text, into);
    }

    /// <summary>How many pieces <see cref="Encode(string)"/> would give, without making them.</summary>
    public int CountPieces(ReadOnlySpan<char> text) => Run(text, null);

    private int Run(ReadOnlySpan<char> text, List<Piece>? into)
    {
        var words = 0;
        if (_specialTokens == SpecialTokens.AsText)
            return RunPlain(text, 0, ref words, into);
        var count = 0;
        var plain = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '[')
                continue;
            foreach (var (token, id) in _special)
            {
                if (!text[at..].StartsWith(token, StringComparison.Ordinal))
                    continue;
                count += RunPlain(text[plain..at], plain, ref words, into) + 1;
                into?.Add(new Piece(id, at, at + token.Length, words));
                words++;
                plain = at + token.Length;
                at = plain - 1;
                break;
            }
        }
        return count + RunPlain(text[plain..], plain, ref words, into);
    }

    private int RunPlain(ReadOnlySpan<char> text, int offset, ref int words, List<Piece>? into)
    {
        var reader = new BasicTokenReader(text, stackalloc char[BasicTokenReader.BufferLength],
            stackalloc int[BasicTokenReader.BufferLength], stackalloc int[BasicTokenReader.BufferLength]);
        var count = 0;
        while (reader.Read())
        {
            count += Match(ref reader, offset, words, into);
            words++;
        }
        return count;
    }

    // Greedy, longest first; a word with a part that no token fits is [UNK] as a whole.
    private int Match(ref BasicTokenReader reader, int offset, int word, List<Piece>? into)
    {
        var before = into?.Count ?? 0;
        var count = 0;
        var rest = reader.Word;
        for (var from = 0; from < rest.Length && !reader.IsTooLong; count++)
        {
            var id = _trie.Match(rest[from..], continues: from > 0, out var length);
            if (id < 0)
                break;
            into?.Add(new Piece(id, offset + reader.StartOf(from), offset + reader.EndOf(from + length - 1), word));
            from += length;
            if (from == rest.Length)
                return count + 1;
        }
        into?.RemoveRange(before, into.Count - before);
        into?.Add(new Piece(Vocabulary.UnknownId, offset + reader.Start, offset + reader.End, word));
        return 1;
    }
}
