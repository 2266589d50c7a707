using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Annotation;

namespace RealmWeb.Client.Tests.Pages;

/// <summary>Many questions in a table, with the client's own services over a real connection.</summary>
public sealed class BulkPageTests : IAsyncLifetime
{
    private readonly BunitContext _browser = new();
    private readonly StillClock _time = new();
    private ScriptedSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _browser.Services.AddSingleton<TimeProvider>(_time);
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
        _browser.SetRendererInfo(new("WebAssembly", isInteractive: true));
        _browser.Render<MudPopoverProvider>();
        _site.Annotation.Items.AddRange(Enumerable.Range(1, 14).Select(number => ScriptedAnnotation.Item(number, $"Question {number}?")));
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Items_AreGradedSubmittedAndTakenBack_ByKeysAlone()
    {
        var page = await OpenAsync(10);

        await PressAsync(page, "2", "Enter", "0", "Enter", "n", "Enter");
        await page.WaitForAssertionAsync(() => Assert.Equal(3, page.FindAll(".bulk-done").Count), Patience);

        var submitted = _site.Annotation.Saved.Where(saved => saved.Request.State == LabelState.Submitted).ToList();
        Assert.Equal([1L, 2, 3], submitted.Select(saved => saved.Item));
        Assert.Equal([2, 0], submitted.Take(2).Select(saved => saved.Request.Content.Passages[0].Grade!.Value));
        Assert.True(submitted[2].Request.Content.NoAnswer);
        await PressAsync(page, "Ctrl+z");
        await page.WaitForAssertionAsync(() => Assert.Equal(2, page.FindAll(".bulk-done").Count), Patience);
        Assert.Equal("true", page.Find(".bulk-active .whole-label .filter").GetAttribute("aria-pressed"));
    }

    [Fact]
    public async Task Table_IsRefilled_BeforeTheLastIsDone()
    {
        var page = await OpenAsync(10);

        foreach (var _ in Enumerable.Range(0, 6)) await PressAsync(page, "1", "Enter");

        await page.WaitForAssertionAsync(() => Assert.Equal(8, OpenRows(page)), Patience);
        Assert.Equal(6, page.FindAll(".bulk-done").Count);
    }

    [Fact]
    public async Task Row_ThatSomebodyElseHolds_SaysSo_AndTheOthersGoOn()
    {
        var page = await OpenAsync(10);
        _site.Annotation.TakenByOthers.Add(4);

        await page.InvokeAsync(() => _time.Advance(TimeSpan.FromMinutes(1)));

        await page.WaitForAssertionAsync(() => Assert.Contains("Somebody else has this", page.Find("[role=alert]").TextContent, StringComparison.Ordinal), Patience);
        Assert.Equal(9, _site.Annotation.Held.Count);
        await PressAsync(page, "1", "Enter");
        await page.WaitForAssertionAsync(() => Assert.Single(page.FindAll(".bulk-done")), Patience);
    }

    [Fact]
    public async Task Rows_WaitForTheConnection_AndAreSubmittedWhenItIsBack()
    {
        var page = await OpenAsync(10);
        _site.Annotation.Unreached = true;

        await PressAsync(page, "3", "Enter", "1", "Enter");
        await page.WaitForAssertionAsync(() => Assert.Equal(2, page.FindAll(".bulk-problem").Count), Patience);
        Assert.Contains("Question 3?", page.Find(".bulk-active").TextContent, StringComparison.Ordinal);
        _site.Annotation.Unreached = false;
        await page.InvokeAsync(() => _time.Advance(TimeSpan.FromSeconds(6)));

        await page.WaitForAssertionAsync(() => Assert.Equal(2, page.FindAll(".bulk-done").Count), Patience);
        Assert.Equal([(1L, 3), (2L, 1)], _site.Annotation.Saved.Select(saved => (saved.Item, saved.Request.Content.Passages[0].Grade!.Value)).Order());
    }

    [Fact]
    public async Task Items_AreGivenBack_WhenThePageIsLeft()
    {
        await OpenAsync(10);

        await _browser.DisposeComponentsAsync();

        Assert.Equal(Enumerable.Range(1, 10).Select(number => (long)number), _site.Annotation.Released.Order());
    }

    private async Task<IRenderedComponent<BulkPage>> OpenAsync(int rows)
    {
        var page = _browser.Render<BulkPage>();
        await page.WaitForAssertionAsync(() => Assert.Equal(rows, OpenRows(page)), Patience);
        await page.WaitForAssertionAsync(() => page.Find(".bulk-active"), Patience);
        return page;
    }

    private static int OpenRows(IRenderedComponent<BulkPage> page) => page.FindAll(".bulk tbody tr:not(.bulk-done)").Count;

    private static async Task PressAsync(IRenderedComponent<BulkPage> page, params string[] keys)
    {
        foreach (var key in keys) await page.InvokeAsync(() => page.Instance.OnDeskKey(key));
    }
}
