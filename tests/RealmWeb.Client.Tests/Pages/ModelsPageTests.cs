using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Models;

namespace RealmWeb.Client.Tests.Pages;

public sealed class ModelsPageTests : IAsyncLifetime
{
    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;
    private IRenderedComponent<MudDialogProvider> _dialog = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
        _browser.Renderer.SetRendererInfo(new RendererInfo("WebAssembly", isInteractive: true));
        _browser.Render<MudPopoverProvider>();
        _dialog = _browser.Render<MudDialogProvider>();
        _site.Models.AddRange([Model("tiny"), Model("better") with { InProduction = true }]);
        _site.Promotions.Add(new Promotion("better", "tiny", DateTimeOffset.UnixEpoch, "ann", "it knows more"));
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task RollBack_NeedsNoReasonToBeWritten()
    {
        var page = Render();

        await page.InvokeAsync(() => Button(page, "Roll back to tiny").Click());
        _dialog.WaitForAssertion(() => Assert.False(Button(_dialog, "Roll back").HasAttribute("disabled")), Patience);
        await _dialog.InvokeAsync(() => _dialog.Find("#reason-form").Submit());

        page.WaitForAssertion(() => Assert.Equal((ApiRoutes.Rollback, new PromoteRequest("rolled back")), Assert.Single(_site.Started)), Patience);
    }

    [Fact]
    public async Task Promotion_AsksForAReason()
    {
        var page = Render();

        await page.InvokeAsync(() => page.Find("button[aria-label='Promote tiny']").Click());
        _dialog.WaitForAssertion(() => Assert.Equal("", _dialog.Find("#reason").GetAttribute("value") ?? ""), Patience);

        Assert.True(Button(_dialog, "Promote").HasAttribute("disabled"));
    }

    private IRenderedComponent<ModelsPage> Render()
    {
        var page = _browser.Render<ModelsPage>();
        page.WaitForAssertion(() => Button(page, "Roll back to tiny"), Patience);
        return page;
    }

    private static IElement Button(IRenderedComponent<IComponent> shown, string text) =>
        shown.FindAll("button").First(button => button.TextContent.Trim() == text);

    private static ModelSummary Model(string name) => new(name, "of a test", false, DateTimeOffset.UnixEpoch, null, null);
}
