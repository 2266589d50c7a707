using System.Text.RegularExpressions;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Access;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Widgets;

namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>axe finds nothing on any page, in both themes, on a wide screen and on a phone.</summary>
public sealed class AccessibilityJourneys(Site site)
{
    // Pages that need nothing but their address, with what shows that they are there.
    private static readonly (string Path, string There)[] Pages =
    [
        ("/corpora", "main a[href='corpora/encyclopedia']"),
        ("/corpora/encyclopedia", "td"),
        ("/corpora/encyclopedia/gate", "h1"),
        ("/models", "article"),
        ("/models/compare?model=realm-arctic", "h1"),
        ("/admin/users", "td"),
        ("/account", "main section"),
        ("/embed", "h1"),
        ("/annotate/quality", "#agreement-head"),
        ("/annotate/gaps", "main article, main .notice"),
        ("/annotate/questions", "td"),
        ("/evaluations", "main table, main .notice"),
        ("/no-such-page", "h1"),
        ("/signin", "#password"),
    ];

    private readonly List<string> _violations = [];

    [Fact]
    public async Task Pages_HaveNoViolation_InBothThemesOnBothScreens()
    {
        await using var visit = await site.VisitAsAdminAsync();
        // The page that does not exist, and a comparison of one model with nothing.
        visit.Expect(404);
        visit.Expect(400);
        _violations.AddRange(site.ViolationsOfSetUp);
        await visit.OpenSampleAsync();
        await CheckAsync(visit, "ask, empty");

        await visit.AskAsync("Who found penicillin?");
        await visit.Locator(".flag-choices").WaitForAsync();
        await visit.Locator("#flag-2").ClickAsync();
        await visit.Locator("#flag-note").WaitForAsync();
        await CheckAsync(visit, "ask, answered and flagged");
        await visit.Locator("#evidence-1 h3 a").ClickAsync();
        await visit.Locator("#passage").WaitForAsync();
        await CheckAsync(visit, "document");
        await GoAsync(visit, "/?q=Which%20zorblat%20did%20the%20quexil%20of%20Vrumbledorf%20swear%20fealty%20to%3F", ".no-answer");
        await CheckAsync(visit, "ask, refused");

        await SendAsync(visit, "PUT", ApiRoutes.Group("night-shift"), new SetGroupRequest([Site.AdminName]));
        foreach (var (path, there) in Pages)
        {
            await GoAsync(visit, path, there);
            await CheckAsync(visit, path);
        }

        // The rights of a corpus and of groups, with everything in them.
        await GoAsync(visit, "/corpora/encyclopedia", ".access-panel #access-name");
        await visit.Page.GetByText("Chosen people only").ClickAsync();
        await visit.Page.FillAsync("#access-name", "night-shift");
        await visit.Locator(".access-panel").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Add", Exact = true }).ClickAsync();
        await visit.Locator(".access-grants li").WaitForAsync();
        await CheckAsync(visit, "the rights in a corpus");
        await GoAsync(visit, "/admin/users", "summary:has-text('night-shift')");
        await visit.Locator("summary:has-text('night-shift')").ClickAsync();
        await CheckAsync(visit, "users with a group open");

        await SendAsync(visit, "POST", ApiRoutes.AnnotationItems, new AddItemRequest("encyclopedia", "Who painted the Mona Lisa?"));
        await GoAsync(visit, "/annotate?corpus=encyclopedia", "[id^=desk-text-]");
        await CheckAsync(visit, "the desk");
        await GoAsync(visit, "/annotate/bulk?corpus=encyclopedia", "table.bulk tbody tr");
        await CheckAsync(visit, "the queue as a table");

        await GoAsync(visit, "/runs", "td");
        await CheckAsync(visit, "runs");
        await visit.StartRunAsync("FineTune");
        foreach (var part in new[] { "Settings", "Reader", "Advanced: the whole configuration" })
            await visit.Page.GetByRole(AriaRole.Dialog).Locator("summary", new LocatorLocatorOptions { HasText = part }).First.ClickAsync();
        await visit.Page.FillAsync("#run-settings", """{ "reader": { "batchSize": 0 } }""");
        await visit.Page.GetByText("reader.batchSize: It is 0.").WaitForAsync();
        await CheckAsync(visit, "the dialog that starts a run");
        await visit.Page.Keyboard.PressAsync("Escape");
        var runs = await visit.Locator("td a[href^='runs/']").EvaluateAllAsync<string[]>("links => links.map(link => link.pathname.split('/').pop())");
        await GoAsync(visit, $"/runs/compare?ids={string.Join(',', runs.Distinct().Take(2))}", ".legend, main [role=status]");
        await CheckAsync(visit, "runs compared");
        await GoAsync(visit, "/runs", "td");
        await visit.Locator("tr:has-text('Import') a").Last.ClickAsync();
        await visit.Locator(".log-line").First.WaitForAsync();
        await CheckAsync(visit, "run");
        await GoAsync(visit, "/schedules", "main [role=status], td");
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "New schedule" }).ClickAsync();
        await visit.Locator(".next-times li").First.WaitForAsync();
        await CheckAsync(visit, "schedules with the form open");

        await GoAsync(visit, "/corpora", "main a");
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { NameRegex = new Regex("^Notices") }).ClickAsync();
        await visit.Locator(".notice-list").WaitForAsync();
        await CheckAsync(visit, "the bell's open menu");

        await visit.Page.GotoAsync($"/embed/{await MakeWidgetAsync(visit)}");
        await visit.Page.FillAsync("#question", "Who discovered penicillin?");
        await visit.Page.ClickAsync("#send");
        await visit.Locator("#answer .words").WaitForAsync();
        const string widget = "the page in a widget's frame, answered";
        await CheckAsync(visit, widget);
        // The first heading is that of the page around.
        _violations.RemoveAll(found => found.StartsWith(widget, StringComparison.Ordinal) && found.Contains("page-has-heading-one", StringComparison.Ordinal));

        Assert.True(_violations.Count == 0, string.Join('\n', _violations));
    }

    private static async Task SendAsync(Visit visit, string method, string path, object body)
    {
        var reply = await visit.Page.APIRequest.FetchAsync(path, new APIRequestContextOptions { Method = method, DataObject = body });
        Assert.True(reply.Ok, await reply.TextAsync());
    }

    private static async Task<string> MakeWidgetAsync(Visit visit)
    {
        var made = await visit.Page.APIRequest.PostAsync(ApiRoutes.Widgets, new APIRequestContextOptions
        {
            DataObject = new SaveWidgetRequest("Looked at", ["encyclopedia"], ["https://intranet.example"], Flags: true),
        });
        Assert.True(made.Ok, await made.TextAsync());
        return (await made.JsonAsync())!.Value.GetProperty("id").GetString()!;
    }

    private static async Task GoAsync(Visit visit, string path, string there)
    {
        await visit.OpenAsync(path);
        await visit.Locator(there).First.WaitForAsync();
    }

    private Task CheckAsync(Visit visit, string name) => Accessibility.CheckAsync(visit, name, _violations);
}
