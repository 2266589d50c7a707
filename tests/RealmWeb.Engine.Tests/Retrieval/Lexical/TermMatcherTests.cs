using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Models;
using RealmWeb.Engine.Retrieval.Lexical;
using RealmWeb.Engine.Text;
using TorchSharp;

namespace RealmWeb.Engine.Tests.Retrieval.Lexical;

public sealed class TermMatcherTests
{
    // Each word with its vector; those of a pair of opposites make the mean of all rows 0.
    private static readonly (string Word, float[] Vector)[] Table =
    [
        ("[PAD]", [0, 0, 0]), ("[UNK]", [0, 0, 0]), ("[CLS]", [0, 0, 0]), ("[SEP]", [0, 0, 0]), ("[MASK]", [0, 0, 0]), (".", [0, 0, 0]),
        ("who", [0, 0, -2]), ("invented", [4, 3, 0]), ("invention", [5, 0, 0]), ("telephone", [0, 0, 2]), ("bell", [-4, -3, 0]), ("##s", [-5, 0, 0]),
    ];

    private static readonly WordVectors Vectors = new(
        torch.tensor(Table.SelectMany(row => row.Vector).ToArray(), [Table.Length, 3]), new WordPieceTokenizer(new Vocabulary(Table.Select(row => row.Word))));

    // ln-odds of 3 and 1.
    private static readonly TermMatcher Matcher = new([new("invented", 3), new("telephone", 1)], Vectors);

    [Fact]
    public void Match_IsWhole_WhereASentenceHoldsAllTermsInARow() =>
        Assert.Equal(new TermMatch(1, 1, 1), Matcher.Match(Block.Create("", "Bell Bell. Bell invented telephone. Bell", 0)));

    [Fact]
    public void Match_CountsAWord_ByTheCosineOfItsVector()
    {
        // given a cosine of 0.8, which is three quarters of the way from 0.2 to 1
        var match = Matcher.Match(Block.Create("", "Bell invention", 0));

        Assert.Equal(3 * 0.75 / 4, match.Sentence, 1e-6);
        Assert.Equal(match.Sentence, match.Passage, 1e-6);
        Assert.Equal(0, match.Near);
    }

    [Fact]
    public void Match_TakesTheBestSentence_AndTheWholePassage()
    {
        var match = Matcher.Match(Block.Create("", "Who invented Bell. Bell Bell telephone who", 0));

        Assert.Equal(0.75, match.Sentence, 1e-6);
        Assert.Equal(1, match.Passage, 1e-6);
    }

    [Fact]
    public void Match_AddsTheTitleToEverySentence() =>
        Assert.Equal(1, Matcher.Match(Block.Create("Telephone", "Bell invented who", 0)).Sentence, 1e-6);

    [Theory]
    [InlineData("telephone who who invented", 1)]
    [InlineData("invented who who who telephone", 0)]
    [InlineData("invention telephone", 0.75)]
    public void Match_LooksForNeighboursOfTheQuestion_WithinThreeWords(string text, double near) =>
        Assert.Equal(near, Matcher.Match(Block.Create("", text, 0)).Near, 1e-6);

    [Fact]
    public void Match_ReadsTheContextOfABlock()
    {
        var row = Block.Create("", "Bell", 0) with { Context = "invented telephone\n" };

        Assert.Equal(1, Matcher.Match(row).Sentence, 1e-6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("... !?")]
    [InlineData("σήμερα 中文")]
    public void Match_IsNothing_WhereNoWordIsKnown(string text) => Assert.Equal(default, Matcher.Match(Block.Create("", text, 0)));

    [Fact]
    public void Match_IsNothing_WithoutTerms() => Assert.Equal(default, new TermMatcher([], Vectors).Match(Block.Create("", "invented", 0)));

    [Fact]
    public void Vectors_AreTheMeanOfTheirPieces_WithLengthOne()
    {
        // given "bells", whose pieces' mean is (-4.5, -1.5, 0), and a word that no piece fits
        var (bells, unknown) = (new float[3], new[] { 1f, 2, 3 });
        Vectors.Of([.. Vectors.Tokenizer.Encode("Bells")], bells);
        Vectors.Of([.. Vectors.Tokenizer.Encode("中")], unknown);

        Assert.Equal([-4.5f / MathF.Sqrt(22.5f), -1.5f / MathF.Sqrt(22.5f), 0], bells, (expected, actual) => Math.Abs(expected - actual) < 1e-5);
        Assert.Equal([0f, 0, 0], unknown);
    }
}
