using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Flags;

namespace RealmWeb.Client.Tests.Pages;

/// <summary>The page with the client's own services over a real connection.</summary>
public sealed class GapsPageTests : IAsyncLifetime
{
    private static readonly GapReport Report = new(
        "rivers", true, 3,
        [
            new Gap(5, [new("Where does it rise?", 4, 1, DateTimeOffset.UnixEpoch), new("What is its source?", 1, 0, DateTimeOffset.UnixEpoch)]),
            new Gap(1, [new("How deep is it?", 1, 0, DateTimeOffset.UnixEpoch)]),
        ]);

    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;
    private IRenderedComponent<MudDialogProvider> _dialog = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _site.Annotation.Gaps = Report;
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
        _browser.SetRendererInfo(new("WebAssembly", isInteractive: true));
        _browser.Render<MudPopoverProvider>();
        _dialog = _browser.Render<MudDialogProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Gaps_StandByMeaning_AndAFoundPassageGoesToTheDeskWithItsQuestion()
    {
        _site.Passages.Add(new FoundPassage("b9", 12, "Source", "It rises in the mountains.", 0));
        var page = _browser.Render<GapsPage>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("article").Count), Patience);
        Assert.Contains("asked 5 times", page.FindAll("article")[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("1 × “not in these documents”", page.FindAll(".gap-questions li")[0].TextContent, StringComparison.Ordinal);
        Assert.Equal("c/rivers?q=How%20deep%20is%20it%3F", page.FindAll("article")[1].QuerySelector("a")!.GetAttribute("href"));

        await page.InvokeAsync(() => page.Find("button[aria-label='Find the passage: Where does it rise?']").Click());
        _dialog.WaitForAssertion(() => _dialog.Find("#find-words"), Patience);
        await _dialog.InvokeAsync(() => _dialog.Find("#find-words").Input("mountains"));
        await _dialog.InvokeAsync(() => _dialog.Find("form").Submit());
        _dialog.WaitForAssertion(() => _dialog.Find(".find-row"), Patience);
        await _dialog.InvokeAsync(() => _dialog.Find(".find-row").Click());

        var navigation = _browser.Services.GetRequiredService<NavigationManager>();
        page.WaitForAssertion(() => Assert.EndsWith("annotate?item=1", navigation.Uri, StringComparison.Ordinal), Patience);
        Assert.Equal("Where does it rise?", Assert.Single(_site.Annotation.Items).Question);
        var (item, saved) = Assert.Single(_site.Annotation.Saved);
        Assert.Equal((1L, LabelState.Draft), (item, saved.State));
        // The item has a passage of its own; this one follows it.
        Assert.Equal((2, new PassageReference(12, "b9")), (saved.Content.Passages[0].Rank, saved.Content.Passages[0].Found));
    }

    [Fact]
    public async Task Document_IsAddedByAnAdministrator()
    {
        var page = _browser.Render<GapsPage>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("article").Count), Patience);

        await page.InvokeAsync(() => page.Find("button[aria-label='Add a document: How deep is it?']").Click());

        _dialog.WaitForAssertion(() => Assert.Contains("Drop files or folders here", _dialog.Markup, StringComparison.Ordinal), Patience);
        Assert.Equal("How deep is it?", _dialog.Find(".dialog-title").TextContent);
    }

    [Fact]
    public void Curator_MayNotAddDocuments_AndIsToldWhereNothingIsMissing()
    {
        _site.Me = new("cleo", [Roles.Curator], false, true);
        var page = _browser.Render<GapsPage>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("article").Count), Patience);
        Assert.Empty(page.FindAll("button[aria-label^='Add a document']"));

        _site.Annotation.Gaps = Report with { Questions = 0, Gaps = [] };
        var empty = _browser.Render<GapsPage>();

        empty.WaitForAssertion(() => Assert.Contains("No gaps.", empty.Markup, StringComparison.Ordinal), Patience);
    }
}
