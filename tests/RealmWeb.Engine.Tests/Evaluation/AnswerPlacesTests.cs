using RealmWeb.Engine.Corpora;
using RealmWeb.Engine.Evaluation;
using RealmWeb.Engine.Questions;
using RealmWeb.Engine.Text;

namespace RealmWeb.Engine.Tests.Evaluation;

public sealed class AnswerPlacesTests
{
    private const string Context =
        "In 1871 the town of Velm dug a harbour for its fleet. Fifty years went by and nobody wrote a line. Then, in 1871 letters, the harbour was praised by "
            + "Aldo.";

    [Fact]
    public void Find_TellsTwoMentionsApart()
    {
        // given "1871" twice, and a block in which other text stands before the passage
        var block = $"The year 1871 was cold. {Context} What followed is another story.";
        var first = Context.IndexOf("1871", StringComparison.Ordinal);
        var second = Context.IndexOf("1871", first + 1, StringComparison.Ordinal);

        Assert.Equal(new TextSpan(24 + first, 28 + first), AnswerPlaces.Find(block, Context, new TextSpan(first, first + 4)));
        Assert.Equal(new TextSpan(24 + second, 28 + second), AnswerPlaces.Find(block, Context, new TextSpan(second, second + 4)));
    }

    [Fact]
    public void Find_GoesByOneSide_WhenTheBlockIsCutBesideTheAnswer()
    {
        var at = Context.IndexOf("Aldo", StringComparison.Ordinal);
        // The block ends with the answer, or begins with it.
        var ending = $"Long before that. {Context[60..(at + 4)]} and many more.";
        var harbour = Context.IndexOf("harbour", StringComparison.Ordinal);
        var beginning = Context[harbour..];

        Assert.Equal("Aldo", AnswerPlaces.Find(ending, Context, new TextSpan(at, at + 4))!.Value.Of(ending));
        Assert.Equal(new TextSpan(0, 7), AnswerPlaces.Find(beginning, Context, new TextSpan(harbour, harbour + 7)));
    }

    [Fact]
    public void Find_FindsNothing_WhenTheSurroundingsAreElsewhere()
    {
        var at = Context.IndexOf("1871", StringComparison.Ordinal);

        // the cut goes through the answer; the words stand in the block, but in another sentence
        Assert.Null(AnswerPlaces.Find(Context[..(at + 2)], Context, new TextSpan(at, at + 4)));
        Assert.Null(AnswerPlaces.Find("Nothing happened in 1871 or later.", Context, new TextSpan(at, at + 4)));
        Assert.Null(AnswerPlaces.Find("", Context, new TextSpan(at, at + 4)));
    }

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(5, 5)]
    [InlineData(150, 400)]
    public void Find_FindsNothing_WhenTheSpanIsNone(int start, int end) => Assert.Null(AnswerPlaces.Find(Context, Context, new TextSpan(start, end)));

    [Fact]
    public void Answers_WantsThePlace_WhereTheQuestionHasOne()
    {
        var block = Block.Create("Velm", Context, 0);
        var other = Block.Create("Cold", "The year 1871 was cold.", 0);
        var start = Context.IndexOf("1871", StringComparison.Ordinal);
        var placed = new QuestionExample("1", "When?", ["1871"], "Velm", Context, [start], null, false);
        var open = placed with { Context = null, AnswerStarts = null };
        var impossible = new QuestionExample("2", "Who?", [], "Velm", Context, null, null, true);

        Assert.True(GoldPassages.Answers(placed, block));
        Assert.False(GoldPassages.Answers(placed, other));
        Assert.True(GoldPassages.Answers(open, other));
        Assert.False(GoldPassages.Answers(impossible, block));
    }
}
