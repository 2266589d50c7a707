using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using RealmWeb.Client.Components.Documents;
using RealmWeb.Client.Pages;
using RealmWeb.Client.State;
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
        await using var browser = Browser(site);

        var page = Open(browser, "?start=5&end=29&from=18&to=23");
        page.WaitForElement("#passage", Patience);

        Assert.Equal(["Page 1", "Page 2", "Page 3"], page.FindAll(".page-mark").Select(mark => mark.GetAttribute("data-page")));
        Assert.Equal(("Three", Text[5..], Text), (
            page.Find("#passage mark").TextContent, page.Find("#passage").TextContent, page.Find(".document-text").TextContent));
        Assert.Equal("Page 3", page.Find("#passage .page-mark").GetAttribute("data-page"));
        Assert.Contains("3 pages · the mark is on page 3", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_CountsHits_AndStepsThroughThem_AcrossTheMarks()
    {
        await using var site = await ScriptedSite.StartAsync();
        site.Document = new DocumentView(1, "handbook", "a.txt", "Handbook", "Rules\n\nThe tea is hot. The\ntea is green.\n\nThe end\n\nTea again.")
        {
            Headings = [new(0, 5), new(42, 49)],
        };
        await using var browser = Browser(site);
        var page = Open(browser, "?start=7&end=26&from=7&to=14");
        page.WaitForElement("#passage", Patience);

        await page.InvokeAsync(() => page.FindComponent<DocumentSearch>().Instance.WordsChanged.InvokeAsync("the tea"));
        var (first, marks) = (page.Find(".hit-current").TextContent, page.FindAll(".hit").Select(hit => hit.TextContent).ToList());
        await page.InvokeAsync(() => page.FindComponent<DocumentSearch>().Instance.OnStep.InvokeAsync(1));

        Assert.Equal(("The tea", "2 of 2"), (first, page.Find(".search-count").TextContent));
        // The second one lies on both sides of the end of the passage.
        Assert.Equal(["The tea", "The", "\ntea"], marks);
        Assert.Equal(["The", "\ntea"], page.FindAll(".hit-current").Select(hit => hit.TextContent));
        Assert.Equal(("hit-1", site.Document.Text), (page.FindAll(".hit-current")[0].Id, page.Find(".document-text").TextContent));
        Assert.Equal(["Rules", "The end"], page.FindAll(".outline a").Select(link => link.TextContent));
        Assert.Equal(
            page.FindAll(".heading").Select(heading => $"corpora/handbook/docs/1?start=7&end=26&from=7&to=14#{heading.Id}"),
            page.FindAll(".outline a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public async Task Facts_SayWhoImportedIt_AndWhatWaitsForTheIndex()
    {
        await using var site = await ScriptedSite.StartAsync();
        site.Document = new DocumentView(1, "rivers", "a.txt", "Rivers", Text);
        var run = Guid.NewGuid();
        site.Details = new DocumentDetails(
            new DocumentOrigin(DocumentPlace.Upload, "office/a.txt"), new DocumentImport(DateTimeOffset.UnixEpoch, "ada", run),
            new DocumentImport(DateTimeOffset.UnixEpoch.AddDays(1), "mary"),
            [new(0, 17, PassageState.Indexed), new(18, 29, PassageState.Waits)], []);
        await using var browser = Browser(site);
        await browser.Services.GetRequiredService<CorporaState>().LoadAsync();
        var page = Open(browser, "", "rivers");

        page.WaitForElement(".side-facts", Patience);

        var facts = page.FindAll(".side-facts dd").Select(fact => fact.TextContent.Trim()).ToList();
        Assert.Equal("office/a.txt, sent to the site", facts[0]);
        Assert.StartsWith("Imported by ada", facts[1], StringComparison.Ordinal);
        Assert.StartsWith("Changed by mary", facts[2], StringComparison.Ordinal);
        Assert.Equal([$"runs/{run}"], page.FindAll(".side-facts a").Select(link => link.GetAttribute("href")));
        Assert.Contains("1 not in the index yet", page.Find("details summary").TextContent, StringComparison.Ordinal);
        Assert.Equal(["Indexed", "Waits for the index"], page.FindAll(".passage-state > span:first-child").Select(state => state.TextContent));
    }

    [Fact]
    public async Task Versions_AreListedWithWhatChanged_WhenThereAreSome()
    {
        await using var site = await ScriptedSite.StartAsync();
        site.Document = new DocumentView(1, "rivers", "a.txt", "Rivers", Text) { Version = 5 };
        DocumentVersion Version(int number, DocumentOrigin? origin) =>
            new(number, "Rivers", 29, "00", new DocumentImport(DateTimeOffset.UnixEpoch, "ada"), number == 5, origin);
        site.Versions.Add(new(Version(5, new(DocumentPlace.Source, "a.txt", Guid.NewGuid(), "Handbook site")), Text));
        site.Versions.Add(new(Version(3, new(DocumentPlace.Upload, "a.txt")), "One."));
        await using var browser = Browser(site);

        var page = Open(browser, "", "rivers");
        page.WaitForElement("details[aria-label=Versions]", Patience);

        var lines = page.FindAll("details[aria-label=Versions] li > div").Select(line => line.TextContent.Trim()).ToList();
        Assert.Equal(
            ["Version 5, the current text", "From the source Handbook site", "What changed since version 3", "Version 3", "Sent to the site"],
            lines.Where(line => !line.StartsWith("Changed", StringComparison.Ordinal)));
        Assert.All(lines.Where(line => line.StartsWith("Changed", StringComparison.Ordinal)),
            line => Assert.StartsWith("Changed by ada", line, StringComparison.Ordinal));
        Assert.Equal(
            ["corpora/rivers/docs/1/versions/5?against=3", "corpora/rivers/docs/1/versions/3"],
            page.FindAll("details[aria-label=Versions] a").Select(link => link.GetAttribute("href")));
    }

    private static BunitContext Browser(ScriptedSite site)
    {
        var browser = new BunitContext();
        browser.Services.AddRealmWebClient(site.Address);
        browser.JSInterop.Mode = JSRuntimeMode.Loose;
        browser.SetRendererInfo(new("WebAssembly", isInteractive: true));
        return browser;
    }

    private static IRenderedComponent<ReadDocumentPage> Open(BunitContext browser, string query, string corpus = "handbook")
    {
        browser.Services.GetRequiredService<NavigationManager>().NavigateTo($"corpora/{corpus}/docs/1{query}");
        return browser.Render<ReadDocumentPage>(shown => shown.Add(document => document.Corpus, corpus).Add(document => document.Id, 1));
    }
}
