using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using RealmWeb.Client.Components.Schedules;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Chains;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Events;
using RealmWeb.Contracts.QuestionSets;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;

namespace RealmWeb.Client.Tests.Pages;

/// <summary>The page with its dialog over a real connection.</summary>
public sealed class SchedulesPageTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Due = new(2026, 3, 29, 3, 0, 0, TimeSpan.FromHours(2));
    private static readonly CorpusSummary Corpus = new("handbook", "Handbook", 3, 30, "g1", 30, false, "tiny", null, DateTimeOffset.UnixEpoch);

    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
        _browser.Render<MudPopoverProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public void Page_SaysWhatSchedulesDo_WhenThereIsNone()
    {
        var page = _browser.Render<SchedulesPage>();

        page.WaitForAssertion(() => Assert.Contains("Nothing is scheduled yet.", page.Markup, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public void Page_ShowsWhenAndWhat_AndWhatBecameOfIt()
    {
        var run = Guid.NewGuid();
        _site.Schedules.Add(Nightly() with
        {
            Last = [new(Due, ScheduleResult.Started, null, run, RunState.Succeeded), new(Due.AddDays(-1), ScheduleResult.Skipped, "It was not over.", null, null)],
        });

        var page = _browser.Render<SchedulesPage>();

        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")), Patience);
        Assert.Contains("every day at 03:00", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Index build of handbook", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Sun 29 Mar 2026, 03:00 UTC+02:00", page.Markup, StringComparison.Ordinal);
        Assert.StartsWith("Succeeded, ", page.Find($"a[href='runs/{run}']").GetAttribute("aria-label"), StringComparison.Ordinal);
        Assert.EndsWith("It was not over.", page.Find(".outcomes span[role=img]").GetAttribute("aria-label"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_ShowsAScheduleThatSomebodyElseMade()
    {
        var page = _browser.Render<SchedulesPage>();
        page.WaitForAssertion(() => Assert.Contains("Nothing is scheduled yet.", page.Markup, StringComparison.Ordinal), Patience);

        _site.Schedules.Add(Nightly());
        await _site.HappenAsync(EventTopics.Schedules, EventTypes.ScheduleChanged, new ThingChanged("new"));

        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")), Patience);
    }

    [Fact]
    public async Task Switch_TurnsTheScheduleOff()
    {
        _site.Schedules.Add(Nightly());
        var page = _browser.Render<SchedulesPage>();
        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")), Patience);

        await page.InvokeAsync(() => page.Find("input[type=checkbox]").Change(false));

        page.WaitForAssertion(() => Assert.Contains("switched off", page.Markup, StringComparison.Ordinal), Patience);
        Assert.False(_site.Schedules[0].Enabled);
    }

    [Fact]
    public void Page_OffersToSignIn_WhenTheAccountMayNotSeeSchedules()
    {
        _site.Me = new("bob", [Roles.Asker], false, true);

        var page = _browser.Render<SchedulesPage>();

        page.WaitForAssertion(() => Assert.Contains("Schedules are for administrators.", page.Markup, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task Dialog_ShowsTheNextTimes_AndWhatIsWrongWithAnExpression()
    {
        var dialog = await OpenAsync(null);
        dialog.WaitForAssertion(() => Assert.Contains("Sun 29 Mar 2026, 03:00 UTC+02:00", dialog.Markup, StringComparison.Ordinal), Patience);

        await dialog.InvokeAsync(() => dialog.Find("#schedule-rhythm").Change(nameof(RhythmKind.Cron)));
        var expression = dialog.Find("#schedule-cron").GetAttribute("value");
        await dialog.InvokeAsync(() => dialog.Find("#schedule-cron").Input("nonsense"));

        dialog.WaitForAssertion(() => Assert.Contains("nonsense cannot be used.", dialog.Find(".next-times").TextContent, StringComparison.Ordinal), Patience);
        Assert.Equal("0 3 * * *", expression);
    }

    [Fact]
    public async Task Dialog_SavesWhatWasChosen()
    {
        var dialog = await OpenAsync(null);
        await dialog.InvokeAsync(() => dialog.Find("#schedule-name").Input("Nightly"));
        await dialog.InvokeAsync(() => dialog.Find("#schedule-rhythm").Change(nameof(RhythmKind.Weekly)));
        await dialog.InvokeAsync(() => dialog.Find("#schedule-day").Change(nameof(DayOfWeek.Friday)));
        await dialog.InvokeAsync(() => dialog.Find("#schedule-at").Change("22:45"));
        await dialog.InvokeAsync(() => dialog.Find("#schedule-zone").Input("Europe/Berlin"));
        await dialog.InvokeAsync(() => dialog.Find("#schedule-overlap").Change(nameof(OverlapPolicy.Queue)));
        dialog.WaitForAssertion(() => Assert.DoesNotContain(dialog.FindAll("button[type=submit]"), button => button.HasAttribute("disabled")), Patience);

        await dialog.InvokeAsync(() => dialog.Find("#schedule-form").Submit());

        dialog.WaitForAssertion(() => Assert.Single(_site.Saved), Patience);
        Assert.Equal(
            new SaveScheduleRequest(
                "Nightly", new RunOrder(RunKind.IndexBuild, IndexOf: "handbook"), "45 22 * * 5", "Europe/Berlin", Overlap: OverlapPolicy.Queue),
            _site.Saved[0]);
    }

    [Fact]
    public async Task Dialog_ShowsWhatTheScheduleHas_WhenItIsChanged()
    {
        var training = new StartTrainingRequest(RunKind.PreTrain, "handbook", 40, "", "nightly", Settings: "{}");
        var dialog = await OpenAsync(Nightly() with { Run = new(RunKind.PreTrain, Training: training), Cron = "0 */6 * * *", Missed = MissedPolicy.Skip });
        dialog.WaitForAssertion(() => Assert.DoesNotContain(dialog.FindAll("button[type=submit]"), button => button.HasAttribute("disabled")), Patience);

        await dialog.InvokeAsync(() => dialog.Find("#schedule-form").Submit());

        dialog.WaitForAssertion(() => Assert.Single(_site.Saved), Patience);
        var saved = _site.Saved[0];
        Assert.Equal(("Nightly", "0 */6 * * *", "Europe/Berlin", MissedPolicy.Skip), (saved.Name, saved.Cron, saved.TimeZone, saved.Missed));
        Assert.Equal(training, saved.Run!.Training! with { QuestionSets = null });
    }

    [Fact]
    public void Page_LeadsToTheChain_AndSaysWhatAScheduleWaitsFor()
    {
        var chain = Guid.NewGuid();
        _site.Schedules.Add(Retraining() with
        {
            Last =
            [
                new(Due, ScheduleResult.Started, null, null, null, new ScheduledChain(chain, ChainState.Waiting, true)),
                new(Due.AddDays(-1), ScheduleResult.TooFewLabels, "3 labels are new.", null, null),
            ],
        });

        var page = _browser.Render<SchedulesPage>();

        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")), Patience);
        Assert.Contains("Retrain chain of handbook from 50 new labels on", page.Markup, StringComparison.Ordinal);
        Assert.StartsWith("Gate green, waits for you, ", page.Find($"a[href='chains/{chain}']").GetAttribute("aria-label"), StringComparison.Ordinal);
        Assert.StartsWith("Too few new labels, ", page.Find(".outcomes span[role=img]").GetAttribute("aria-label"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dialog_SavesAChain()
    {
        _site.QuestionSets.Add(new QuestionSetSummary("exam", "exam.jsonl", 100, 8, 8, 8, [], 0, "ada", DateTimeOffset.UnixEpoch));
        var dialog = await OpenAsync(null);
        await dialog.InvokeAsync(() => dialog.Find("#schedule-name").Input("Retrain"));
        await dialog.InvokeAsync(() => dialog.Find("#run-kind").Change("chain"));
        dialog.WaitForElement("#chain-steps", Patience);
        dialog.WaitForAssertion(() => Assert.Contains("Measure with exam", dialog.Markup, StringComparison.Ordinal), Patience);
        dialog.WaitForAssertion(() => Assert.Contains("Labels (", dialog.Markup, StringComparison.Ordinal), Patience);

        await dialog.InvokeAsync(() => Box(dialog, "Labels (").Change(true));
        await dialog.InvokeAsync(() => Box(dialog, "Measure with exam").Change(true));
        await dialog.InvokeAsync(() => dialog.Find("#schedule-labels").Input("50"));
        dialog.WaitForAssertion(() => Assert.DoesNotContain(dialog.FindAll("button[type=submit]"), button => button.HasAttribute("disabled")), Patience);
        await dialog.InvokeAsync(() => dialog.Find("#schedule-form").Submit());

        dialog.WaitForAssertion(() => Assert.Single(_site.Saved), Patience);
        var (run, chain) = (_site.Saved[0].Run, _site.Saved[0].Chain!);
        Assert.Equal((null, 50, "handbook", true, 300), (run, chain.MinNewLabels, chain.Chain.Corpus, chain.Chain.Labels, chain.Chain.Steps));
        Assert.Equal(["exam"], chain.Chain.GateSets!);
        Assert.Empty(chain.Chain.QuestionSets);
    }

    [Fact]
    public async Task Dialog_ShowsTheChainThatTheScheduleHas_WhenItIsChanged()
    {
        var dialog = await OpenAsync(Retraining());
        dialog.WaitForAssertion(() => Assert.DoesNotContain(dialog.FindAll("button[type=submit]"), button => button.HasAttribute("disabled")), Patience);

        await dialog.InvokeAsync(() => dialog.Find("#schedule-form").Submit());

        dialog.WaitForAssertion(() => Assert.Single(_site.Saved), Patience);
        var chain = _site.Saved[0].Chain!;
        Assert.Equal(50, chain.MinNewLabels);
        Assert.Equivalent(Retraining().Chain!.Chain with { GateSets = [] }, chain.Chain);
    }

    private static AngleSharp.Dom.IElement Box(IRenderedComponent<MudDialogProvider> dialog, string label) => dialog.FindAll("label")
        .First(box => box.TextContent.Contains(label, StringComparison.Ordinal)).QuerySelector("input[type=checkbox]")!;

    private static ScheduleView Retraining() => Nightly() with
    {
        Run = null, Chain = new ChainOrder(new StartChainRequest("handbook", [], Steps: 20, Candidate: "nightly", PromotesWhenGreen: true, Labels: true), 50),
    };

    private static ScheduleView Nightly() => new(
        Guid.NewGuid(), "Nightly", new RunOrder(RunKind.IndexBuild, IndexOf: "handbook"), "0 3 * * *", "Europe/Berlin", true, OverlapPolicy.Skip,
        MissedPolicy.RunOnce, "ada", DateTimeOffset.UnixEpoch, Due, []);

    private async Task<IRenderedComponent<MudDialogProvider>> OpenAsync(ScheduleView? schedule)
    {
        var dialog = _browser.Render<MudDialogProvider>();
        var parameters = new DialogParameters<ScheduleDialog> { { shown => shown.Schedule, schedule }, { shown => shown.Corpora, [Corpus] } };
        await dialog.InvokeAsync(() => _browser.Services.GetRequiredService<IDialogService>().ShowAsync<ScheduleDialog>("Schedule", parameters));
        dialog.WaitForElement("#schedule-name", Patience);
        return dialog;
    }
}
