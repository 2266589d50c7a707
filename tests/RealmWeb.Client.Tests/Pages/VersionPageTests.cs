using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Corpora;

namespace RealmWeb.Client.Tests.Pages;

public sealed class VersionPageTests : IAsyncLifetime
{
    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _site.Versions.Add(new(Version(2, isCurrent: true), "The mill has two wheels."));
        _site.Versions.Add(new(Version(1, isCurrent: false), "The mill has one wheel."));
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
        _browser.SetRendererInfo(new("WebAssembly", isInteractive: true));
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public void AFormerText_IsShownWithALineThatItIsNotTheCurrentOne()
    {
        var page = Open(1, "");
        page.WaitForElement(".document-text", Patience);

        Assert.Equal("The mill has one wheel.", page.Find(".document-text").TextContent);
        Assert.StartsWith("This is not the current text", page.Find(".notice").TextContent.Trim(), StringComparison.Ordinal);
        Assert.Equal("corpora/handbook/docs/1", page.Find(".notice a").GetAttribute("href"));
    }

    [Fact]
    public void TheCurrentText_IsSaidToBeIt()
    {
        var page = Open(2, "");
        page.WaitForElement(".document-text", Patience);

        Assert.StartsWith("This is the current text", page.Find(".notice").TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatChanged_IsShownByParagraphs()
    {
        _site.Changes = new DocumentChanges(1, 2, 1, 1,
            [
                new(ParagraphChange.LeftOut, "", 14), new(ParagraphChange.Same, "By the river."), new(ParagraphChange.Removed, "The mill has one wheel."),
                new(ParagraphChange.Added, "The mill has two wheels."),
            ], IsCut: false);

        var page = Open(2, "?against=1");
        page.WaitForElement(".changes", Patience);

        Assert.Equal("From version 1 to version 2: 1 added, 1 removed", page.Find("h2").TextContent);
        Assert.Equal(("AddedThe mill has two wheels.", "RemovedThe mill has one wheel."), (page.Find("ins").TextContent, page.Find("del").TextContent));
        Assert.Equal(["14 paragraphs the same", "By the river."], page.FindAll(".changes > p").Select(paragraph => paragraph.TextContent));
        Assert.Empty(page.FindAll(".document-text"));
    }

    [Fact]
    public async Task AnotherVersion_IsChosenByTheAddress()
    {
        var page = Open(2, "");
        page.WaitForElement("#against", Patience);

        await page.InvokeAsync(() => page.Find("#against").Change("1"));

        Assert.EndsWith("corpora/handbook/docs/1/versions/2?against=1", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void AVersionThatIsNotKept_IsSaidToBeGone()
    {
        var page = Open(7, "");

        page.WaitForAssertion(() => Assert.Contains("Version 7 of document 1 is not kept", page.Markup, StringComparison.Ordinal), Patience);
    }

    private NavigationManager Navigation => _browser.Services.GetRequiredService<NavigationManager>();

    private IRenderedComponent<VersionPage> Open(int number, string query)
    {
        Navigation.NavigateTo($"corpora/handbook/docs/1/versions/{number}{query}");
        return _browser.Render<VersionPage>(shown =>
            shown.Add(version => version.Corpus, "handbook").Add(version => version.Id, 1).Add(version => version.Number, number));
    }

    private static DocumentVersion Version(int number, bool isCurrent) =>
        new(number, "Mill", 24, "00", new DocumentImport(DateTimeOffset.UnixEpoch), isCurrent);
}
