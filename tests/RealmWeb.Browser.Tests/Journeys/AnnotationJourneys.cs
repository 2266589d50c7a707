namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>The annotators' desk in a real browser, by keys alone.</summary>
public sealed class AnnotationJourneys(Site site)
{
    [Theory]
    [InlineData(1400)]
    [InlineData(390)]
    public async Task Annotator_GradesMarksSubmitsUndoesAndSubmits_ByKeys(int width)
    {
        await using var visit = await site.VisitAsAdminAsync(width);
        var keyboard = visit.Page.Keyboard;
        var question = $"Who discovered penicillin, asked at {width}?";
        await PutAsync(visit, $"desk-{width}", question);
        await visit.OpenAsync($"/annotate?corpus=desk-{width}");
        await Assertions.Expect(visit.Locator("#desk-question")).ToHaveTextAsync(question);

        await keyboard.PressAsync("j");
        await Assertions.Expect(visit.Locator("#desk-text-1")).ToBeFocusedAsync();
        var mark = visit.Locator("#desk-text-1 .own-mark");
        foreach (var (key, marked) in new[]
        {
            ("ArrowRight", "Penicillin"), ("ArrowRight", "Alexander"), ("Shift+ArrowRight", "Alexander Fleming"), ("Alt+ArrowLeft", "Alexander Flemin"),
        })
        {
            await keyboard.PressAsync(key);
            await Assertions.Expect(mark).ToHaveTextAsync(marked);
        }
        await keyboard.PressAsync("2");
        await Assertions.Expect(visit.Locator("input[name=grade-1][value='2']")).ToBeCheckedAsync();
        Assert.True(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the screen.");
        await keyboard.PressAsync("Enter");

        await Assertions.Expect(visit.Locator("text=All done.")).ToBeVisibleAsync();
        await keyboard.PressAsync("Control+z");
        await Assertions.Expect(mark).ToHaveTextAsync("Alexander Flemin");
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(visit.Locator("text=All done.")).ToBeVisibleAsync();

        var labels = await visit.Page.EvaluateAsync<string[]>(
            "async corpus => (await (await fetch(`/api/annotation/labels?state=Submitted&corpus=${corpus}`)).json()).map(label => label.question)", $"desk-{width}");
        Assert.Equal([question], labels);
    }

    [Fact]
    public async Task Draft_IsKeptOnce_WhenTheConnectionIsCutWhileLabelling()
    {
        await using var visit = await site.VisitAsAdminAsync();
        visit.ExpectCuts();
        await PutAsync(visit, "desk-cut", "Who discovered penicillin, cut off?");
        await visit.OpenAsync("/annotate?corpus=desk-cut");
        await visit.Locator("#desk-text-1").WaitForAsync();
        var sent = new List<string>();
        await visit.Page.RouteAsync("**/api/annotation/items/*/label", async route =>
        {
            sent.Add(route.Request.PostData!);
            if (sent.Count > 1)
            {
                await route.ContinueAsync();
                return;
            }

            // It arrives, and the answer gets lost.
            await route.FetchAsync();
            await route.AbortAsync();
        });

        await visit.Page.Keyboard.PressAsync("j");
        await Assertions.Expect(visit.Locator("#desk-text-1")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await visit.Locator(".desk-refusal").WaitForAsync();
        await visit.Page.Context.SetOfflineAsync(true);
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        await visit.Page.Keyboard.PressAsync("Shift+ArrowRight");
        await Assertions.Expect(visit.Locator("#desk-text-1 .own-mark")).ToHaveTextAsync("Alexander Fleming");
        await Assertions.Expect(visit.Locator(".desk-refusal")).ToBeVisibleAsync();
        await visit.Page.Context.SetOfflineAsync(false);
        await Assertions.Expect(visit.Locator(".desk-saved")).ToHaveTextAsync("Draft saved");

        await visit.OpenAsync("/annotate?corpus=desk-cut");
        await Assertions.Expect(visit.Locator("#desk-text-1 .own-mark")).ToHaveTextAsync("Alexander Fleming");
        // Two drafts were said, however often they were sent: two changes are kept.
        var revisions = await visit.Page.EvaluateAsync<int[]>(
            "async () => (await (await fetch('/api/annotation/labels?state=Draft&corpus=desk-cut')).json()).map(label => label.revision)");
        Assert.Equal([2], revisions);
        Assert.Equal(sent[0], sent[1]);
        await visit.Locator(".desk-bar >> text=Discard").ClickAsync();
        await Assertions.Expect(visit.Locator("text=All done.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Selection_ByMouse_SnapsToWords()
    {
        await using var visit = await site.VisitAsAdminAsync();
        await PutAsync(visit, "desk-mouse", "Who discovered penicillin, by mouse?");
        await visit.OpenAsync("/annotate?corpus=desk-mouse");
        var text = visit.Locator("#desk-text-1");
        await text.WaitForAsync();
        await visit.Page.Keyboard.PressAsync("j");
        await Assertions.Expect(text).ToBeFocusedAsync();

        await visit.Page.EvaluateAsync("""
            () => {
                const text = document.getElementById('desk-text-1');
                const range = document.createRange();
                const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
                const first = walker.nextNode();
                range.setStart(first, 1);
                range.setEnd(first, Math.min(6, first.length));
                text.dispatchEvent(new MouseEvent('mousedown', { bubbles: true }));
                getSelection().removeAllRanges();
                getSelection().addRange(range);
                document.dispatchEvent(new MouseEvent('mouseup', { bubbles: true }));
            }
            """);

        await Assertions.Expect(visit.Locator("#desk-text-1 .own-mark")).ToHaveTextAsync("Penicillin");
        await visit.Locator(".desk-bar >> text=Discard").ClickAsync();
        await Assertions.Expect(visit.Locator("text=All done.")).ToBeVisibleAsync();
    }

    /// <summary>A corpus of the journey's own with a question in the queue, which it filters by.</summary>
    private static async Task PutAsync(Visit visit, string corpus, string question)
    {
        await visit.OpenAsync("/corpora");
        var status = await visit.Page.EvaluateAsync<int>("""
            async ([corpus, question]) => {
                const json = { 'Content-Type': 'application/json' };
                await fetch('/api/corpora', { method: 'POST', headers: json, body: JSON.stringify({ name: corpus, title: corpus }) });
                const form = new FormData();
                form.append('files', new Blob(['# Penicillin\n\nAlexander Fleming discovered penicillin in London in 1928.']), 'penicillin.md');
                await fetch(`/api/corpora/${corpus}/files`, { method: 'POST', body: form });
                while ((await (await fetch(`/api/corpora/${corpus}`)).json()).blocks === 0) await new Promise(done => setTimeout(done, 300));
                return (await fetch('/api/annotation/items', { method: 'POST', headers: json, body: JSON.stringify({ corpus, question }) })).status;
            }
            """, new[] { corpus, question });
        Assert.Equal(201, status);
    }
}
