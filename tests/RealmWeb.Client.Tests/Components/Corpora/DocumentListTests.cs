using Bunit;
using RealmWeb.Client.Components.Corpora;
using RealmWeb.Contracts.Corpora;

namespace RealmWeb.Client.Tests.Components.Corpora;

public sealed class DocumentListTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public async Task Titles_CanBeSearched_WhereThereAreAny(int documents, int fields)
    {
        await using var site = await ScriptedSite.StartAsync();
        site.Documents.AddRange(Enumerable.Range(1, documents).Select(id => new DocumentSummary(id, "a.txt", "Leave", 10, 1, DateTimeOffset.UnixEpoch)));
        await using var browser = new BunitContext();
        browser.Services.AddRealmWebClient(site.Address);
        browser.JSInterop.Mode = JSRuntimeMode.Loose;
        browser.SetRendererInfo(new("WebAssembly", true));

        var list = browser.Render<DocumentList>(parameters => parameters.Add(shown => shown.Corpus, "handbook").Add(shown => shown.MayList, true));
        list.WaitForElement("section > p, table", Patience);

        Assert.Equal(fields, list.FindAll("#document-search").Count);
    }
}
