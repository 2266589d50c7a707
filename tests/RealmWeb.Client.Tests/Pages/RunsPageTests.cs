using AngleSharp.Dom;
using Bunit;
using MudBlazor;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Schedules;

namespace RealmWeb.Client.Tests.Pages;

/// <summary>The page with the client's own services over a real connection.</summary>
public sealed class RunsPageTests : IAsyncLifetime
{
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
    public void Page_SaysWhatWillStandHere_WhenNothingHasRun()
    {
        var page = _browser.Render<RunsPage>();

        page.WaitForAssertion(() => Assert.Contains("Nothing has run yet.", page.Markup, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public void Page_SaysWhatIsAtWorkAndWhatComesNext()
    {
        ScheduleView At(string name, int day, bool enabled = true) => new(
            Guid.NewGuid(), name, null, "0 3 * * *", "UTC", enabled, default, default, "ada", DateTimeOffset.UnixEpoch, new(2027, 1, day, 3, 0, 0, default), []);
        _site.Runs.AddRange([RunSnapshots.At(RunState.Running, 1), RunSnapshots.At(RunState.Queued, 0)]);
        _site.Schedules.AddRange([At("later", 9), At("sooner", 2), At("off", 1, enabled: false)]);

        var page = _browser.Render<RunsPage>();

        page.WaitForAssertion(() => Assert.Contains("1 at work, 1 waiting. Next by schedule: sooner, 2027-01-02", page.Markup.Replace("<a href=\"schedules\">", "")
            .Replace("</a>", ""), StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task Page_ListsRuns_AndCountsThemByState()
    {
        _site.Runs.AddRange([RunSnapshots.At(RunState.Running, 1), RunSnapshots.At(RunState.Failed, 1), RunSnapshots.At(RunState.Failed, 1)]);

        var page = _browser.Render<RunsPage>();
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("tbody tr").Count), Patience);
        await page.InvokeAsync(() => Failed(page).Click());

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count), Patience);
        Assert.Equal("true", Failed(page).GetAttribute("aria-pressed"));
    }

    [Fact]
    public void Progress_SaysThatItBegins_WhenNothingIsCountedYet()
    {
        _site.Runs.Add(RunSnapshots.At(RunState.Running, 1) with { Done = 0, Total = null, Unit = "" });

        var page = _browser.Render<RunsPage>();

        page.WaitForAssertion(() => Assert.Equal("Begins", page.Find(".run-numbers").TextContent.Trim()), Patience);
    }

    [Fact]
    public void Page_OffersToSetUp_WhenThereIsNoAdministratorYet()
    {
        _site.Me = new("", [], true, true);

        var page = _browser.Render<RunsPage>();

        page.WaitForAssertion(
            () => Assert.Contains("Runs are for administrators. This site has none yet.", page.Markup, StringComparison.Ordinal), Patience);
        Assert.Equal("setup", page.Find(".notice a").GetAttribute("href"));
    }

    [Fact]
    public void Page_OffersToSignIn_WhenTheAccountMayNotSeeRuns()
    {
        _site.Me = new("", [], false, true);

        var page = _browser.Render<RunsPage>();

        page.WaitForAssertion(() => Assert.Contains("Runs are for administrators.", page.Markup, StringComparison.Ordinal), Patience);
        Assert.Empty(page.FindAll("tbody tr"));
    }

    private static IElement Failed(IRenderedComponent<RunsPage> page) =>
        page.FindAll("button.filter").Single(button => button.TextContent.Contains("Failed", StringComparison.Ordinal));
}
