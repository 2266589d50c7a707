using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Tests.Pages;

public sealed class CompareRunsPageTests : IAsyncLifetime
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
    public void Page_OverlaysTheCurves_AndShowsWhatDiffers()
    {
        var (one, two) = (Training("one", 0.5), Training("two", 0.25));
        foreach (var run in new[] { one, two })
        {
            _site.Points[run.Id] = [new("loss", 1, 1), new("loss", 2, run.Metrics["loss"])];
            _site.Parameters[run.Id] = new() { ["Corpus"] = "handbook", ["NewModel"] = run.Target };
        }
        _site.Runs.AddRange([one, two]);
        _browser.Services.GetRequiredService<NavigationManager>().NavigateTo($"runs/compare?ids={one.Id},{two.Id}");

        var page = _browser.Render<CompareRunsPage>();

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".legend li").Count), Patience);
        Assert.Equal("Loss. 1: 0.5 at 2, 2: 0.25 at 2", page.Find(".chart [role=img]").GetAttribute("aria-label"));
        Assert.Equal(["Loss", "0.5", "0.25"], Cells(page, "Figures"));
        Assert.Equal(["New model", "one", "two"], Cells(page, "Parameters that differ"));
    }

    [Fact]
    public void Page_SaysHowManyToChoose_WhenThereIsOne()
    {
        _browser.Services.GetRequiredService<NavigationManager>().NavigateTo($"runs/compare?ids={Guid.NewGuid()}");

        var page = _browser.Render<CompareRunsPage>();

        page.WaitForAssertion(() => Assert.Contains("Choose two to five runs", page.Markup, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task RunsPage_LeadsToTheComparison_OnceTwoTrainingsAreChosen()
    {
        var (one, two) = (Training("one", 0.5), Training("two", 0.25));
        _site.Runs.AddRange([one, two, RunSnapshots.At(RunState.Succeeded, 1)]);
        var page = _browser.Render<RunsPage>();
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("tbody tr").Count), Patience);

        await page.InvokeAsync(() => page.Find("input[aria-label='Compare REALM pre-training of one']").Change(true));
        var alone = page.FindAll("a[href^='runs/compare']").Count;
        await page.InvokeAsync(() => page.Find("input[aria-label='Compare REALM pre-training of two']").Change(true));

        Assert.Equal(2, page.FindAll("input[aria-label^='Compare ']").Count);
        Assert.Equal((0, $"runs/compare?ids={one.Id},{two.Id}"), (alone, page.Find("a[href^='runs/compare']").GetAttribute("href")));
    }

    private static RunSnapshot Training(string target, double loss) => RunSnapshots.At(RunState.Succeeded, 1) with
    {
        Kind = RunKind.PreTrain, Target = target, Metrics = new Dictionary<string, double> { ["loss"] = loss },
    };

    private static IEnumerable<string> Cells(IRenderedComponent<CompareRunsPage> page, string table) =>
        page.FindAll($"section[aria-label='{table}'] tbody tr > *").Select(cell => cell.TextContent);
}
