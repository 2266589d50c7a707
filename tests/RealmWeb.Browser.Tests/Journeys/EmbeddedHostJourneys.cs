using System.Text.Json;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.TestKit;

namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>The sample application that carries the site below /help, beside its own pages and sign-in.</summary>
public sealed class EmbeddedHostJourneys(Site site)
{
    [Fact]
    public async Task Staff_AskBelowThePathOfTheApplication_AsItsOwnUsers()
    {
        await using var host = await ServerProcess.StartAsync(Site.EmbeddedHost, null, "Realm:ImportSample=false");
        await using var visit = await site.VisitAloneAsync();
        // Beside the page of the application there is no icon, for which browsers ask.
        visit.Expect(404);
        var page = visit.Page;
        await page.GotoAsync(host.Address.AbsoluteUri);
        await Assertions.Expect(visit.Locator("p").First).ToHaveTextAsync("Nobody is signed in.");

        await page.ClickAsync("text=Help");
        await page.FillAsync("[name=name]", "Ann");
        await page.SelectOptionAsync("[name=role]", "boss");
        await page.ClickAsync("button");
        await visit.BeInteractiveAsync();
        await FillAsync(page, new Uri(host.Address, "help"));
        await visit.OpenAsync(new Uri(host.Address, "help/c/medicine").AbsoluteUri);
        await visit.AskAsync("Who discovered penicillin?");

        var answer = await visit.Locator(".answer-words").InnerTextAsync();
        await Assertions.Expect(visit.Locator("#evidence-1 mark[aria-label=answer]")).ToHaveTextAsync(answer);
        Assert.StartsWith(new Uri(host.Address, "help/").AbsoluteUri, page.Url, StringComparison.Ordinal);
        await Assertions.Expect(visit.Locator("button[aria-label='Account of Ann']")).ToBeVisibleAsync();
        Assert.Equal(0, await visit.Locator("text=Users").CountAsync());
        await page.GotoAsync(host.Address.AbsoluteUri);
        await Assertions.Expect(visit.Locator("p").First).ToHaveTextAsync("Ann is signed in.");
    }

    private static async Task FillAsync(IPage page, Uri help)
    {
        var made = await page.APIRequest.PostAsync(help + ApiRoutes.Corpora, new APIRequestContextOptions { DataObject = new CreateCorpusRequest("medicine", "Medicine") });
        Assert.True(made.Ok, await made.TextAsync());
        var form = page.APIRequest.CreateFormData();
        // Enough that words of the question tell the article from the others.
        var articles = Directory.EnumerateFiles(Path.Combine(TestPaths.Repository, "samples", "encyclopedia", "articles"), "*.md").Order(StringComparer.Ordinal);
        foreach (var article in articles.Where((file, number) => number < 12 || Path.GetFileName(file) == "penicillin.md"))
        {
            form.Append("files", new FilePayload
            {
                Name = Path.GetFileName(article), MimeType = "text/markdown", Buffer = await File.ReadAllBytesAsync(article, TestContext.Current.CancellationToken),
            });
        }
        var sent = await page.APIRequest.PostAsync(help + ApiRoutes.Files("medicine"), new APIRequestContextOptions { Multipart = form });
        Assert.True(sent.Ok, await sent.TextAsync());
        var deadline = DateTimeOffset.UtcNow.AddMilliseconds(Site.Patience);
        while ((await (await page.APIRequest.GetAsync(help + ApiRoutes.Corpus("medicine"))).JsonAsync<CorpusSummary>(JsonSerializerOptions.Web)) is not { Generation: not null, IndexStale: false })
        {
            Assert.True(DateTimeOffset.UtcNow < deadline, "The articles were not indexed.");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }
}
