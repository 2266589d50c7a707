using System.Text;
using Microsoft.ML.Tokenizers;
using RealmWeb.Engine.Text;
using WordPieceTokenizer = RealmWeb.Engine.Text.WordPieceTokenizer;

namespace RealmWeb.Engine.Tests.Text;

/// <summary>Agreement with Microsoft.ML.Tokenizers where that one is exact: plain English.</summary>
public class WordPieceReferenceTests
{
    [Fact]
    public void Encode_AgreesWithMicrosoftTokenizer_OnEnglish()
    {
        // No sign such as $ and no line end: Microsoft's tokenizer drops both.
        const string text = "The lighthouse at Port Ellery, built in 1841, was manned until 1978. \"Nobody re-lit it,\" said Ms. O'Brien; its 12-inch lens "
            + "went to the museum in St. Albans. Unbelievably, the keepers' logbooks -- all 37 of them -- survived.";
        var vocabulary = WordPieceTrainer.Train([text, "the keepers kept the lenses unlit and believable books"], 160);
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', vocabulary.Tokens)));
        var reference = BertTokenizer.Create(file);

        var pieces = new WordPieceTokenizer(vocabulary).Encode(text);

        Assert.Equal(reference.EncodeToIds(text, addSpecialTokens: false), pieces.Select(piece => piece.Id));
        Assert.DoesNotContain(vocabulary.UnknownId, pieces.Select(piece => piece.Id));
        Assert.Contains(pieces, piece => vocabulary.Token(piece.Id).StartsWith("##", StringComparison.Ordinal));
    }
}
