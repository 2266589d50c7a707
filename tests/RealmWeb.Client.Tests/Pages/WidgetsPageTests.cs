using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using RealmWeb.Client.Components.Widgets;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Widgets;

namespace RealmWeb.Client.Tests.Pages;

/// <summary>The page with its dialog over a real connection.</summary>
public sealed class WidgetsPageTests : IAsyncLifetime
{
    private static readonly WidgetView Wiki = new(
        "w-1", "Wiki", ["handbook"], ["https://wiki.example"], 30, 1000, true, "ada", DateTimeOffset.UnixEpoch, 7);

    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;
    private IRenderedComponent<MudDialogProvider> _dialogs = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
        _browser.Render<MudPopoverProvider>();
        _dialogs = _browser.Render<MudDialogProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public void Page_SaysWhatAWidgetIs_WhenThereIsNone()
    {
        var page = _browser.Render<WidgetsPage>();

        page.WaitForAssertion(() => Assert.Contains("There is no widget yet.", page.Markup, StringComparison.Ordinal), Patience);
        Assert.Empty(page.FindAll(".widget-tags"));
    }

    [Fact]
    public void Page_ShowsSitesCorporaAndUse_AndTheTags()
    {
        _site.Widgets.AddRange([Wiki, Wiki with { Id = "w-2", Name = "Closed", Origins = [], Flags = false }]);

        var page = _browser.Render<WidgetsPage>();

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count), Patience);
        var rows = page.FindAll("tbody tr").Select(row => row.TextContent).ToList();
        Assert.Contains("https://wiki.example", rows[0], StringComparison.Ordinal);
        Assert.Contains("7 of 1,000 today", rows[0], StringComparison.Ordinal);
        Assert.Contains("30 a minute", rows[0], StringComparison.Ordinal);
        Assert.Contains("off: no site may show it", rows[1], StringComparison.Ordinal);
        Assert.Contains("not allowed", rows[1], StringComparison.Ordinal);
        Assert.Equal(
            "<script src=\"http://localhost/realm-ask.js\" async></script>\n<realm-ask widget=\"w-1\"></realm-ask>", page.Find(".widget-tags").TextContent);
    }

    [Fact]
    public void Tags_AreThoseOfAWidgetThatASiteMayShow()
    {
        _site.Widgets.AddRange([Wiki with { Id = "w-0", Name = "Closed", Origins = [] }, Wiki]);

        var page = _browser.Render<WidgetsPage>();

        page.WaitForAssertion(() => Assert.Contains("widget=\"w-1\"", page.Find(".widget-tags").TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains("the box of Wiki", page.Find("section p").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_OffersToSignIn_WhenTheAccountMayNotSeeWidgets()
    {
        _site.Me = new("bob", [Roles.Asker], false, true);

        var page = _browser.Render<WidgetsPage>();

        page.WaitForAssertion(() => Assert.Contains("Widgets are for administrators.", page.Markup, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public async Task Delete_AsksFirst_AndKeepsTheWidgetUntilThen()
    {
        _site.Widgets.Add(Wiki);
        var page = _browser.Render<WidgetsPage>();
        page.WaitForElement("button[aria-label='Delete Wiki']", Patience);

        await page.InvokeAsync(() => page.Find("button[aria-label='Delete Wiki']").Click());
        _dialogs.WaitForAssertion(() => Assert.Contains("Pages that show Wiki say that it is gone.", _dialogs.Markup, StringComparison.Ordinal), Patience);
        Assert.Single(_site.Widgets);
        await _dialogs.InvokeAsync(() => Button("Delete").Click());

        page.WaitForAssertion(() => Assert.Contains("There is no widget yet.", page.Markup, StringComparison.Ordinal), Patience);
        Assert.Empty(_site.Widgets);
    }

    [Fact]
    public async Task Dialog_SavesWhatWasChosen_OnceItIsComplete()
    {
        await OpenAsync(null);
        var incomplete = Button("Make it").HasAttribute("disabled");
        await _dialogs.InvokeAsync(() => _dialogs.Find("#widget-name").Input("  Wiki "));
        await _dialogs.InvokeAsync(() => _dialogs.Find("fieldset input[type=checkbox]").Change(true));
        await _dialogs.InvokeAsync(() => _dialogs.Find("#widget-origins").Input("https://wiki.example\n\n http://127.0.0.1:81 \n"));
        await _dialogs.InvokeAsync(() => _dialogs.Find("#widget-minute").Change("5"));
        await _dialogs.InvokeAsync(() => _dialogs.Find("#widget-day").Change("50"));
        _dialogs.WaitForAssertion(() => Assert.False(Button("Make it").HasAttribute("disabled")), Patience);

        await _dialogs.InvokeAsync(() => _dialogs.Find("#widget-form").Submit());

        _dialogs.WaitForAssertion(() => Assert.Single(_site.SavedWidgets), Patience);
        Assert.True(incomplete);
        Assert.Equivalent(
            ("w-new", new SaveWidgetRequest("Wiki", ["handbook"], ["https://wiki.example", "http://127.0.0.1:81"], 5, 50)), _site.SavedWidgets[0], strict: true);
        _dialogs.WaitForAssertion(() => Assert.Empty(_dialogs.FindAll("#widget-form")), Patience);
    }

    [Fact]
    public async Task Dialog_StaysOpenWithTheReason_WhenASiteIsRefused()
    {
        await OpenAsync(Wiki with { Origins = ["https://*.example"] });

        await _dialogs.InvokeAsync(() => _dialogs.Find("#widget-form").Submit());

        _dialogs.WaitForAssertion(() => Assert.Equal("A site holds a *. Name each site.", _dialogs.Find("[role=alert]").TextContent), Patience);
        Assert.Equal("https://*.example", _dialogs.Find("#widget-origins").GetAttribute("value"));
        Assert.Empty(_site.SavedWidgets);
    }

    [Fact]
    public async Task Dialog_ChangesOnlyWhatWasChanged()
    {
        await OpenAsync(Wiki);
        await _dialogs.InvokeAsync(() => _dialogs.Find("#widget-day").Change("2000"));

        await _dialogs.InvokeAsync(() => _dialogs.Find("#widget-form").Submit());

        _dialogs.WaitForAssertion(() => Assert.Single(_site.SavedWidgets), Patience);
        Assert.Equivalent(
            ("w-1", new SaveWidgetRequest("Wiki", ["handbook"], ["https://wiki.example"], 30, 2000, true)), _site.SavedWidgets[0], strict: true);
    }

    [Fact]
    public async Task Dialog_AsksBeforeAWidgetOpensACorpusForChosenPeople()
    {
        await OpenAsync(Wiki, restricted: true);
        Assert.Contains("Everybody who sees the widget could ask there", _dialogs.Find("[role=status]").TextContent, StringComparison.Ordinal);
        Assert.True(Button("Save").HasAttribute("disabled"));

        await _dialogs.InvokeAsync(() => _dialogs.Find(".notice input[type=checkbox]").Change(true));
        await _dialogs.InvokeAsync(() => _dialogs.Find("#widget-form").Submit());

        _dialogs.WaitForAssertion(() => Assert.True(Assert.Single(_site.SavedWidgets).Request.OpensRestricted), Patience);
    }

    private IElement Button(string text) => _dialogs.FindAll("button").Single(button => button.TextContent.Trim() == text);

    private async Task OpenAsync(WidgetView? widget, bool restricted = false)
    {
        var corpus = new CorpusSummary("handbook", "Handbook", 3, 30, "g1", 30, false, "tiny", null, DateTimeOffset.UnixEpoch)
        {
            Restricted = restricted,
        };
        var parameters = new DialogParameters<WidgetDialog> { { shown => shown.Widget, widget }, { shown => shown.Corpora, [corpus] } };
        await _dialogs.InvokeAsync(() => _browser.Services.GetRequiredService<IDialogService>().ShowAsync<WidgetDialog>("Widget", parameters));
        _dialogs.WaitForElement("#widget-name", Patience);
    }
}
