using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.PreTraining.Masking;

/// <summary>A vocabulary of letters and a few words, so that every text has pieces that are easy to count.</summary>
internal static class MaskingVocabulary
{
    public static Vocabulary Value { get; } = new(
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. "abcdefghijklmnopqrstuvwxyz0123456789.,-'".Select(c => c.ToString()),
            .. "abcdefghijklmnopqrstuvwxyz0123456789".Select(c => $"##{c}"), "the", "was", "born", "in"]);

    public static WordPieceTokenizer Tokenizer { get; } = new(Value);

    public static int Id(string token) => Value.Tokens.Index().First(row => row.Item == token).Index;

    /// <summary>Pieces of ordinary ids, words of the lengths given.</summary>
    public static List<Piece> Words(params int[] lengths)
    {
        var pieces = new List<Piece>();
        for (var word = 0; word < lengths.Length; word++)
        {
            for (var i = 0; i < lengths[word]; i++)
                pieces.Add(new Piece(5 + pieces.Count % (Value.Count - 5), pieces.Count, pieces.Count + 1, word));
        }
        return pieces;
    }
}
