using Bunit;
using RealmWeb.Client.Components.Ask;
using RealmWeb.Contracts.Questions;

namespace RealmWeb.Client.Tests.Components.Ask;

public sealed class AnswerTests : ComponentTests
{
    [Fact]
    public void Answer_NamesThePassagesThatAgree()
    {
        var block = Render(Response(
            "Fleming", Passage(1, "Penicillin", true), Passage(2, "Florey", false), Passage(3, "Penicillin", true), Passage(4, "Mould", true)));

        Assert.Equal("3 of 4 passages agree: Penicillin (2), Mould", block.Find(".agreement").TextContent);
    }

    [Fact]
    public void Answer_NamesItsPassage_WhenNoOtherAgrees()
    {
        var block = Render(Response("Fleming", Passage(1, "Penicillin", true), Passage(2, "Florey", false)));

        Assert.Equal("1 of 2 passages says so: Penicillin", block.Find(".agreement").TextContent);
    }

    [Fact]
    public void Answer_CountsOnlyThePassagesThatWereRead()
    {
        var unread = Passage(3, "Tide", false) with { Start = null, End = null, ReaderProbability = null, Share = null };

        Assert.Equal("1 of 2 passages says so: Penicillin",
            Render(Response("Fleming", Passage(1, "Penicillin", true), Passage(2, "Florey", false), unread)).Find(".agreement").TextContent);
        Assert.Equal("The one passage near enough to be read: Penicillin",
            Render(Response("Fleming", Passage(1, "Penicillin", true), unread)).Find(".agreement").TextContent);
    }

    [Theory]
    [InlineData(true, "Confidence")]
    [InlineData(false, "Score")]
    public void Answer_SpeaksOfConfidence_OnlyWhereItWasFitted(bool calibrated, string name)
    {
        var block = Render(Response("Fleming", Passage(1, "Penicillin", true)) with { Calibrated = calibrated });

        Assert.Equal(name, block.Find(".score-label").TextContent);
        Assert.Equal(calibrated, block.Markup.Contains("onfidence", StringComparison.Ordinal));
    }

    [Fact]
    public void Refusal_NamesTheNearestPassages()
    {
        var refusal = Response(null, Passage(1, "Moon", false), Passage(2, "Tide", false), Passage(3, "Moon", false), Passage(4, "Mars", false));

        var block = Render(refusal);

        Assert.Equal("No answer in these documents", block.Find("h2").TextContent);
        Assert.Equal("Nearest passages: Moon (2), Tide.", block.Find(".nearest").TextContent);
        Assert.Equal("No answer in these documents. Nearest passages: Moon (2), Tide.", AnswerBlock.Announce(refusal));
    }

    [Fact]
    public void Refusal_SaysThatNothingIsNear_WhenNothingWasFound() =>
        Assert.Equal("No passage is near the question.", Render(Response(null)).Find(".nearest").TextContent);

    private IRenderedComponent<AnswerBlock> Render(AskResponse response) => Browser.Render<AnswerBlock>(block => block.Add(b => b.Response, response));

    private static AskResponse Response(string? answer, params EvidencePassage[] evidence) => new(
        "Who?", "science", answer, answer is null, 0.8, 0.1, [], evidence, new StageTimings(1, 1, 1, 3), "model", "g1");

    private static EvidencePassage Passage(int number, string title, bool agrees) =>
        new(number, $"b{number}", number, title, "Fleming found it.", 0, 0, 7, 1, 0.5, 0.5, 0.25) { Agrees = agrees };
}
