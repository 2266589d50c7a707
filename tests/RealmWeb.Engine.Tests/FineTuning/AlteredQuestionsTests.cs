using RealmWeb.Engine.FineTuning;
using RealmWeb.Engine.Questions;

namespace RealmWeb.Engine.Tests.FineTuning;

public sealed class AlteredQuestionsTests
{
    private const string Passage = "In 1871 Ada Merrin built the lighthouse of Velm. Jon Halder painted it white in 1902, and it stayed the tallest of the coast.";

    [Theory]
    [InlineData("When was the tower of Ada Merrin begun?", "1871", new[] { "Velm", "Jon Halder", "Orland" })]
    [InlineData("Who painted the tower in 1902?", "Jon Halder", new[] { "1871", "1644" })]
    [InlineData("Which is the oldest tower?", "Velm", new[] { "newest" })]
    [InlineData("Who did paint it?", "Jon Halder", new[] { "didn't" })]
    public void Alter_ChangesOneThing(string question, string answer, string[] instead)
    {
        // given a question with one thing to change, and others that lend a name and a number
        QuestionExample[] lenders = [Example("Who lived in Orland?", "Nobody"), Example("Who came in 1644?", "Nobody")];
        var altered = new AlteredQuestions(lenders);

        var seen = Enumerable.Range(0, 200).Select(seed => altered.Alter(Example(question, answer), new Random(seed))).Distinct().ToList();

        // then each of the things that fit stands in its place once, and never the answer
        var changed = seen.OfType<string>().Where(other => instead.Any(other.Contains)).ToList();
        Assert.Equal(instead.Order(), instead.Where(word => changed.Any(other => other.Contains(word, StringComparison.Ordinal))).Order());
        Assert.All(seen.OfType<string>(), other => Assert.NotEqual(question, other));
        Assert.All(seen.OfType<string>(), other => Assert.DoesNotContain(answer, other, StringComparison.Ordinal));
    }

    [Fact]
    public void Alter_GivesNone_WhenNothingCanBeChanged() =>
        Assert.Null(new AlteredQuestions([Example("Why so?", "Nobody")]).Alter(Example("Why so?", "Velm"), new Random(1)));

    [Fact]
    public void Alter_DrawsTheSame_WhenTheSeedIsTheSame()
    {
        var altered = new AlteredQuestions([Example("Who lived in Orland in 1644?", "Nobody")]);
        var example = Example("When did Ada Merrin build the first lighthouse of Velm?", "1871");

        Assert.Equal(altered.Alter(example, new Random(7)), altered.Alter(example, new Random(7)));
    }

    private static QuestionExample Example(string question, string answer) =>
        new("1", question, [answer], null, Passage, [Math.Max(0, Passage.IndexOf(answer, StringComparison.Ordinal))], null, false);
}
