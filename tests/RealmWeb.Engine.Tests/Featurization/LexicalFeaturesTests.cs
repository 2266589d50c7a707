using System.Text;
using RealmWeb.Engine.Featurization;
using RealmWeb.Engine.Tests.Models;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Featurization;

public sealed class LexicalFeaturesTests
{
    // Token and idf; vectors of two numbers where a piece has one.
    private static readonly (string Token, float Idf, float[]? Vector)[] Pieces =
    [
        ("[PAD]", 0, null), ("[UNK]", 8, null), ("[CLS]", 0, null), ("[SEP]", 0, null), ("[MASK]", 0, null),
        ("the", .5f, null), ("river", 4, [1, 0]), ("nile", 7, null), ("flows", 5, null), ("north", 3.5f, null), (".", .1f, null), ("what", 2, null),
        ("stream", 6, [.8f, .6f]), ("lake", 4, [0, 1]), ("swim", 5, null), ("##mer", 3, null), ("who", 2, null), ("how", 2, null), ("many", 2.6f, null),
            ("s", 1, null),
        ("swims", 6, null), ("1999", 6, null), ("12", 5, null), ("may", 4, null), ("usa", 6, null), ("ten", 4, null), ("?", .1f, null), ("b2", 6, null),
        ("swimming", 6, null), ("year", 4, null), ("which", 2, null), ("percent", 4, null), ("when", 2, null), ("where", 2, null), ("why", 2, null),
            ("does", 2, null),
    ];

    private static readonly Vocabulary Vocabulary = new(Pieces.Select(piece => piece.Token));
    private static readonly WordPieceTokenizer Tokenizer = new(Vocabulary);
    private static readonly LexicalFeatures WithoutVectors = new(Tokenizer, new LexicalStatistics([.. Pieces.Select(piece => piece.Idf)], [], 0));
    private static readonly LexicalFeatures WithVectors = new(Tokenizer, LexicalStatistics.Create(
        [.. Pieces.Select(piece => piece.Idf)], [.. Pieces.SelectMany(piece => piece.Vector ?? [0, 0])], 2));

    [Fact]
    public void Compute_IsWhatOneGetsByHand()
    {
        // given a question of which "river" and "flows" occur; the pieces are The River Nile flows north .
        var levels = Compute("what river flows", "The River Nile flows north.");

        // then, each level one below what is stored:
        Assert.Equal([0, 2, 0, 2, 0, 0], Feature(levels, "match"));
        // 4 (1 - d/13) around River plus 5 (1 - d/13) around flows, in thirteenths: 98 107 108 109 100 91; eighths of the highest
        Assert.Equal([7, 7, 7, 7, 7, 6], Feature(levels, "density"));
        Assert.Equal([5, 5, 5, 8, 8, 6], Feature(levels, "shape"));
        Assert.Equal([0, 0, 0, 0, 0, 0], Feature(levels, "continuation"));
        Assert.Equal([0, 2, 0, 2, 0, 0], Feature(levels, "word"));
        Assert.Equal([0, 2, 0, 2, 0, 0], Feature(levels, "stem"));
        Assert.Equal([0, 2, 3, 2, 1, 0], Feature(levels, "rarity"));
        Assert.Equal([0, 1, 2, 1, 2, 3], Feature(levels, "left"));
        Assert.Equal([2, 1, 2, 1, 0, 0], Feature(levels, "right"));
        Assert.Equal([5, 5, 5, 5, 5, 5], Feature(levels, "sentence"));
        Assert.Equal([45, 45, 45, 48, 48, 46], Feature(levels, "type"));
        Assert.Equal([0, 0, 0, 0, 0, 0], Feature(levels, "similar"));
        Assert.Equal([0, 0, 0, 0, 0, 0], Feature(levels, "smooth"));
        Assert.Equal([1, 1, 1, 1, 1, 1], Feature(levels, "focus"));
    }

    [Fact]
    public void Compute_ComparesSentences()
    {
        // Nile 7 and river 4 in the first sentence, river 4 alone in the second (4/11), nothing in the third.
        var levels = Compute("nile river", "Nile river. The river. North.");

        Assert.Equal([5, 5, 5, 2, 2, 2, 1, 1], Feature(levels, "sentence"));
        Assert.Equal([0, 0, 0, 0, 0, 0], Feature(Compute("who", "The river flows north . Ten"), "sentence"));
    }

    [Fact]
    public void Compute_KnowsStemsAndContinuations()
    {
        // "swimmer" is swim + ##mer and shares its first five letters with "swimming"
        var levels = Compute("swimming", "The swimmer swims");

        Assert.Equal([0, 0, 1, 0], Feature(levels, "continuation"));
        Assert.Equal([0, 1, 1, 0], Feature(levels, "stem"));
        Assert.Equal([0, 0, 0, 0], Feature(levels, "word"));
        // rarity is that of the piece; a stem's weight, 0.7 * 5, is that of its word, and counts as content
        Assert.Equal([0, 2, 1, 3], Feature(levels, "rarity"));
        Assert.Equal([2, 1, 1, 0], Feature(levels, "right"));
        Assert.Equal([0, 1, 1, 2], Feature(levels, "left"));
    }

    [Fact]
    public void Compute_TellsShapes() =>
        Assert.Equal(
            [1, 2, 3, 4, 5, 6, 7, 8, 9, 8],
            Feature(Compute("who", "1999 12 b2 USA River ? ten river May may"), "shape"));

    [Fact]
    public void Compute_FollowsMeaning_WhenThereAreVectors()
    {
        // cos(stream, river) = 0.8, cos(lake, river) = 0, cos(river, river) = 1
        var levels = Compute("what river", "stream lake river", WithVectors);

        Assert.Equal([6, 0, 7], Feature(levels, "similar"));
        // river is the focus too: one more than 0.6 ≤ 0.8 < 0.9 passes, 0, and all bounds
        Assert.Equal([7, 1, 8], Feature(levels, "focus"));
        // river: (1 - 0.2) * 4 = 3.2 falls to 9/11 and less; lake gets 3.2 * 10/11 of it, stream max(2.4, 3.2 * 9/11)
        Assert.Equal([6, 7, 7], Feature(levels, "smooth"));
    }

    [Theory]
    [InlineData("what river flows", "river")]
    [InlineData("what does the river flows", "river")]
    [InlineData("how many swim", "many")]
    [InlineData("who flows north", null)]
    [InlineData("what the . the", null)]
    [InlineData("what the . the s river", null)]
    public void Analyse_FindsTheFocus(string question, string? focus) =>
        Assert.Equal(focus, WithoutVectors.Analyse(question, Tokenizer.Encode(question)).FocusPiece is { } id ? Vocabulary.Token(id) : null);

    [Theory]
    [InlineData("Who swims?", QuestionType.Who)]
    [InlineData("how many swim", QuestionType.Quantity)]
    [InlineData("how does the nile flows", QuestionType.How)]
    [InlineData("what year", QuestionType.When)]
    [InlineData("in which the year", QuestionType.When)]
    [InlineData("what the river year", QuestionType.What)]
    [InlineData("which percent", QuestionType.Quantity)]
    [InlineData("when swims who", QuestionType.When)]
    [InlineData("where flows the nile", QuestionType.Where)]
    [InlineData("why", QuestionType.Why)]
    [InlineData("the nile", QuestionType.Other)]
    [InlineData("", QuestionType.Other)]
    public void Analyse_FindsTheType(string question, QuestionType type) =>
        Assert.Equal(type, WithoutVectors.Analyse(question, Tokenizer.Encode(question)).Type);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Compute_StaysWithinItsTables_WhateverTheText(int seed)
    {
        var random = new Random(seed);
        var features = new LexicalFeatures(TinyModel.Tokenizer, TinyModel.Statistics);
        for (var round = 0; round < 200; round++)
        {
            var (question, text) = (RandomText(random, 20), RandomText(random, 200));
            var (asked, pieces) = (TinyModel.Tokenizer.Encode(question), TinyModel.Tokenizer.Encode(text));

            var levels = features.Compute(features.Analyse(question, asked), text, pieces);

            Assert.Equal(pieces.Count * LexicalFeatures.Count, levels.Length);
            for (var i = 0; i < levels.Length; i++)
                Assert.InRange(levels[i], 1, LexicalFeatures.Sizes[i % LexicalFeatures.Count] - 1);
            Assert.Equal(levels, features.Compute(features.Analyse(question, asked), text, TinyModel.Tokenizer.Encode(text)));
        }
    }

    [Fact]
    public void Names_AndSizesAgree()
    {
        Assert.Equal(LexicalFeatures.Count, LexicalFeatures.Names.Count);
        Assert.Equal(LexicalFeatures.Count, LexicalFeatures.Sizes.Count);
        Assert.Equal(LexicalFeatures.Count, LexicalFeatures.Names.Distinct().Count());
    }

    [Fact]
    public void CountInverseDocumentFrequency_CountsParagraphsOnce()
    {
        var idf = LexicalStatistics.CountInverseDocumentFrequency([[0, 0, 1], [0], [0, 2], [0, 1]], 4);

        Assert.Equal([0, MathF.Log(2), MathF.Log(4), MathF.Log(4)], idf);
    }

    [Fact]
    public void Similarity_IsTheCosine()
    {
        var statistics = LexicalStatistics.Create(new float[4], [3, 4, 30, 40, -4, 3, 0, 0], 2);

        Assert.Equal(1, statistics.Similarity(0, 1), 0.01);
        Assert.Equal(0, statistics.Similarity(0, 2), 0.01);
        Assert.Equal(0, statistics.Similarity(0, 3));
    }

    private static byte[] Compute(string question, string text, LexicalFeatures? features = null)
    {
        features ??= WithoutVectors;
        return features.Compute(features.Analyse(question, Tokenizer.Encode(question)), text, Tokenizer.Encode(text));
    }

    // The levels of one feature as the names of the code have them, without the row for "none".
    private static int[] Feature(byte[] levels, string name)
    {
        var feature = LexicalFeatures.Names.ToList().IndexOf(name);
        return [.. levels.Where((_, i) => i % LexicalFeatures.Count == feature).Select(level => level - 1)];
    }

    // Words of the vocabulary, marks, digits, other scripts, astral characters, lone surrogates and combining marks.
    private static string RandomText(Random random, int words)
    {
        var text = new StringBuilder();
        for (var w = random.Next(words + 1); w > 0; w--)
        {
            switch (random.Next(8))
            {
                case 0:
                    text.Append((char)random.Next(0x20, 0x3000));
                    break;
                case 1:
                    text.Append((char)random.Next(0xD800, 0xE000));
                    break;
                case 2:
                    text.Append(char.ConvertFromUtf32(random.Next(0x10000, 0x20000)));
                    break;
                case 3:
                    text.Append(random.Next(100_000));
                    break;
                case 4:
                    text.Append("e\u0301\u0302 .?!");
                    break;
                default:
                    text.Append(TinyModel.Articles[random.Next(8)].Text.Split(' ')[random.Next(10)]);
                    break;
            }
            if (random.Next(4) > 0)
                text.Append(' ');
        }
        return text.ToString();
    }
}
