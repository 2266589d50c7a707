namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>Saying what is right or wrong with an answer.</summary>
public sealed class FlagJourneys(Site site)
{
    [Fact]
    public async Task Asker_FlagsAWrongPassage_UndoesIt_MarksTheAnswer_AndFindsItUnderAccount()
    {
        await using var visit = await site.VisitAsAdminAsync();
        await visit.OpenSampleAsync();
        // By its address: nobody types, so that keys are keys.
        await visit.LoadAsync($"{SampleSteps.Sample}?q=Who%20discovered%20penicillin%3F");
        await visit.Locator(".flag-choices").WaitForAsync();

        // flagged by the keys, and undone
        await visit.Page.Keyboard.PressAsync("j");
        await visit.Page.Keyboard.PressAsync("n");
        var wrong = visit.Locator("#evidence-1 button:has-text('Does not belong here')");
        await Assertions.Expect(wrong).ToHaveAttributeAsync("aria-pressed", "true");
        await visit.Locator(".mud-snackbar:has-text('Passage 1 does not belong here') button:has-text('Undo')").ClickAsync();
        await Assertions.Expect(wrong).ToHaveAttributeAsync("aria-pressed", "false");

        // flagged again, with a note
        await wrong.ClickAsync();
        await visit.Page.Keyboard.PressAsync("f");
        await Assertions.Expect(visit.Locator("#flag-1")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("2");
        await Assertions.Expect(visit.Locator("#flag-2")).ToHaveAttributeAsync("aria-pressed", "true");
        await visit.Page.FillAsync("#flag-note", "It was Fleming.");
        await visit.Page.PressAsync("#flag-note", "Tab");
        await visit.Page.GetByText("The note is kept").First.WaitForAsync();

        // the words that are the answer: a passage that is searched for, marked by the keys
        await visit.Page.GetByText("I know where it is").ClickAsync();
        await Assertions.Expect(visit.Locator("#place-words")).ToBeFocusedAsync();
        await visit.Page.FillAsync("#place-words", "Fleming penicillin mould");
        await visit.Page.PressAsync("#place-words", "Enter");
        await visit.Page.GetByText("the best first").WaitForAsync();
        await visit.Locator(".place").First.ClickAsync();
        await visit.Locator("#place-text").FocusAsync();
        foreach (var key in new[] { "ArrowRight", "ArrowRight", "Shift+ArrowRight" })
            await visit.Page.Keyboard.PressAsync(key);
        var marked = visit.Locator("#place-text mark");
        await Assertions.Expect(marked).ToContainTextAsync(" ");
        var words = await marked.InnerTextAsync();
        await visit.Page.GetByText("This is the answer").ClickAsync();
        await Assertions.Expect(visit.Locator(".flag-place mark")).ToHaveTextAsync(words);
        // The page shows it before the site has it.
        await visit.Page.GetByText($"Marked: {words}").First.WaitForAsync();

        await visit.OpenAsync("/account");
        var row = visit.Locator("section[aria-labelledby=own-flags-title] tr:has-text('Who discovered penicillin?')");
        await Assertions.Expect(row).ToContainTextAsync($"Wrong answer, passage 1 does not belong, it says “{words}”");
        await Assertions.Expect(row).ToContainTextAsync("“It was Fleming.”");
        await Assertions.Expect(row).ToContainTextAsync("Waits for an annotator");
    }

    [Fact]
    public async Task Words_AreMarkedWhole_WhenTheMouseSelectsPartsOfThem()
    {
        await using var visit = await site.VisitAsAdminAsync();
        await visit.OpenSampleAsync();
        await visit.AskAsync("Who discovered penicillin?");
        await visit.Locator(".flag-choices").WaitForAsync();
        await visit.Page.GetByText("I know where it is").ClickAsync();
        await visit.Locator(".place").First.ClickAsync();
        var text = visit.Locator("#place-text");

        // from within the second word to within the fourth
        var ends = await text.EvaluateAsync<double[]>(
            """
            text => {
                const node = document.createTreeWalker(text, NodeFilter.SHOW_TEXT).nextNode();
                const words = [...node.data.matchAll(/[\p{L}\p{N}]+/gu)];
                const box = word => {
                    const range = document.createRange();
                    range.setStart(node, word.index + 1);
                    range.setEnd(node, word.index + 2);
                    return range.getBoundingClientRect();
                };
                const [from, to] = [box(words[1]), box(words[3])];
                return [from.left, from.top + from.height / 2, to.right, to.top + to.height / 2];
            }
            """);
        await visit.Page.Mouse.MoveAsync((float)ends[0], (float)ends[1]);
        await visit.Page.Mouse.DownAsync();
        await visit.Page.Mouse.MoveAsync((float)ends[2], (float)ends[3], new() { Steps = 5 });
        await visit.Page.Mouse.UpAsync();

        await visit.Locator("#place-text mark").WaitForAsync();
        var expected = await text.EvaluateAsync<string>("text => { const w = [...text.textContent.matchAll(/[\\p{L}\\p{N}]+/gu)]; "
            + "return text.textContent.slice(w[1].index, w[3].index + w[3][0].length); }");
        await Assertions.Expect(visit.Locator("#place-text mark")).ToHaveTextAsync(expected);
    }
}
