using System.Text.Json;

namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>What the site is for: a wrong answer becomes a flag, the flag a label, labels a model, and the model answers right.</summary>
public sealed class StoryJourneys(Site site)
{
    private const float WorkTime = 600_000;
    private const string Corpus = "hearth-station";
    private const string Question = "What does the hearth burn?";
    private const string Other = "How long does the crossing take?";
    private const string Password = "a password for the story";

    [Fact]
    public async Task WrongAnswer_IsFlaggedLabelledLearnedGatedAndPromoted_UntilTheQuestionIsAnsweredRight()
    {
        await using var admin = await site.VisitAsAdminAsync();
        await MakeCorpusAsync(admin);
        await MakeGateAsync(admin);
        await MakeAccountAsync(admin, "story-asker", "asker");
        await MakeAccountAsync(admin, "story-annotator", "annotator");

        // The asker gets an answer from the wrong passage, and says so.
        await using var asker = await SignInAsync("story-asker");
        await AskAsync(asker, Other, "25 minutes", "The ferry");
        await AskAsync(asker, Question, "birch wood", "The fireplace");
        await asker.Locator("#flag-2").ClickAsync();
        await asker.Locator("#evidence-1 button:has-text('Does not belong here')").ClickAsync();
        await Assertions.Expect(asker.Locator("#evidence-1 button:has-text('Does not belong here')")).ToHaveAttributeAsync("aria-pressed", "true");

        // The annotator is given that question first, grades the passages and marks the words.
        await using var annotator = await SignInAsync("story-annotator");
        await annotator.OpenAsync($"/annotate?corpus={Corpus}");
        await Assertions.Expect(annotator.Locator("#desk-question")).ToHaveTextAsync(Question);
        await annotator.Locator("input[name=grade-1][value='0']").CheckAsync();
        var right = annotator.Locator(".passage-form:has-text('rapeseed oil')");
        await MarkAsync(right.Locator("[id^=desk-text-]"), "rapeseed oil");
        await Assertions.Expect(right.Locator(".own-mark")).ToHaveTextAsync("rapeseed oil");
        await Assertions.Expect(right.Locator("input[value='3']")).ToBeCheckedAsync();
        await annotator.Locator(".desk-bar >> text=Submit").ClickAsync();
        await Assertions.Expect(annotator.Locator($"#desk-question:has-text('{Question}')")).ToHaveCountAsync(0);

        // The admin retrains on it, beside labels that came from elsewhere, and watches.
        await admin.OpenAsync($"/corpora/{Corpus}");
        await admin.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Retrain on 63 new labels" }).ClickAsync();
        var dialog = admin.Page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(admin.Page.GetByLabel("Labels (54 labels to learn from, 63 new)")).ToBeCheckedAsync();
        await admin.Page.FillAsync("#chain-steps", "32");
        await dialog.Locator("summary").ClickAsync();
        await admin.Page.FillAsync("#chain-candidate", "hearth-learned");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Start", Exact = true }).ClickAsync();
        await admin.Page.WaitForURLAsync("**/chains/*");
        await admin.Locator("[role=progressbar]").First.WaitForAsync();
        await admin.Page.GetByText("Gate green, waits for you").WaitForAsync(new LocatorWaitForOptions { Timeout = WorkTime });
        await Assertions.Expect(admin.Locator(".chain-link-done")).ToHaveCountAsync(5);
        await admin.Locator(".gate-holds").First.WaitForAsync();
        await Accessibility.AssertNoneAsync(admin, "a chain that waits, with its gate's report");
        var chain = new Uri(admin.Page.Url).AbsolutePath;
        await LookAtComparisonsAsync(admin);
        await admin.OpenAsync(chain);

        await admin.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Promote" }).ClickAsync();
        await admin.Page.FillAsync("#reason", "it knows the hearth");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Promote", Exact = true }).ClickAsync();
        await admin.Page.GetByText("it knows the hearth").WaitForAsync();

        // The same question has the right passage first and the right words; what was right stays right.
        await AskAsync(asker, Question, "rapeseed oil", "The emergency generator");
        await AskAsync(asker, Other, "25 minutes", "The ferry");

        await admin.OpenAsync("/models");
        await admin.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Roll back to realm-arctic" }).ClickAsync();
        await admin.Page.FillAsync("#reason", "to see the way back");
        await dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Roll back", Exact = true }).ClickAsync();
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Article, new PageGetByRoleOptions { Name = "realm-arctic" })).ToContainTextAsync("In production");
        await AskAsync(asker, Question, "birch wood", "The fireplace");
    }

    /// <summary>What the candidate fixed and broke against the model in production, on the pages of models and of evaluations.</summary>
    private static async Task LookAtComparisonsAsync(Visit admin)
    {
        await admin.OpenAsync("/models/compare?model=realm-arctic&model=hearth-learned");
        await admin.Locator("main .figures-table").First.WaitForAsync();
        await Accessibility.AssertNoneAsync(admin, "two models compared");

        await admin.OpenAsync("/evaluations");
        await admin.Locator("td input[type=checkbox]").Nth(0).CheckAsync();
        await admin.Locator("td input[type=checkbox]").Nth(1).CheckAsync();
        await admin.Page.ClickAsync("text=Compare the two");
        await admin.Locator("main .figures-table").First.WaitForAsync();
        await admin.Locator("#changes-title").WaitForAsync();
        await Accessibility.AssertNoneAsync(admin, "two evaluations compared");
    }

    /// <summary>The corpus with its index, and the labels that were made elsewhere.</summary>
    private static async Task MakeCorpusAsync(Visit admin)
    {
        await admin.OpenAsync("/corpora");
        var said = await admin.Page.EvaluateAsync<string>("""
            async ([corpus, documents, labels]) => {
                const json = { 'Content-Type': 'application/json' };
                const sent = async (path, method, body, headers) => {
                    const reply = await fetch(path, { method, headers, body });
                    if (!reply.ok) throw new Error(`${path}: ${await reply.text()}`);
                    return reply;
                };
                const file = (name, text, form = new FormData()) => { form.append('files', new Blob([text]), name); return form; };
                await sent('/api/corpora', 'POST', JSON.stringify({ name: corpus, title: 'Station' }), json);
                const files = new FormData();
                for (const [name, text] of Object.entries(JSON.parse(documents))) file(name, text, files);
                await sent(`/api/corpora/${corpus}/files`, 'POST', files);
                while ((await (await fetch(`/api/corpora/${corpus}`)).json()).indexedBlocks === 0) await new Promise(done => setTimeout(done, 300));
                return await (await sent(`/api/annotation/import/${corpus}`, 'POST', file('labels.jsonl', labels))).text();
            }
            """, new[] { Corpus, JsonSerializer.Serialize(Station.Documents), Station.Labels });
        Assert.StartsWith("""{"added":62,"alreadyThere":0,"leftOut":[]""", said, StringComparison.Ordinal);
    }

    /// <summary>A gate on the labels that are held out.</summary>
    private static async Task MakeGateAsync(Visit admin)
    {
        await admin.OpenAsync($"/corpora/{Corpus}/gate");
        await admin.Page.ClickAsync("text=Add a rule");
        await admin.Locator(".gate-rule select").Nth(0).SelectOptionAsync("f1");
        await admin.Locator(".gate-rule select").Nth(1).SelectOptionAsync("");
        await admin.Page.GetByLabel("At least (%)").FillAsync("50");
        // Nine questions are too few to tell more of a difference.
        await admin.Page.GetByLabel("Worse than production by at most (%)").FillAsync("100");
        await admin.Page.ClickAsync("text=Save");
        await admin.Page.GetByText("The gate is saved").WaitForAsync();
    }

    private static async Task MakeAccountAsync(Visit admin, string name, string role)
    {
        var status = await admin.Page.EvaluateAsync<int>(
            "async account => (await fetch('/api/accounts/users', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: account })).status",
            JsonSerializer.Serialize(new { userName = name, password = Password, roles = new[] { role } }));
        Assert.Equal(201, status);
    }

    private async Task<Visit> SignInAsync(string name)
    {
        var visit = await site.VisitAloneAsync();
        await visit.OpenAsync("/signin?return=account");
        await visit.Page.FillAsync("#name", name);
        await visit.Page.FillAsync("#password", Password);
        await visit.Page.PressAsync("#password", "Enter");
        await visit.Locator($"button[aria-label='Account of {name}']").WaitForAsync();
        return visit;
    }

    /// <summary>Asks, and sees the words and the passage that stands first.</summary>
    private static async Task AskAsync(Visit visit, string question, string words, string passage)
    {
        await visit.OpenAsync($"/c/{Corpus}?q={Uri.EscapeDataString(question)}");
        await Assertions.Expect(visit.Locator("#answer")).ToHaveTextAsync(words);
        await Assertions.Expect(visit.Locator("#evidence-1")).ToContainTextAsync(passage);
    }

    /// <summary>Marks words with the mouse.</summary>
    private static async Task MarkAsync(ILocator text, string words)
    {
        await text.ScrollIntoViewIfNeededAsync();
        var ends = await text.EvaluateAsync<double[]>("""
            (text, words) => {
                const place = at => {
                    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
                    for (let node = walker.nextNode(); ; at -= node.length, node = walker.nextNode()) if (at < node.length) return [node, at];
                };
                const from = text.textContent.indexOf(words);
                const box = at => {
                    const range = document.createRange();
                    const [node, offset] = place(at);
                    range.setStart(node, offset);
                    range.setEnd(node, offset + 1);
                    return range.getBoundingClientRect();
                };
                const [first, last] = [box(from), box(from + words.length - 1)];
                return [first.left + 1, first.top + first.height / 2, last.right - 1, last.top + last.height / 2];
            }
            """, words);
        var mouse = text.Page.Mouse;
        await mouse.MoveAsync((float)ends[0], (float)ends[1]);
        await mouse.DownAsync();
        await mouse.MoveAsync((float)ends[2], (float)ends[3], new() { Steps = 5 });
        await mouse.UpAsync();
    }
}
