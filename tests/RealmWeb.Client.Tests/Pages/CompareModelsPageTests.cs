using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Models;
using RealmWeb.Contracts.Runs;

namespace RealmWeb.Client.Tests.Pages;

public sealed class CompareModelsPageTests : IAsyncLifetime
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
    public void Page_OverlaysTheCurvesOfTheTrainings_BelowTheFigures()
    {
        var (careful, bold) = (Training("careful", 0.5), Training("bold", 0.25));

        var page = Render(Model("shipped", null), careful, bold);

        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll(".legend li").Count), Patience);
        Assert.Equal("Loss. 1: not measured, 2: 0.5 at 2, 3: 0.25 at 2", page.Find("article ~ section .chart [role=img]").GetAttribute("aria-label"));
        Assert.StartsWith("1: shipped not trained on this site", Words(page, 0), StringComparison.Ordinal);
        Assert.StartsWith("2: careful Fine-tuning", Words(page, 1), StringComparison.Ordinal);
        Assert.Equal([$"runs/{careful.RunId}", $"runs/{bold.RunId}"], page.FindAll(".legend a").Select(link => link.GetAttribute("href")));
        // A line is shown for what is drawn alone.
        Assert.Equal([0, 1, 1], page.FindAll(".legend li").Select(model => model.QuerySelectorAll("svg").Length));
    }

    [Fact]
    public void Page_NamesModelsWithoutATraining_WhereNoneHasOne()
    {
        var page = Render(Model("shipped", null), Model("imported", null));

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".legend li").Count), Patience);
        Assert.All([0, 1], at => Assert.EndsWith("not trained on this site", Words(page, at), StringComparison.Ordinal));
        Assert.Empty(page.FindAll(".charts, .log-tools"));
    }

    private IRenderedComponent<CompareModelsPage> Render(params ModelSummary[] models)
    {
        // The list of models has an order of its own.
        _site.Models.AddRange(models.Reverse());
        var names = models.Select(model => model.Name).ToArray();
        var measure = new ComparedMeasure("em", [new(50, null, null, null), .. names.Skip(1).Select(_ => new ComparedValue(60, 10, -2, 22))]);
        _site.ModelComparison = new(names, [new ComparedSet("exam", "handbook", 8, [.. names.Select(_ => 1)], [.. names.Select(_ => 0)], [measure])]);
        _browser.Services.GetRequiredService<NavigationManager>().NavigateTo($"models/compare?{string.Join('&', names.Select(name => $"model={name}"))}");
        return _browser.Render<CompareModelsPage>();
    }

    private ModelSummary Training(string name, double loss)
    {
        var run = RunSnapshots.At(RunState.Succeeded, 1) with { Kind = RunKind.FineTune, Target = name };
        _site.Runs.Add(run);
        _site.Points[run.Id] = [new("loss", 1, 1), new("loss", 2, loss)];
        return Model(name, run.Id);
    }

    private static ModelSummary Model(string name, Guid? run) => new(name, "of a test", false, DateTimeOffset.UnixEpoch, run, null);

    private static string Words(IRenderedComponent<CompareModelsPage> page, int model) =>
        string.Join(' ', page.FindAll(".legend li")[model].TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
