using System.Text;
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
        await using var visit = await site.VisitAsync();
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
        form.Set("files", new FilePayload
        {
            Name = "penicillin.txt", MimeType = "text/plain",
            Buffer = Encoding.UTF8.GetBytes("Penicillin was discovered in 1928 by the Scottish bacteriologist Alexander Fleming at Saint Mary's Hospital in London."),
        });
        var sent = await page.APIRequest.PostAsync(help + ApiRoutes.Files("medicine"), new APIRequestContextOptions { Multipart = form });
        Assert.True(sent.Ok, await sent.TextAsync());
        var deadline = DateTimeOffset.UtcNow.AddMilliseconds(Site.Patience);
        while ((await (await page.APIRequest.GetAsync(help + ApiRoutes.Corpus("medicine"))).JsonAsync())!.Value.GetProperty("blocks").GetInt64() == 0)
        {
            Assert.True(DateTimeOffset.UtcNow < deadline, "The file was not imported.");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }
}
