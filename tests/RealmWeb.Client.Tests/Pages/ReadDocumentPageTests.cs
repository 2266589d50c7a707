using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Corpora;

namespace RealmWeb.Client.Tests.Pages;

public sealed class ReadDocumentPageTests
{
    private const string Text = "One. Two goes on. Three ends.";

    [Fact]
    public async Task Pages_AreSaidWhereTheyBegin_WithinThePassageToo()
    {
        await using var site = await ScriptedSite.StartAsync();
        site.Document = new DocumentView(1, "handbook", "a.pdf", "Handbook", Text) { PageStarts = [0, 5, 18] };
        await using var browser = new BunitContext();
        browser.Services.AddRealmWebClient(site.Address);
        browser.JSInterop.Mode = JSRuntimeMode.Loose;
        browser.SetRendererInfo(new("WebAssembly", isInteractive: true));
        browser.Services.GetRequiredService<NavigationManager>().NavigateTo("corpora/handbook/docs/1?start=5&end=29&from=18&to=23");

        var page = browser.Render<ReadDocumentPage>(shown => shown.Add(document => document.Corpus, "handbook").Add(document => document.Id, 1));
        page.WaitForElement("#passage", TimeSpan.FromMinutes(1));

        Assert.Equal(["Page 1", "Page 2", "Page 3"], page.FindAll(".page-mark").Select(mark => mark.GetAttribute("data-page")));
        Assert.Equal(("Three", Text[5..], Text), (
            page.Find("#passage mark").TextContent, page.Find("#passage").TextContent, page.Find(".document-text").TextContent));
        Assert.Equal("Page 3", page.Find("#passage .page-mark").GetAttribute("data-page"));
        Assert.Contains("3 pages · the mark is on page 3", page.Markup, StringComparison.Ordinal);
    }
}
