using System.Text.Json;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Questions;
using RealmWeb.TestKit;

namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>The sample application that carries the site below /help, beside its own pages and sign-in.</summary>
public sealed class EmbeddedHostJourneys(Site site)
{
    [Fact]
    public async Task UsersOfTheApplication_DoBelowItsPathWhatTheirRolesMay()
    {
        const string question = "Who discovered penicillin?";
        await using var host = await ServerProcess.StartAsync(Site.EmbeddedHost, null, "Realm:ImportSample=false");
        await using var visit = await site.VisitAloneAsync();
        // Beside the page of the application there is no icon, for which browsers ask.
        visit.Expect(404);
        // What the user without a role is told.
        visit.Expect(401);
        var page = visit.Page;
        await page.GotoAsync(host.Address.AbsoluteUri);
        await Assertions.Expect(visit.Locator("p").First).ToHaveTextAsync("Nobody is signed in.");

        var help = new Uri(host.Address, "help");
        await page.ClickAsync("text=Help");
        await SignInAsync(page, "Ann", "boss");
        await visit.BeInteractiveAsync();
        await FillAsync(page, help);
        await visit.OpenAsync(new Uri(host.Address, "help/c/medicine").AbsoluteUri);
        await visit.AskAsync(question);

        var answer = await visit.Locator(".answer-words").InnerTextAsync();
        await Assertions.Expect(visit.Locator("#evidence-1 mark[aria-label=answer]")).ToHaveTextAsync(answer);
        Assert.StartsWith(new Uri(host.Address, "help/").AbsoluteUri, page.Url, StringComparison.Ordinal);
        await Assertions.Expect(visit.Locator("button[aria-label='Account of Ann']")).ToBeVisibleAsync();
        Assert.Equal(
            ["Ask", "Corpora", "Annotate", "Evaluations", "Runs", "Schedules", "Models", "Widgets"],
            await visit.Locator(".app-links a").AllInnerTextsAsync());
        await page.GotoAsync(host.Address.AbsoluteUri);
        await Assertions.Expect(visit.Locator("p").First).ToHaveTextAsync("Ann is signed in.");

        // The staff ask, and are shown no more than that.
        await page.GotoAsync(new Uri(host.Address, "sign-in?returnUrl=/help/c/medicine").AbsoluteUri);
        await SignInAsync(page, "Sam", "staff");
        await visit.BeInteractiveAsync();
        await Assertions.Expect(visit.Locator("button[aria-label='Account of Sam']")).ToBeVisibleAsync();
        Assert.Equal(["Ask", "Corpora"], await visit.Locator(".app-links a").AllInnerTextsAsync());
        await visit.AskAsync(question);
        await Assertions.Expect(visit.Locator(".answer-words")).ToHaveTextAsync(answer);
        Assert.Equal(403, (await page.APIRequest.GetAsync(help + ApiRoutes.Runs)).Status);
        Assert.Equal(404, (await page.APIRequest.DeleteAsync(help + ApiRoutes.Corpus("medicine"))).Status);

        // Who has no role here may do nothing: the page says so, and offers no sign-in that there is not.
        await page.GotoAsync(new Uri(host.Address, "sign-in?returnUrl=/help/c/medicine").AbsoluteUri);
        await SignInAsync(page, "Gus", "guest");
        await Assertions.Expect(visit.Locator(".notice-error")).ToContainTextAsync("You have no role here.");
        Assert.Equal(0, await page.GetByText("Medicine").Or(page.GetByText("Sign in", new PageGetByTextOptions { Exact = true })).CountAsync());
        Assert.Equal(401, (await page.APIRequest.GetAsync(help + ApiRoutes.Corpora)).Status);
        var asked = await page.APIRequest.PostAsync(
            help + ApiRoutes.Ask, new APIRequestContextOptions { DataObject = new AskRequest(question, "medicine") });
        Assert.Equal(401, asked.Status);
    }

    private static async Task SignInAsync(IPage page, string name, string role)
    {
        await page.FillAsync("[name=name]", name);
        await page.SelectOptionAsync("[name=role]", role);
        await page.ClickAsync("button");
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
