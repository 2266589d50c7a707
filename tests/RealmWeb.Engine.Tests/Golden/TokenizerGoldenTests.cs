using System.Text.Json;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Golden;

/// <summary>All strings of the tokenizer fixture against the pieces of the published slow BERT tokenizer.</summary>
public class TokenizerGoldenTests
{
    private sealed record Case(int Id, string Kind, string Text, string[] Tokens, int[] Ids)
    {
        internal bool HasSpecialTokens => Kind == "special_tokens_in_text";
    }

    [Fact]
    public void Encode_GivesPublishedIds_WithBertVocabulary()
    {
        var cases = Read();
        var published = BertVocabulary.TryLoad();
        // Without the file, the rows that the fixture itself names, at their places: every case with its ids is checked all the same, except
        // that a longer token which the fixture never uses cannot win by mistake.
        var vocabulary = published ?? FromCases(cases);

        var wrong = Encode(cases, vocabulary).Where(pair => !pair.Pieces.Select(piece => piece.Id).SequenceEqual(pair.Case.Ids));

        Assert.Equal(400, cases.Count);
        Assert.Empty(wrong.Select(pair => $"{pair.Case.Id} {pair.Case.Kind}"));
    }

    [Fact]
    public void Encode_GivesPublishedTokens_WithVocabularyOfTheCasesAlone()
    {
        var cases = Read();
        var vocabulary = FromCases(cases);

        var wrong = Encode(cases, vocabulary).Where(pair => !pair.Pieces.Select(piece => vocabulary.Token(piece.Id)).SequenceEqual(pair.Case.Tokens));

        Assert.Equal(400, cases.Count);
        Assert.Empty(wrong.Select(pair => $"{pair.Case.Id} {pair.Case.Kind}"));
    }

    [Fact]
    public void CountPieces_AgreesWithEncode_ForEveryCase()
    {
        var cases = Read();
        var tokenizer = new WordPieceTokenizer(FromCases(cases));

        Assert.All(cases, one => Assert.Equal(tokenizer.Encode(one.Text).Count, tokenizer.CountPieces(one.Text)));
    }

    private static IEnumerable<(Case Case, IReadOnlyList<Piece> Pieces)> Encode(List<Case> cases, Vocabulary vocabulary)
    {
        var asText = new WordPieceTokenizer(vocabulary);
        var recognising = new WordPieceTokenizer(vocabulary, SpecialTokens.Recognise);
        return cases.Select(one => (one, (one.HasSpecialTokens ? recognising : asText).Encode(one.Text)));
    }

    // Tokens at the rows that the fixture gives them, fillers between.
    private static Vocabulary FromCases(List<Case> cases)
    {
        var known = new Dictionary<int, string> { [0] = "[PAD]", [100] = "[UNK]", [101] = "[CLS]", [102] = "[SEP]", [103] = "[MASK]" };
        foreach (var (token, id) in cases.SelectMany(one => one.Tokens.Zip(one.Ids)))
            known[id] = token;
        // A filler holds a space and so can never match.
        return new Vocabulary(Enumerable.Range(0, known.Keys.Max() + 1).Select(id => known.GetValueOrDefault(id, $"filler {id}")));
    }

    private static List<Case> Read() =>
        [.. File.ReadLines(GoldenFiles.At("tokenizer", "tokenizer.jsonl"))
            .Select(line => JsonSerializer.Deserialize<Case>(line, JsonSerializerOptions.Web)!)];
}
