using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>Documents teach the retriever without labels, and a passage is found that nobody could find before.</summary>
public sealed class AdaptJourneys(Site site)
{
    private const float WorkTime = 600_000;
    private const string Corpus = "theatre";
    private const string Production = "realm-arctic";
    private const string Adapted = "theatre-adapted";
    private const string Lessons = "theatre-lessons";
    private const string Exam = "theatre-exam";

    // The counterweight winch is the orlock to those who work there. No question of the two sets is this one.
    private const string Question = "Who repairs the orlock?";
    private const string Sheet = "counterweight winch";
    private const string Wanted = "Repairs are done by Casper Dahlgren";

    // Besides what makes sense for a few dozen sentences, a tower of passages that is trained too, so that the index has an age.
    private static readonly (string Setting, string Value)[] Settings =
    [
        ("sentences", "150"), ("mostDocuments", "2"), ("mostEpochs", "50"), ("inverseClozeShare", "0.1"), ("positives", "1"),
        ("heldOutShare", "0.2"),
    ];

    private static readonly (string Setting, string Value)[] TrainingSettings =
        [("batchSize", "12"), ("learningRate", "2e-4"), ("warmUpSteps", "3"), ("checkpointEvery", "10")];

    private readonly string _folder = Directory.CreateTempSubdirectory("realmweb-theatre-").FullName;

    [Fact]
    public async Task Adaptation_FindsWhatFailed_OnceItsCandidateHasPassedTheGateAndIsPromoted()
    {
        await using var admin = await site.VisitAsAdminAsync();
        await MakeCorpusAsync(admin);
        await admin.OpenAsync("/models");
        await AddQuestionsAsync(admin, Lessons, Theatre.Lessons);
        await AddQuestionsAsync(admin, Exam, Theatre.Exam(without: Question));
        await MakeGateAsync(admin);

        await AskAsync(admin);
        await Assertions.Expect(admin.Locator($".evidence:has-text('{Wanted}')")).ToHaveCountAsync(0);

        await EvaluateAsync(admin, Production);
        await AdaptAsync(admin);
        await WatchAsync(admin);

        // The candidate is on the list, with where it comes from, and the gate says what it says of a chain's.
        await admin.Page.GetByText("See the models").ClickAsync();
        var card = admin.Page.GetByRole(AriaRole.Article, new PageGetByRoleOptions { Name = Adapted });
        await Assertions.Expect(card).ToContainTextAsync($"adaptation of {Production} on {Corpus}, 30 steps, settings of its own");
        await EvaluateAsync(admin, Adapted);
        await admin.Page.GetByText("Question by question").ClickAsync();
        await Assertions.Expect(admin.Locator(".gate-holds")).ToContainTextAsync($"on {Exam}");
        await Assertions.Expect(admin.Locator(".gate-fails")).ToHaveCountAsync(0);
        await admin.Page.GetByText($"the newest evaluation of {Production}").WaitForAsync();
        await Accessibility.AssertNoneAsync(admin, "an evaluation of a candidate, with its gate");

        await admin.OpenAsync("/models");
        await admin.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = $"Promote {Adapted}" }).ClickAsync();
        await ConfirmAsync(admin, "Promote", "it finds the machines by the names that people call them");
        await Assertions.Expect(card).ToContainTextAsync("In production");
        await BeIndexedAsync(admin);

        await AskAsync(admin);
        await Assertions.Expect(admin.Locator("#evidence-1")).ToContainTextAsync(Wanted);
        await Assertions.Expect(admin.Locator("#evidence-1 h3")).ToHaveTextAsync(Sheet);

        // Other journeys expect the shipped model.
        await admin.OpenAsync("/models");
        await admin.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = $"Roll back to {Production}" }).ClickAsync();
        await ConfirmAsync(admin, "Roll back", "to see the way back");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Article, new PageGetByRoleOptions { Name = Production, Exact = true }))
            .ToContainTextAsync("In production");
        await BeIndexedAsync(admin);
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task MakeCorpusAsync(Visit admin)
    {
        await admin.OpenAsync("/corpora");
        await admin.Page.EvaluateAsync("""
            async ([corpus, documents]) => {
                const sent = async (path, body, headers) => {
                    const reply = await fetch(path, { method: 'POST', headers, body });
                    if (!reply.ok) throw new Error(`${path}: ${await reply.text()}`);
                };
                await sent('/api/corpora', JSON.stringify({ name: corpus, title: 'Theatre' }), { 'Content-Type': 'application/json' });
                const files = new FormData();
                for (const [name, text] of Object.entries(JSON.parse(documents))) files.append('files', new Blob([text]), name);
                await sent(`/api/corpora/${corpus}/files`, files);
            }
            """, new[] { Corpus, JsonSerializer.Serialize(Theatre.Documents) });
        await BeIndexedAsync(admin);
    }

    /// <summary>Waits until the index of the corpus is one of all passages, by the model in production.</summary>
    private static async Task BeIndexedAsync(Visit admin) => await admin.Page.EvaluateAsync("""
        async corpus => {
            while (true) {
                const { indexedBlocks, blocks, indexStale, activeRun } = await (await fetch(`/api/corpora/${corpus}`)).json();
                if (blocks > 0 && indexedBlocks === blocks && !indexStale && activeRun === null) return;
                await new Promise(done => setTimeout(done, 300));
            }
        }
        """, Corpus);

    private async Task AddQuestionsAsync(Visit admin, string name, string lines)
    {
        var file = Path.Combine(_folder, $"{name}.jsonl");
        await File.WriteAllTextAsync(file, lines);
        await admin.AddQuestionsAsync(name, file);
    }

    private static async Task MakeGateAsync(Visit admin)
    {
        await admin.OpenAsync($"/corpora/{Corpus}/gate");
        await admin.Page.ClickAsync("text=Add a rule");
        await admin.Locator(".gate-rule select").Nth(0).SelectOptionAsync("recall@5");
        await admin.Locator(".gate-rule select").Nth(1).SelectOptionAsync(Exam);
        await admin.Page.GetByLabel("At least (%)").FillAsync("30");
        await admin.Page.GetByLabel("Worse than production by at most (%)").FillAsync("0");
        await admin.Page.ClickAsync("text=Save");
        await admin.Page.GetByText("The gate is saved").WaitForAsync();
    }

    /// <summary>Asks, and waits until the answer is there, or that there is none.</summary>
    private static async Task AskAsync(Visit visit)
    {
        await visit.LoadAsync($"/c/{Corpus}?q={Uri.EscapeDataString(Question)}");
        await visit.Locator(".answer-words, .no-answer h2").First.WaitForAsync();
        await visit.Locator("#evidence-1").WaitForAsync();
    }

    private static async Task EvaluateAsync(Visit admin, string model)
    {
        await admin.OpenAsync("/models");
        await admin.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = $"Evaluate {model}", Exact = true }).ClickAsync();
        await admin.Page.SelectOptionAsync("#run-corpus", Corpus);
        await admin.Page.SelectOptionAsync("#run-questions", Exam);
        await Assertions.Expect(admin.Locator("#run-model")).ToHaveValueAsync(model);
        await admin.ConfirmRunAsync("Evaluation");
        await SucceedAsync(admin);
    }

    private static async Task AdaptAsync(Visit admin)
    {
        await admin.OpenAsync("/models");
        await admin.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = $"Adapt {Production}", Exact = true }).ClickAsync();
        await admin.Page.SelectOptionAsync("#run-corpus", Corpus);
        await admin.Page.GetByText($"{Lessons} (24 questions").ClickAsync();
        await Assertions.Expect(admin.Locator("#run-model")).ToHaveValueAsync(Production);
        await admin.Page.FillAsync("#run-steps", "30");
        await admin.Page.FillAsync("#run-new-model", Adapted);
        var dialog = admin.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText("Settings", new LocatorGetByTextOptions { Exact = true }).ClickAsync();
        foreach (var (setting, value) in Settings) await admin.Page.FillAsync($"#run-settings-{setting}", value);
        await admin.Page.SelectOptionAsync("#run-settings-blockTower", "true");
        await dialog.Locator("summary:text-matches('^Training')").ClickAsync();
        foreach (var (setting, value) in TrainingSettings) await admin.Page.FillAsync($"#run-settings-training-{setting}", value);
        await dialog.Locator("summary:text-matches('^Refresh')").ClickAsync();
        // The training waits for the index: what it learns does not depend on how fast the machine is.
        await admin.Page.SelectOptionAsync("#run-settings-refresh-mode", "Synchronous");
        await admin.Page.FillAsync("#run-settings-refresh-everySteps", "10");
        await admin.ConfirmRunAsync("Adaptation");
    }

    /// <summary>The run's page, while it works and when it is done: what retrieval is worth, what is found of sentences held out, how old the index is.</summary>
    private static async Task WatchAsync(Visit admin)
    {
        await admin.Locator("[role=progressbar]").First.WaitForAsync();
        await Chart(admin, "Retrieval utility").WaitForAsync(new LocatorWaitForOptions { Timeout = WorkTime });
        await Chart(admin, "Age of the index (steps)").WaitForAsync();
        await SucceedAsync(admin);

        var (utility, learned) = await EndsAsync(Chart(admin, "Retrieval utility"));
        Assert.True(learned > utility + 0.5, $"Retrieval utility went from {utility} to {learned} nats.");
        var (_, found) = await EndsAsync(Chart(admin, "Recall@5, held out"));
        Assert.InRange(found, 10, 100);
        var (_, age) = await EndsAsync(Chart(admin, "Age of the index (steps)"));
        Assert.InRange(age, 0, 29);
        // What labelled questions chose, and why.
        await Assertions.Expect(Fact(admin, "Kept of what was learned")).ToHaveTextAsync(new Regex("^(25|50|75|100)\\.0 %$"));
        var before = Number(await Fact(admin, "Recall@5 before").InnerTextAsync());
        var after = Number(await Fact(admin, "Recall@5 on labelled questions").InnerTextAsync());
        Assert.True(after > before + 30, $"Recall@5 went from {before} % to {after} %.");
        Assert.True(Number(await Fact(admin, "Gain, lower end of 95 %").InnerTextAsync()) > 0, "The gain may be chance.");
        await Accessibility.AssertNoneAsync(admin, "an adaptation with its curves");
    }

    private static Task SucceedAsync(Visit admin) =>
        admin.Locator(".title-with-chip >> text=Succeeded").WaitForAsync(new LocatorWaitForOptions { Timeout = WorkTime });

    private static async Task ConfirmAsync(Visit admin, string action, string reason)
    {
        await admin.Page.FillAsync("#reason", reason);
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = action, Exact = true }).ClickAsync();
    }

    private static ILocator Chart(Visit admin, string name) => admin.Locator($".chart [role=img][aria-label^='{name}:']").First;

    private static ILocator Fact(Visit admin, string name) => admin.Locator($".facts div:has(> dt:text-is('{name}')) dd");

    /// <summary>First and last value of a chart, from its description.</summary>
    private static async Task<(double First, double Last)> EndsAsync(ILocator chart)
    {
        var said = (await chart.GetAttributeAsync("aria-label"))!;
        var ends = Regex.Match(said, "from (?<first>\\S+)( %)? at \\d+ to (?<last>\\S+)( %)? at \\d+$");
        Assert.True(ends.Success, said);
        return (Number(ends.Groups["first"].Value), Number(ends.Groups["last"].Value));
    }

    private static double Number(string text) => double.Parse(text.Replace("%", ""), NumberStyles.Float, CultureInfo.InvariantCulture);
}
