using System.Text;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Text;

public class WordPieceTokenizerTests
{
    private static readonly Vocabulary Small = new(
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##aff", "##able", "the", "cafe", "cls", "[", "]", "=", ",", "!", "中", "a", "##b", "b",
    ]);

    // Every lower-case ASCII letter and figure alone and continued, so that most words of random text have pieces.
    private static readonly Vocabulary Letters = new(
        new[] { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]" }
            .Concat("abcdefghijklmnopqrstuvwxyz0123456789".SelectMany(c => new[] { $"{c}", $"##{c}" }))
            .Concat(["αβ", "##γ", "α", "##α", "ᄀ", "##ᅡ", "##ᆨ", "한", "中", "文", "!", ".", "-", "=", "¿", "😀", "##ing", "th"]));

    [Theory]
    [InlineData("unaffable", "un:0-2 ##aff:2-5 ##able:5-9")]
    [InlineData(" The  CAFÉ!", "the:1-4 cafe:6-10 !:10-11")]
    [InlineData("cafe\u0301, the", "cafe:0-5 ,:5-6 the:7-10")]
    [InlineData("the\u200Bthe", "[UNK]:0-7")]
    [InlineData("中中", "中:0-1 中:1-2")]
    [InlineData("a\u2260b", "a:0-1 =:1-2 b:2-3")]
    [InlineData("ab xyz", "a:0-1 ##b:1-2 [UNK]:3-6")]
    [InlineData("[CLS]", "[:0-1 cls:1-4 ]:4-5")]
    [InlineData("\u0301 a", "a:2-3")]
    public void Encode_GivesPiecesWithPlacesInTheOriginal(string text, string expected)
    {
        var pieces = new WordPieceTokenizer(Small).Encode(text);

        Assert.Equal(expected, string.Join(' ', pieces.Select(piece => $"{Small.Token(piece.Id)}:{piece.Start}-{piece.End}")));
    }

    [Fact]
    public void Encode_TakesLiteralSpecialTokens_OnlyWhenAskedTo()
    {
        var recognised = new WordPieceTokenizer(Small, SpecialTokens.Recognise).Encode("the[CLS]the [MASK]");
        var asText = new WordPieceTokenizer(Small).Encode("the[CLS]the [MASK]");

        Assert.Equal([8, 2, 8, 4], recognised.Select(piece => piece.Id));
        Assert.Equal([(0, 3), (3, 8), (8, 11), (12, 18)], recognised.Select(piece => (piece.Start, piece.End)));
        Assert.Equal([0, 1, 2, 3], recognised.Select(piece => piece.Word));
        Assert.DoesNotContain(asText, piece => piece.Id == Small.ClsId || piece.Id == Small.MaskId);
    }

    [Fact]
    public void Encode_MakesOneUnknown_WhenWordHasMoreThan100Characters()
    {
        var tokenizer = new WordPieceTokenizer(Letters);

        Assert.Equal(100, tokenizer.Encode(new string('a', 100)).Count);
        Assert.Equal([new Piece(Letters.UnknownId, 1, 102, 0)], tokenizer.Encode(" " + new string('a', 101) + " "));
        Assert.Equal(new Piece(Letters.UnknownId, 0, 5000, 0), tokenizer.Encode(new string('b', 5000) + "!")[0]);
    }

    [Fact]
    public void Encode_KeepsOffsetsExact_ForRandomUnicode()
    {
        var tokenizer = new WordPieceTokenizer(Letters);
        var pieces = new List<Piece>();
        for (var seed = 0; seed < 2000; seed++)
        {
            var text = RandomText(new Random(seed));

            pieces.Clear();
            tokenizer.Encode(text, pieces);

            Assert.Equal(pieces.Count, tokenizer.CountPieces(text));
            for (var i = 0; i < pieces.Count; i++)
            {
                var (id, start, end, word) = pieces[i];
                Assert.True(0 <= start && start < end && end <= text.Length, $"seed {seed}: piece {i} is outside the text");
                Assert.True(i == 0 ? word == 0 : start >= pieces[i - 1].Start && end >= pieces[i - 1].End && word - pieces[i - 1].Word is 0 or 1,
                    $"seed {seed}: piece {i} is out of order");
                if (id == Letters.UnknownId)
                    continue;
                var token = Letters.Token(id).Replace("##", "", StringComparison.Ordinal);
                var original = Uncased(text[start..end]);
                // A syllable of Hangul gives several pieces of one place.
                Assert.True(original == token || original.Any(c => c is >= '\u1100' and <= '\u11FF') && original.Contains(token, StringComparison.Ordinal),
                    $"seed {seed}: '{text[start..end]}' is not '{token}'");
            }
            // Whatever is in no piece is nothing to BERT: white space, marks without a letter, controls.
            for (var at = 0; at < text.Length; at++)
            {
                if (pieces.TrueForAll(piece => at < piece.Start || at >= piece.End) && Rune.TryGetRuneAt(text, at, out var rune))
                    Assert.True(string.IsNullOrWhiteSpace(Uncased(rune.ToString())), $"seed {seed}: '{rune}' is in no piece");
            }
        }
    }

    [Fact]
    public async Task Encode_GivesTheSame_OnManyThreads()
    {
        var tokenizer = new WordPieceTokenizer(Letters);
        var texts = Enumerable.Range(0, 200).Select(seed => RandomText(new Random(seed))).ToArray();
        var alone = texts.Select(tokenizer.Encode).ToArray();

        var together = new IReadOnlyList<Piece>[texts.Length];
        await Parallel.ForAsync(0, texts.Length, TestContext.Current.CancellationToken, (i, _) =>
        {
            together[i] = tokenizer.Encode(texts[i]);
            return ValueTask.CompletedTask;
        });

        Assert.Equal(alone, together);
    }

    private static string RandomText(Random random)
    {
        string[] alphabet =
        [
            "a", "B", "c", "th", "ing", "Z", "7", " ", " ", "\n", "!", ".", "-", "é", "e\u0301", "Å", "ß", "İ", "Σ", "α", "β", "γ", "\u0300", "\u200D",
                "\u00AD",
            "\u0000", "\uFFFD", "\u00A0", "\u2028", "가", "각", "中", "文", "\uF900", "😀", "\U00010400", "\U0001D15E", "\uD800", "\uDC00", "\uE000", "≠", "¿", "ﬁ",
                "\u0345",
        ];
        var text = new StringBuilder();
        for (var i = random.Next(40); i > 0; i--)
            text.Append(alphabet[random.Next(alphabet.Length)]);
        return text.ToString();
    }

    // Written apart from the tokenizer, on whole strings: lower case, NFD, no marks, no controls.
    private static string Uncased(string text)
    {
        var decomposed = CanonicalForms.Decompose(
            string.Concat(text.EnumerateRunes().Select(rune => rune.Value == 0x130 ? "i" : Rune.ToLowerInvariant(rune).ToString())));
        return string.Concat(decomposed.EnumerateRunes()
            .Where(rune => rune.Value != 0xFFFD
                && Rune.GetUnicodeCategory(rune).ToString() is not ("NonSpacingMark" or "Control" or "Format" or "PrivateUse" or "OtherNotAssigned")));
    }
}
