using System.Diagnostics;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Widgets;

namespace RealmWeb.Tour;

/// <summary>What is shown, in the order of the tour.</summary>
internal static class Scenes
{
    private const string Answered = ".answer-words";

    public static async Task<IReadOnlyList<Scene>> AllAsync(Desk desk, Uri site)
    {
        var runs = await desk.GetAsync<List<RunSnapshot>>(ApiRoutes.Runs);
        var chain = (await desk.GetAsync<List<ChainView>>(ApiRoutes.Chains))[0];
        var changed = (await desk.GetAsync<DocumentPage>($"{ApiRoutes.Documents(World.Station)}?search=sauna")).Documents
            .First(document => document.SourceId == World.Changed);
        var widget = (await desk.GetAsync<List<WidgetView>>(ApiRoutes.Widgets)).First(widget => widget.Origins.Count > 0);
        return
        [
            .. Asking(), .. Embedding(site, widget), .. Labelling(), .. Keeping(changed.Id), .. Learning(runs, chain), .. Administering(), .. Working(desk),
        ];
    }

    private static string Asked(string corpus, string question) => $"/c/{corpus}?q={Uri.EscapeDataString(question)}";

    private static IEnumerable<Scene> Asking()
    {
        var penicillin = Asked(World.Sample, "Who discovered penicillin?");
        var hearth = Asked(World.Station, World.Hearth);
        var water = Asked(World.Station, "How long does the tank in the loft hold water when the pipe freezes?");
        return
        [
            new("ask", Desk.Nobody, $"/c/{World.Sample}", ".examples a"),
            new("answer", Desk.Nobody, penicillin, Answered, Whole: false),
            new("answer-dark", Desk.Nobody, penicillin, Answered, Theme: "dark", Whole: false),
            new("answer-phone", Desk.Nobody, penicillin, Answered, Width: Camera.Phone, Whole: false),
            new("why", Desk.Nobody, penicillin, Answered, page => page.ClickAsync("#evidence-1 >> text=Why this passage?"), Whole: false),
            new("refused", Desk.Nobody, Asked(World.Sample, "Which zorblat did the quexil of Vrumbledorf swear fealty to?"), ".no-answer"),
            new("document", Desk.Nobody, penicillin, Answered, async page =>
            {
                await page.ClickAsync("#evidence-1 h3 a");
                await page.Locator("#passage").WaitForAsync();
            }, Whole: false),
            new("answer-pdf", Desk.Noor, water, Answered),
            new("document-pdf", Desk.Noor, water, Answered, async page =>
            {
                await page.ClickAsync(".evidence:has(.evidence-page) h3 a");
                await page.Locator("#passage").WaitForAsync();
            }),
            new("flag", Desk.Noor, hearth, ".flag-choices", async page =>
            {
                await page.ClickAsync("#flag-2");
                await page.ClickAsync("#evidence-1 button:has-text('Does not belong here')");
                await page.Locator("#evidence-1 [aria-pressed=true]").WaitForAsync();
                await page.FillAsync("#flag-note", "The hearth is what we call the generator.");
            }, Whole: false),
            new("flag-place", Desk.Noor, hearth, ".flag-choices", async page =>
            {
                await page.GetByText("I know where it is").ClickAsync();
                await page.FillAsync("#place-words", "generator oil");
                await page.PressAsync("#place-words", "Enter");
                await page.GetByText("the best first").WaitForAsync();
                await page.Locator(".place").First.ClickAsync();
                await page.FocusAsync("#place-text");
                foreach (var key in new[] { "ArrowRight", "ArrowRight", "Shift+ArrowRight" })
                    await page.Keyboard.PressAsync(key);
                await page.Locator("#place-text mark").WaitForAsync();
            }, Whole: false),
            new("keys", Desk.Noor, hearth, Answered, page => page.Keyboard.PressAsync("?"), Whole: false),
            new("account", Desk.Noor, "/account", "section[aria-labelledby=own-flags-title] tr"),
            new("sign-in", Desk.Nobody, "/signin", "#password"),
            new("not-signed-in", Desk.Nobody, "/runs", "main a"),
            new("not-found", Desk.Nobody, "/no-such-page", "h1"),
            new("offline", Desk.Nobody, penicillin, Answered, async page =>
            {
                await page.Context.SetOfflineAsync(true);
                await page.Locator(".connection-bar").WaitForAsync();
            }, Whole: false),
        ];
    }

    private static IEnumerable<Scene> Embedding(Uri site, WidgetView widget)
    {
        Func<IPage, Task> Show(string box, Func<IPage, Task> act) => async page =>
        {
            await using var intranet = Intranet.With(box);
            await page.GotoAsync(Intranet.Origin);
            await act(page);
        };
        var script = $"""<script src="{site}realm-ask.js" async></script>""";
        return
        [
            new("widget", Desk.Nobody, "/signin", "#password", Show(
                $"""{script}<realm-ask widget="{widget.Id}" examples="Who is the cook of the canteen?|How long does the crossing take?"></realm-ask>""",
                async page =>
                {
                    var frame = page.FrameLocator("realm-ask iframe");
                    await frame.GetByRole(AriaRole.Button, new FrameLocatorGetByRoleOptions { Name = "How long does the crossing take?" }).ClickAsync();
                    await frame.Locator("#answer .words").WaitForAsync();
                })),
            new("widget-panel", Desk.Nobody, "/signin", "#password", Show(
                $"""{script}<realm-ask widget="{widget.Id}" mode="button" examples="Who is the cook of the canteen?"></realm-ask>""", async page =>
                {
                    await page.Locator("realm-ask button").First.ClickAsync();
                    await page.FrameLocator("realm-ask iframe").Locator("#question").WaitForAsync();
                }), Whole: false),
        ];
    }

    private static IEnumerable<Scene> Labelling() =>
    [
        new("desk", Desk.Bo, $"/annotate?corpus={World.Station}", "[id^=desk-text-]"),
        new("desk-phone", Desk.Bo, $"/annotate?corpus={World.Station}", "[id^=desk-text-]", Width: Camera.Phone, Whole: false),
        new("desk-marked", Desk.Bo, $"/annotate?corpus={World.Station}", "[id^=desk-text-]", async page =>
        {
            var right = page.Locator(".passage-form:has-text('rapeseed oil')");
            await right.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Take the guess" }).ClickAsync();
            await page.Locator(".own-mark").First.WaitForAsync();
            await page.Locator("input[name=grade-1][value='0']").CheckAsync();
        }),
        new("desk-find", Desk.Bo, $"/annotate?corpus={World.Station}", "[id^=desk-text-]", async page =>
        {
            await page.GetByText("Find another passage").First.ClickAsync();
            await page.Locator(".find-form input").FillAsync("generator");
            await page.Keyboard.PressAsync("Enter");
            await page.Locator(".find-row").First.WaitForAsync();
        }, Whole: false),
        new("desk-keys", Desk.Bo, $"/annotate?corpus={World.Station}", "[id^=desk-text-]", page => page.Keyboard.PressAsync("?"), Whole: false),
        new("bulk", Desk.Bo, $"/annotate/bulk?corpus={World.Station}", "table.bulk tbody tr", Whole: false),
        new("desk-empty", Desk.Bo, $"/annotate?corpus={World.Empty}", "text=All done."),
        new("desk-labels", Desk.Bo, $"/annotate?corpus={World.Station}", ".filters", async page =>
        {
            await page.Locator(".filters .filter", new PageLocatorOptions { HasText = "Submitted" }).ClickAsync();
            await page.Locator(".label-list li").First.WaitForAsync();
        }),
        new("quality", Desk.Cleo, "/annotate/quality", "#agreement-head", async page =>
        {
            await page.Locator(".native-field select").First.SelectOptionAsync(World.Station);
            await page.Locator(".conflict-sides").First.WaitForAsync();
        }),
        new("quality-merge", Desk.Cleo, "/annotate/quality", "#agreement-head", async page =>
        {
            await page.Locator(".native-field select").First.SelectOptionAsync(World.Station);
            await page.GetByText("Merge them").First.ClickAsync();
            await page.Locator(".conflict-side input").First.ScrollIntoViewIfNeededAsync();
        }, Whole: false),
        new("questions", Desk.Cleo, "/annotate/questions", "td"),
        new("gaps", Desk.Cleo, "/annotate/gaps", "article"),
    ];

    private static IEnumerable<Scene> Keeping(long changed)
    {
        const string station = $"/corpora/{World.Station}";
        return
        [
            new("corpora", Desk.Ada, "/corpora", $"main a[href='corpora/{World.Sample}']"),
            new("corpora-asker", Desk.Noor, "/corpora", $"main a[href='corpora/{World.Sample}']"),
            new("corpus-new", Desk.Ada, "/corpora", "h1", page => page.ClickAsync("text=New corpus"), Whole: false),
            new("corpus", Desk.Ada, station, "td"),
            new("corpus-sources", Desk.Ada, station, ".source-changes",
                page => page.Locator(".sources-panel").EvaluateAsync("panel => panel.scrollIntoView({ block: 'center' })"), Whole: false),
            new("source-new", Desk.Ada, station, ".source-list .source", page => page.ClickAsync("text=Add a source"), Whole: false),
            new("corpus-rights", Desk.Ada, station, ".access-panel #access-name", async page =>
            {
                await page.GetByText("Chosen people only").ClickAsync();
                foreach (var name in new[] { World.Crew, Desk.Noor.Name })
                {
                    await page.FillAsync("#access-name", name);
                    await page.Locator(".access-panel").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Add", Exact = true }).ClickAsync();
                }

                await page.Locator(".access-grants li").Nth(1).ScrollIntoViewIfNeededAsync();
            }, Whole: false),
            new("document-versions", Desk.Ada, $"{station}/docs/{changed}/versions/2?against=1", ".page-actions select", page =>
                page.GetByText("From version 1").WaitForAsync()),
            new("corpus-asker", Desk.Noor, station, "h1"),
            new("corpus-empty", Desk.Ada, $"/corpora/{World.Empty}", ".drop-zone .muted"),
            new("gate", Desk.Ada, $"{station}/gate", ".gate-rule"),
            new("gate-empty", Desk.Ada, $"/corpora/{World.Empty}/gate", "form .notice"),
            new("retrain", Desk.Ada, station, "td", async page =>
            {
                await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { NameRegex = new("^Retrain") }).ClickAsync();
                await page.Locator("#chain-steps").WaitForAsync();
                await page.GetByText("the gate asks it").First.WaitForAsync();
            }, Whole: false),
        ];
    }

    private static IEnumerable<Scene> Learning(List<RunSnapshot> runs, ChainView chain)
    {
        RunSnapshot Run(RunKind kind, string target) => runs.First(run => run.Kind == kind && run.Target.Contains(target, StringComparison.Ordinal));
        RunSnapshot[] tuned = [Run(RunKind.FineTune, "careful"), Run(RunKind.FineTune, "bold")];
        return
        [
            new("runs", Desk.Ada, "/runs", "td"),
            new("run-start", Desk.Ada, "/runs", "td", async page =>
            {
                await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Start a run" }).ClickAsync();
                await page.SelectOptionAsync("#run-kind", "FineTune");
                await page.SelectOptionAsync("#run-corpus", World.Sample);
                await page.GetByText("lessons (").ClickAsync();
                await page.FillAsync("#run-steps", "200");
                await page.FillAsync("#run-new-model", "better");
                await page.Locator(".forecast").WaitForAsync();
                await page.Locator(".forecast").ScrollIntoViewIfNeededAsync();
            }, Whole: false),
            new("run-settings", Desk.Ada, "/runs", "td", async page =>
            {
                await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Start a run" }).ClickAsync();
                await page.SelectOptionAsync("#run-kind", "Adapt");
                await page.GetByRole(AriaRole.Dialog).GetByText("Settings", new LocatorGetByTextOptions { Exact = true }).ClickAsync();
                await page.FillAsync("#run-settings-rounds", "40");
                await page.Locator("#run-settings-rounds-problem").EvaluateAsync("problem => problem.scrollIntoView({ block: 'center' })");
            }, Whole: false),
            new("run", Desk.Ada, $"/runs/{tuned[0].Id}", ".chart-line"),
            new("run-import", Desk.Ada, $"/runs/{Run(RunKind.Import, World.Station).Id}", ".log-line"),
            new("run-cancelled", Desk.Ada, $"/runs/{Run(RunKind.Mlm, "long-one").Id}", ".title-with-chip"),
            new("evaluation", Desk.Ada, $"/runs/{Run(RunKind.Evaluate, "careful").Id}", ".figures"),
            new("evaluations", Desk.Cleo, "/evaluations", "td"),
            new("evaluation-new", Desk.Ada, "/evaluations", "td",
                page => page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Evaluate", Exact = true }).ClickAsync(), Whole: false),
            new("evaluation-questions", Desk.Cleo, "/evaluations", "td", async page =>
            {
                await page.Locator("tr:has-text('careful') td a").First.ClickAsync();
                await page.Locator(".row-button").First.ClickAsync();
                await page.Locator(".opened-row .evidence").First.WaitForAsync();
            }, Whole: false),
            new("evaluations-compared", Desk.Cleo, "/evaluations", "td", async page =>
            {
                foreach (var model in new[] { "careful", "realm-arctic" })
                    await page.Locator($"tr:has-text('exam'):has-text('{World.Sample}'):has-text('{model}') input").First.CheckAsync();
                await page.GetByText("Compare the two").ClickAsync();
                await page.Locator(".filters").First.WaitForAsync();
            }),
            new("runs-compared", Desk.Ada, $"/runs/compare?ids={string.Join(',', tuned.Select(run => run.Id))}", ".charts .chart-line"),
            new("models", Desk.Ada, "/models", "article"),
            new("question-set-new", Desk.Ada, "/models", "article",
                page => page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Add a question set" }).ClickAsync(), Whole: false),
            new("models-compared", Desk.Ada, "/models/compare?model=realm-arctic&model=careful&model=bold", "h1 ~ * td"),
            new("chain", Desk.Ada, $"/chains/{chain.Id}", ".gate-rules li"),
            new("chain-question", Desk.Ada, $"/chains/{chain.Id}", ".changed-question", async page =>
            {
                await page.Locator(".changed-question").First.ClickAsync();
                await page.Locator(".given-answer").First.WaitForAsync();
            }),
            new("chain-promote", Desk.Ada, $"/chains/{chain.Id}", ".gate-rules li",
                page => page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Promote" }).ClickAsync(), Whole: false),
        ];
    }

    /// <summary>States that last as long as the work does: a training at work, one paused, one that waits for another; a question on its way.</summary>
    private static IEnumerable<Scene> Working(Desk desk)
    {
        var started = new List<RunStarted>();
        var import = Guid.Empty;
        async Task<Guid> StartAsync()
        {
            started.Add(await desk.SendAsync<RunStarted>(
                Desk.Ada, "POST", ApiRoutes.Training, new StartTrainingRequest(RunKind.Mlm, World.Sample, 5000, "", $"patient-{started.Count + 1}")));
            return started[^1].RunId;
        }

        Task SeeAsync(IPage page, Guid run) => page.EvaluateAsync("path => Blazor.navigateTo(path)", $"/runs/{run}");
        return
        [
            new("run-live", Desk.Ada, "/runs", "td", async page =>
            {
                await SeeAsync(page, await StartAsync());
                await page.Locator(".chart-line").First.WaitForAsync();
            }),
            new("run-stalled", Desk.Ada, "/runs", "td", async page =>
            {
                Signal("STOP", "patient-1");
                await SeeAsync(page, started[0].RunId);
                // A minute of silence, and what it takes to be told.
                await page.Locator(".stalled").WaitForAsync(new LocatorWaitForOptions { Timeout = 120_000 });
            }),
            new("run-paused", Desk.Ada, "/runs", "td", async page =>
            {
                Signal("CONT", "patient-1");
                await SeeAsync(page, started[0].RunId);
                await page.Locator(".stalled").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
                await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Pause" }).ClickAsync();
                await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Resume" }).WaitForAsync();
            }),
            new("run-waiting", Desk.Ada, "/runs", "td", async page =>
            {
                var first = await StartAsync();
                await desk.UntilAsync<RunSnapshot>(ApiRoutes.Run(first), run => run.State == RunState.Running);
                await SeeAsync(page, await StartAsync());
                await page.GetByText("in line").First.WaitForAsync();
            }),
            new("run-importing", Desk.Ada, "/runs", "td", async page =>
            {
                await desk.SendAsync(Desk.Ada, "POST", ApiRoutes.Corpora, new CreateCorpusRequest(World.Archive, "Radio log of forty years"));
                await desk.UploadAsync(ApiRoutes.Files(World.Archive), [("radio-log.jsonl", World.RadioLog(entries: 60_000))]);
                var run = (await desk.GetAsync<List<RunSnapshot>>(ApiRoutes.Runs)).First(run => run.Kind == RunKind.Import && run.Target == World.Archive);
                import = run.Id;
                await SeeAsync(page, import);
                await page.GetByText("left").First.WaitForAsync();
            }),
            new("asking", Desk.Nobody, "/signin", "#password", async page =>
            {
                foreach (var run in started)
                    await desk.SendAsync(Desk.Ada, "POST", ApiRoutes.CancelRun(run.RunId));
                if (import != default)
                {
                    await desk.SendAsync(Desk.Ada, "POST", ApiRoutes.CancelRun(import));
                    await desk.UntilAsync<RunSnapshot>(ApiRoutes.Run(import), run => run.IsFinal);
                    await desk.SendAsync(Desk.Ada, "DELETE", ApiRoutes.Corpus(World.Archive));
                }

                // Last, since the window keeps it so. The answer comes too soon for a picture: what the hub sends of it is held back on its way.
                await page.RouteWebSocketAsync("**/hubs/ask**", socket =>
                {
                    var server = socket.ConnectToServer();
                    server.OnMessage(frame =>
                    {
                        if (frame.Text is { } text && !text.Contains("\"type\":2", StringComparison.Ordinal))
                            socket.Send(text);
                    });
                });
                await page.GotoAsync($"/c/{World.Sample}");
                await page.Locator(".examples a").First.ClickAsync();
                await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Stop" }).WaitForAsync();
            }, Whole: false),
        ];
    }

    // To the process that trains a model.
    private static void Signal(string signal, string model)
    {
        using var sent = Process.Start("pkill", [$"-{signal}", "-f", "--", $"--new-model {model}( |$)"]);
        sent.WaitForExit();
    }

    private static IEnumerable<Scene> Administering() =>
    [
        new("schedules", Desk.Ada, "/schedules", "td"),
        new("schedule-new", Desk.Ada, "/schedules", "td", async page =>
        {
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "New schedule" }).ClickAsync();
            await page.Locator(".next-times li").First.WaitForAsync();
        }, Whole: false),
        new("widgets", Desk.Ada, "/embed", "td"),
        new("widget-new", Desk.Ada, "/embed", "td",
            page => page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Change Intranet" }).ClickAsync(), Whole: false),
        new("users", Desk.Ada, "/admin/users", "td"),
        new("groups", Desk.Ada, "/admin/users", $"summary:has-text('{World.Crew}')", async page =>
        {
            await page.Locator($"summary:has-text('{World.Crew}')").ClickAsync();
            await page.Locator("details.card input").First.ScrollIntoViewIfNeededAsync();
        }, Whole: false),
        new("user-new", Desk.Ada, "/admin/users", "td", page => page.Locator(".page-head button").ClickAsync(), Whole: false),
        new("bell", Desk.Ada, "/corpora", "main a", page => page.Locator(".notice-bell button").ClickAsync(), Whole: false),
        new("menu-phone", Desk.Ada, "/corpora", "main a", async page =>
        {
            await page.SetViewportSizeAsync(Camera.Phone, 900);
            await page.Locator("button[aria-label=Menu]").ClickAsync();
            await page.Locator(".drawer-links a").First.WaitForAsync();
        }, Width: Camera.Phone, Whole: false),
    ];
}
