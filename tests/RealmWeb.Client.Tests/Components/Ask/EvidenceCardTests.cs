using Bunit;
using RealmWeb.Client.Components.Ask;
using RealmWeb.Contracts.Questions;

namespace RealmWeb.Client.Tests.Components.Ask;

public sealed class EvidenceCardTests : ComponentTests
{
    [Fact]
    public void Mark_IsTheAnswer_WhenTheServerSaysSo()
    {
        // given words that read like the answer though they are spelled otherwise
        var card = Render(Passage("The Orne flows here.", "The Orne") with { Agrees = true }, "Orne");

        Assert.Equal(("The Orne", "answer", null), (Mark(card), card.Find("mark").GetAttribute("aria-label"), card.Find("mark").GetAttribute("class")));
        Assert.Equal("Answer", card.Find(".evidence-agrees").TextContent);
    }

    [Fact]
    public void Mark_IsFaint_WhenItsWordsAreOthers()
    {
        var card = Render(Passage("The Orne flows here.", "Orne"), "Loire");

        Assert.Equal("mark-faint", card.Find("mark").GetAttribute("class"));
        Assert.Empty(card.FindAll(".evidence-agrees"));
    }

    [Fact]
    public async Task Text_BeginsShortlyBeforeTheMark_WhenItIsFolded()
    {
        // given an answer at the end of a long passage
        var long_ = string.Concat(Enumerable.Repeat("The valley is green and wide. ", 30)) + "Its river is the Orne.";
        var card = Render(Passage(long_, "Orne") with { Agrees = true }, "Orne");

        // then what stands before it is hidden but for some words, and all of it comes back
        var skipped = card.Find(".evidence-text span[hidden]").TextContent;
        Assert.InRange(long_.Length - skipped.Length, 30, 140);
        Assert.EndsWith(" ", skipped, StringComparison.Ordinal);
        Assert.Equal((long_, "Orne"), (card.Find(".evidence-text").TextContent, Mark(card)));
        await card.InvokeAsync(() => card.FindAll("button").Single(button => button.TextContent == "More").Click());
        Assert.Empty(card.FindAll("span[hidden]"));
        Assert.Equal((long_, "Orne"), (card.Find(".evidence-text").TextContent, Mark(card)));
    }

    [Fact]
    public void Text_BeginsAtItsBeginning_WhenTheMarkIsSeenThere()
    {
        var card = Render(Passage("The Orne is a river. " + new string('x', 600), "Orne") with { Agrees = true }, "Orne");

        Assert.Empty(card.FindAll("span[hidden]"));
        Assert.Contains("evidence-clamped", card.Find(".evidence-text").ClassList);
    }

    [Theory]
    [InlineData("Rivers", "Rivers")]
    // Said already.
    [InlineData("Orne valley", null)]
    [InlineData("The valley", null)]
    [InlineData(null, null)]
    public void Heading_IsSaid_WhereNeitherTitleNorPassageShowIt(string? heading, string? shown)
    {
        var card = Render(Passage("The valley\n\nThe Orne flows here.", "Orne") with { Title = "Orne valley", Heading = heading }, "Orne");

        Assert.Equal(shown, card.FindAll(".evidence-heading").SingleOrDefault()?.TextContent);
    }

    [Fact]
    public void Title_IsALinkWithWords_WhenTheDocumentHasNoTitle()
    {
        // given a row of a table without a column for titles
        var card = Render(Passage("The Orne flows here.", "Orne") with { Title = "" }, "Orne");

        Assert.Equal("Untitled", card.Find("h3 a").TextContent);
    }

    private static string Mark(IRenderedComponent<EvidenceCard> card) => card.Find("mark").TextContent;

    private IRenderedComponent<EvidenceCard> Render(EvidencePassage passage, string answer) =>
        Browser.Render<EvidenceCard>(card => card.Add(c => c.Passage, passage).Add(c => c.Corpus, "valley").Add(c => c.Answer, answer));

    [Fact]
    public void List_ShowsTheSameWordsOfTwoDocuments()
    {
        var passage = Passage("The Orne flows here.", "Orne");

        var list = Browser.Render<EvidenceList>(shown => shown.Add(l => l.Corpus, "valley")
            .Add(l => l.Passages, [passage, passage with { Number = 2, DocumentId = 2 }]));

        Assert.Equal(2, list.FindComponents<EvidenceCard>().Count);
    }

    private static EvidencePassage Passage(string text, string words)
    {
        var start = text.IndexOf(words, StringComparison.Ordinal);
        return new(1, "b1", 1, "Valley", text, 0, start, start + words.Length, 1, 0.9, 0.8, 0.72);
    }
}
