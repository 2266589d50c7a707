using System.Text.RegularExpressions;

namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>Asking the sample corpus.</summary>
public sealed class AskJourneys(Site site)
{
    [Fact]
    public async Task Ask_MarksWordsThatEqualTheAnswer_WhenTheCorpusHoldsIt()
    {
        await using var visit = await site.VisitAsync();
        await visit.OpenSampleAsync();

        await visit.Locator(".examples a").First.ClickAsync();
        var answer = await visit.Locator(".answer-words").InnerTextAsync();

        await Assertions.Expect(visit.Locator("#evidence-1 mark[aria-label=answer]")).ToBeInViewportAsync();
        var marks = await visit.Locator(".evidence mark[aria-label=answer]").AllInnerTextsAsync();
        Assert.Contains(answer, marks);
        Assert.Equal(5, await visit.Locator(".evidence").CountAsync());
        // A document's heading stands on the card once, above the text; a second time where words of it are marked.
        var titles = await visit.Locator(".evidence h3").AllInnerTextsAsync();
        var texts = await visit.Locator(".evidence-text").AllInnerTextsAsync();
        var marked = await visit.Page.EvaluateAsync<int[]>("""
            () => [...document.querySelectorAll('.evidence-text')].map(text => {
                const before = document.createRange();
                before.setStart(text, 0);
                // A passage that was not read, and that shares no word, has no mark.
                const mark = text.querySelector('mark');
                mark ? before.setEndBefore(mark) : before.setEnd(text, 0);
                return before.toString().trimStart().length;
            })
            """);
        Assert.All(
            titles.Zip(texts, marked).Where(card => card.Third >= card.First.Length),
            card => Assert.False(card.Second.TrimStart().StartsWith(card.First + "\n", StringComparison.Ordinal), card.Second));
        Assert.Contains("?q=", visit.Page.Url);
    }

    [Fact]
    public async Task Ask_ShowsTheAnswersPassageFirst_WithItsMarkInViewOfAPhone()
    {
        await using var visit = await site.VisitAsync(width: 390);
        await visit.OpenSampleAsync();

        await visit.Locator(".examples a").First.ClickAsync();
        var answer = await visit.Locator(".answer-words").InnerTextAsync();

        var mark = visit.Locator("#evidence-1 mark[aria-label=answer]");
        await Assertions.Expect(mark).ToHaveTextAsync(answer);
        await Assertions.Expect(mark).ToBeInViewportAsync();
        await Assertions.Expect(visit.Locator("#evidence-1 .evidence-agrees")).ToHaveTextAsync("Answer");
        // The line under the answer names that passage's document.
        Assert.Contains(await visit.Locator("#evidence-1 h3").InnerTextAsync(), await visit.Locator(".agreement").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Citations_LeadToTheSameText_WhenEachIsOpened()
    {
        await using var visit = await site.VisitAsync();
        await visit.OpenSampleAsync();
        await visit.Locator(".examples a").First.ClickAsync();
        await visit.Locator(".answer-words").WaitForAsync();
        var question = visit.Page.Url;

        for (var number = 1; number <= 5; number++)
        {
            await visit.Locator($"#evidence-{number}").WaitForAsync();
            var cited = await visit.Locator($"#text-{number}").TextContentAsync();
            var marked = visit.Locator($"#text-{number} mark");
            var answer = await marked.CountAsync() == 0 ? null : await marked.TextContentAsync();

            await visit.Locator($"#evidence-{number} h3 a").ClickAsync();

            var passage = visit.Locator("#passage");
            // The card leaves out the document's heading, no more.
            var whole = (await passage.TextContentAsync())!;
            var title = await visit.Locator("h1").TextContentAsync();
            Assert.Contains(whole, new[] { cited, $"{title}\n\n{cited}" });
            if (answer is not null) Assert.Equal(answer, await passage.Locator("mark").TextContentAsync());
            await Assertions.Expect(passage).ToBeInViewportAsync();
            await visit.Page.GoBackAsync();
            Assert.Equal(question, visit.Page.Url);
        }
    }

    [Fact]
    public async Task Ask_SaysThatTheCorpusDoesNotHoldIt_WhenNothingIsNear()
    {
        await using var visit = await site.VisitAsync();
        await visit.OpenSampleAsync();

        await visit.AskAsync("Which zorblat did the quexil of Vrumbledorf swear fealty to?");

        await visit.Locator(".no-answer h2").WaitForAsync();
        Assert.Equal("No answer in these documents", await visit.Locator(".no-answer h2").InnerTextAsync());
        Assert.Equal(0, await visit.Locator(".answer-words, .evidence mark").CountAsync());
        await visit.Page.GetByText("Nearest passages (not an answer)").WaitForAsync();
        Assert.InRange(await visit.Locator(".evidence").CountAsync(), 1, 3);
    }

    [Fact]
    public async Task Stop_KeepsThePassages_WhenTheAnswerIsStillBeingRead()
    {
        await using var visit = await site.VisitAloneAsync();
        var letAnswersThrough = await visit.HoldAnswersAsync();
        await visit.OpenSampleAsync();
        await visit.Locator(".examples a").First.ClickAsync();

        await visit.Locator("#evidence-1").WaitForAsync();
        // The stage comes in a message of its own, after the passages.
        await Assertions.Expect(visit.Locator(".stage-now")).ToHaveTextAsync(new Regex("^Reading [1-5]$"));
        var early = await visit.Locator(".answer-words, .evidence-skeleton").CountAsync();
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.Page.GetByText("Stopped. What had arrived stays.").WaitForAsync();
        var kept = await visit.Locator(".evidence").CountAsync();
        letAnswersThrough();
        await visit.Page.GetByText("Ask again").ClickAsync();
        await visit.Locator(".answer-words").WaitForAsync();

        Assert.Equal(0, early);
        Assert.Equal(5, kept);
    }

    [Fact]
    public async Task WhyTable_ShowsTheProductAndNoAnswer_WhenOpened()
    {
        await using var visit = await site.VisitAsync();
        await visit.OpenSampleAsync();
        await visit.Locator(".examples a").First.ClickAsync();
        await visit.Locator(".answer-words").WaitForAsync();

        await visit.Locator("#evidence-1 >> text=Why this passage?").ClickAsync();

        var rows = await visit.Locator("#evidence-1 .why th").AllInnerTextsAsync();
        Assert.Equal(
            ["Retrieval score f(x, z)", "Retrieval p(z | x)", "Reader p(y | z, x)", "Product: share in the answer", "No answer, over all passages"], rows);
    }

    [Fact]
    public async Task Keys_MoveThroughThePage_WhenNobodyTypes()
    {
        await using var visit = await site.VisitAsync();
        await visit.OpenSampleAsync();
        await visit.LoadAsync(SampleSteps.Sample);
        await Assertions.Expect(visit.Locator("#question")).ToBeFocusedAsync();
        await visit.Locator(".examples a").First.ClickAsync();
        await visit.Locator(".answer-words").WaitForAsync();

        await visit.Page.Keyboard.PressAsync("j");
        await visit.Page.Keyboard.PressAsync("j");
        await Assertions.Expect(visit.Locator("#evidence-2")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("k");
        await Assertions.Expect(visit.Locator("#evidence-1")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("?");
        await visit.Locator(".keys").WaitForAsync();
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.Locator(".keys").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        await visit.Page.Keyboard.PressAsync("/");
        await Assertions.Expect(visit.Locator("#question")).ToBeFocusedAsync();
        await visit.Page.Keyboard.TypeAsync("jk?");

        await Assertions.Expect(visit.Locator("#question")).ToHaveValueAsync("jk?");
    }

    [Fact]
    public async Task Keys_AreShown_WhenTheQuestionBoxIsEmpty()
    {
        // given the first page, which tells of the key while the box has the focus
        await using var visit = await site.VisitAsync();
        await visit.OpenSampleAsync();
        await visit.LoadAsync(SampleSteps.Sample);
        await Assertions.Expect(visit.Locator("#question")).ToBeFocusedAsync();

        await visit.Page.Keyboard.PressAsync("?");

        await visit.Locator(".keys").WaitForAsync();
        await Assertions.Expect(visit.Locator("#question")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task Ask_IsA404_WhenTheCorpusIsUnknown()
    {
        await using var visit = await site.VisitAsync();
        visit.Expect(404);

        await visit.OpenAsync("/c/no-such-corpus");

        await visit.Page.GetByText("There is nothing at this address").WaitForAsync();
    }

    [Fact]
    public async Task FirstPaint_HoldsHeadingAndBox_BeforeAnyScriptRuns()
    {
        using var http = new HttpClient { BaseAddress = site.Address };

        var html = await http.GetStringAsync("/", TestContext.Current.CancellationToken);

        Assert.Contains("Ask your documents", html);
        Assert.Contains("id=\"question\"", html);
        Assert.Contains("Try one of these", html);
    }
}
