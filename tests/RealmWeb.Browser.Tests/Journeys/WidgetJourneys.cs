using System.Text.Json;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Widgets;

namespace RealmWeb.Browser.Tests.Journeys;

/// <summary>A widget from the administrator's page to a page of another site, whose styles are hostile.</summary>
public sealed class WidgetJourneys(Site site)
{
    // A row of the browser's console that says why a frame stays empty, or why a question was not answered.
    private const string Events = """
        <script>
          const heard = [];
          for (const name of ["realm-answer", "realm-flag", "realm-error"]) addEventListener(name, event => heard.push([name, event.detail]));
        </script>
        """;

    // The CSS variables, each with something in the frame that takes it.
    private static readonly (string Name, string Value, string Where, string Property)[] Variables =
    [
        ("text", "rgb(1, 2, 3)", "html", "color"),
        ("muted", "rgb(2, 3, 4)", "#answer .facts", "color"),
        ("background", "rgb(3, 4, 5)", "html", "background-color"),
        ("surface", "rgb(4, 5, 6)", "#evidence details", "background-color"),
        ("border", "rgb(5, 6, 7)", "#evidence details", "border-top-color"),
        ("accent", "rgb(6, 7, 8)", "#send", "background-color"),
        ("on-accent", "rgb(7, 8, 9)", "#send", "color"),
        ("mark", "rgb(8, 9, 10)", "#evidence mark[aria-label=answer]", "background-color"),
        ("error", "rgb(9, 10, 11)", "#error", "border-left-color"),
        ("font", "monospace", "html", "font-family"),
        ("font-size", "19px", "html", "font-size"),
        ("radius", "3px", "#send", "border-top-left-radius"),
    ];

    [Fact]
    public async Task Widget_IsMadeAndChanged_WithTheReasonWhereASiteIsRefused()
    {
        await using var visit = await site.VisitAsAdminAsync();
        visit.Expect(400);
        await visit.OpenSampleAsync();
        await visit.OpenAsync("/embed");

        await ButtonOf(visit, "New widget").ClickAsync();
        await visit.Page.FillAsync("#widget-name", "Journey");
        await visit.Locator(".mud-dialog fieldset label").First.ClickAsync();
        await visit.Page.FillAsync("#widget-origins", "https://intranet.example/wiki");
        await ButtonOf(visit, "Make it").ClickAsync();
        await Assertions.Expect(visit.Locator(".mud-dialog [role=alert]")).ToContainTextAsync("has a path");
        await visit.Page.FillAsync("#widget-origins", "https://büro.example");
        await ButtonOf(visit, "Make it").ClickAsync();

        await Assertions.Expect(visit.Locator("tr:has-text('Journey') .widget-sites")).ToHaveTextAsync("https://xn--bro-hoa.example");
        await Assertions.Expect(visit.Locator(".widget-tags")).ToContainTextAsync("<realm-ask widget=\"w-");
        await ButtonOf(visit, "Delete Journey").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Delete", Exact = true }).ClickAsync();
        await visit.Locator("tr:has-text('Journey')").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
    }

    [Fact]
    public async Task Box_AnswersWithItsEvidence_OnAPageWithHostileStyles_WhereCookiesOfOtherSitesAreBlocked()
    {
        // On the address of RealmWeb, as ports make no difference to cookies: sets one that may be had in frames, and says which it was sent.
        await using var probe = HostPage.Start(
            context =>
            {
                context.Response.AppendHeader("Set-Cookie", "probe=1; SameSite=None; Secure");
                return $"<p id=\"sent\">{context.Request.Headers["Cookie"] ?? "none"}</p>";
            },
            site.Address.Host);
        await using var host = HostPage.Start(_ => $"""
            {Events}{Script}<iframe id="probe" src="{probe.Address}"></iframe>
            <realm-ask widget="{_widget}" corpus="{_corpus}" placeholder="Ask the wiki" theme="dark" examples="Who discovered penicillin?|Second"
              style="--realm-accent: #ff8800" texts='{"{"}"ask":"Go"{"}"}'></realm-ask>
            """);
        // Without its attribute the box would ask the other corpus, which is the widget's first, and let visitors choose.
        await using var visit = await ShowAsync(host, flags: true, before: "pamphlets");
        var frame = visit.Page.FrameLocator("realm-ask iframe");
        await visit.Page.GotoAsync(probe.Address.AbsoluteUri);
        await visit.Page.ReloadAsync();
        await Assertions.Expect(visit.Locator("#sent")).ToHaveTextAsync("probe=1");
        await visit.Page.GotoAsync(host.Address.AbsoluteUri);
        await Assertions.Expect(visit.Page.FrameLocator("#probe").Locator("#sent")).ToHaveTextAsync("none");

        await Assertions.Expect(frame.Locator("#question")).ToHaveAttributeAsync("placeholder", "Ask the wiki");
        await Assertions.Expect(frame.Locator("#corpus option")).ToHaveCountAsync(2);
        await Assertions.Expect(frame.Locator("#corpus")).ToBeHiddenAsync();
        await frame.GetByRole(AriaRole.Button, new FrameLocatorGetByRoleOptions { Name = "Who discovered penicillin?" }).ClickAsync();
        var answer = await frame.Locator("#answer .words").InnerTextAsync();

        // The mark stands at the characters that the event tells.
        await Assertions.Expect(frame.Locator("#evidence mark[aria-label=answer]").First).ToHaveTextAsync(answer);
        var detail = await HeardAsync(visit, "realm-answer");
        Assert.Equal(_corpus, detail.GetProperty("corpus").GetString());
        var first = detail.GetProperty("evidence")[0];
        Assert.Equal(answer, first.GetProperty("text").GetString()![first.GetProperty("start").GetInt32()..first.GetProperty("end").GetInt32()]);
        Assert.Equal(answer, await frame.Locator("#evidence li").First.Locator("mark").InnerTextAsync());
        // It is seen, whole, in its own letters and colours.
        await Assertions.Expect(frame.Locator("#send")).ToHaveTextAsync("Go");
        await Assertions.Expect(frame.Locator("#send")).ToHaveCSSAsync("background-color", "rgb(255, 136, 0)");
        await Assertions.Expect(frame.Locator("html")).ToHaveCSSAsync("background-color", "rgb(18, 24, 27)");
        await Assertions.Expect(frame.Locator("html")).ToHaveCSSAsync("font-size", "16px");
        var (inside, outside) = (
            await frame.Locator("body").EvaluateAsync<double>("body => body.getBoundingClientRect().height"),
            await visit.Locator("realm-ask iframe").EvaluateAsync<double>("frame => frame.getBoundingClientRect().height"));
        Assert.InRange(outside, inside, inside + 2);
        Assert.True(await visit.Locator("realm-ask iframe").EvaluateAsync<bool>("frame => frame.getBoundingClientRect().width > 300"));
        // Nothing is stored in the browser, on either of the two sites: there is nothing for it to block.
        Assert.Equal("probe", Assert.Single(await visit.Page.Context.CookiesAsync()).Name);
        await frame.GetByRole(AriaRole.Button, new FrameLocatorGetByRoleOptions { Name = "Right", Exact = true }).ClickAsync();
        Assert.Equal("Right", (await HeardAsync(visit, "realm-flag")).GetProperty("verdict").GetString());
        // What the page changes later is taken at once, and light, dark or as the visitor's system has it.
        await BoxAsync(visit, "box => { box.setAttribute('theme', 'light'); box.setAttribute('placeholder', 'Another'); box.open(); }");
        await Assertions.Expect(frame.Locator("#question")).ToBeFocusedAsync();
        await Assertions.Expect(frame.Locator("#question")).ToHaveAttributeAsync("placeholder", "Another");
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        await Assertions.Expect(frame.Locator("html")).ToHaveCSSAsync("background-color", "rgb(255, 255, 255)");
        await BoxAsync(visit, "box => box.setAttribute('theme', 'auto')");
        await Assertions.Expect(frame.Locator("html")).ToHaveCSSAsync("background-color", "rgb(18, 24, 27)");
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
        await Assertions.Expect(frame.Locator("html")).ToHaveCSSAsync("background-color", "rgb(255, 255, 255)");
        await BoxAsync(visit, $"box => {{ {Set} box.refresh(); }}");
        foreach (var (_, value, where, property) in Variables) await Assertions.Expect(frame.Locator(where).First).ToHaveCSSAsync(property, value);
    }

    [Fact]
    public async Task Panel_TakesTheKeysAndGivesTheFocusBack()
    {
        await using var host = HostPage.Start(_ => $"""{Events}{Script}<realm-ask widget="{_widget}" mode="button" examples=""></realm-ask>""");
        await using var visit = await ShowAsync(host);
        const string focused = "document.activeElement.shadowRoot?.activeElement?.tagName ?? document.activeElement.id";
        var (page, frame) = (visit.Page, visit.Page.FrameLocator("realm-ask iframe"));
        await visit.Locator("realm-ask button").First.WaitForAsync();

        await page.FocusAsync("#before");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(frame.Locator("#question")).ToBeFocusedAsync();
        Assert.Equal("IFRAME", await page.EvaluateAsync<string>(focused));
        // Round in both directions, never out to the page.
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(frame.Locator("#send")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.WaitForFunctionAsync($"() => ({focused}) === 'BUTTON'");
        await page.Keyboard.PressAsync("Shift+Tab");
        await Assertions.Expect(frame.Locator("#send")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");

        await page.WaitForFunctionAsync("() => !document.querySelector('realm-ask').shadowRoot.querySelector('dialog').open");
        Assert.Equal("BUTTON", await page.EvaluateAsync<string>(focused));
        await page.FocusAsync("#after");
        await page.EvaluateAsync("() => { window.asked = document.querySelector('realm-ask').ask('Who discovered penicillin?') }");
        await frame.Locator("#answer .words").WaitForAsync();
        Assert.Equal(
            await frame.Locator("#answer .words").InnerTextAsync(), await page.EvaluateAsync<string>("async () => (await window.asked).answer ?? ''"));
        // The panel alone, as the page around is hostile to everybody; the first heading is that page's too.
        var axe = await page.RunAxe(new AxeRunContext { Include = [new AxeSelector("realm-ask")] });
        Assert.Empty(axe.Violations.Where(violation => violation.Id != "page-has-heading-one").SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Target} {node.Html}")));
        Assert.Contains(axe.Passes, rule => rule.Nodes.Any(node => node.Target.ToString()!.Contains("iframe", StringComparison.Ordinal)));
        await page.EvaluateAsync("document.querySelector('realm-ask').close()");
        Assert.Equal("after", await page.EvaluateAsync<string>(focused));
        await BoxAsync(visit, "box => box.open()");
        await Assertions.Expect(frame.Locator("#question")).ToBeFocusedAsync();
        await BoxAsync(visit, "box => box.close()");
        Assert.Equal("after", await page.EvaluateAsync<string>(focused));
        // Button and panel stand outside of the frame and take the variables too.
        var (button, panel) = (visit.Locator("realm-ask button").First, visit.Locator("realm-ask dialog"));
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        await Assertions.Expect(button).ToHaveCSSAsync("background-color", "rgb(108, 194, 224)");
        await BoxAsync(visit, $"box => {{ {Set} box.refresh(); }}");
        await Assertions.Expect(button).ToHaveCSSAsync("background-color", "rgb(6, 7, 8)");
        await Assertions.Expect(button).ToHaveCSSAsync("color", "rgb(7, 8, 9)");
        await Assertions.Expect(button).ToHaveCSSAsync("font-family", "monospace");
        await Assertions.Expect(button).ToHaveCSSAsync("font-size", "19px");
        await Assertions.Expect(button).ToHaveCSSAsync("border-top-left-radius", "3px");
        await Assertions.Expect(panel).ToHaveCSSAsync("color", "rgb(1, 2, 3)");
        await Assertions.Expect(panel).ToHaveCSSAsync("background-color", "rgb(3, 4, 5)");
        await Assertions.Expect(panel).ToHaveCSSAsync("border-top-color", "rgb(5, 6, 7)");
    }

    [Fact]
    public async Task Page_IsToldWhy_WhenItsSiteIsNotNamedOrTheDayIsFull()
    {
        await using var host = HostPage.Start(_ =>
            $"""{Events}{Script}<realm-ask widget="{_widget}"></realm-ask>""");
        await using var stranger = HostPage.Start(_ => $"""{Events}{Script}<realm-ask widget="{_widget}"></realm-ask>""");
        await using var visit = await ShowAsync(host, perDay: 1);
        visit.Expect(429);
        visit.ExpectBlockedFrame();
        var frame = visit.Page.FrameLocator("realm-ask iframe");
        await frame.Locator("#question").FillAsync("Who discovered penicillin?");
        await frame.Locator("#question").PressAsync("Enter");
        await frame.Locator("#answer .words").WaitForAsync();

        await frame.Locator("#question").PressAsync("Enter");
        await Assertions.Expect(frame.Locator("#error")).ToContainTextAsync("All 1 questions of today are used up.");
        Assert.Equal("day-is-full", (await HeardAsync(visit, "realm-error")).GetProperty("code").GetString());
        await visit.Page.GotoAsync(stranger.Address.AbsoluteUri);
        var blocked = await HeardAsync(visit, "realm-error");

        Assert.Equal("blocked", blocked.GetProperty("code").GetString());
        Assert.Contains(stranger.Origin, blocked.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await frame.Locator("#question").CountAsync());
    }

    private string _widget = "";
    private string _corpus = "";

    private static string Set => string.Concat(Variables.Select(variable => $"box.style.setProperty('--realm-{variable.Name}', '{variable.Value}');"));

    private string Script => $"""<script src="{site.Address}realm-ask.js" async></script>""";

    private static ILocator ButtonOf(Visit visit, string name) => visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name });

    /// <summary>Makes a widget that the page may show, and opens the page.</summary>
    /// <param name="before">Another corpus, an empty one, that the widget names first; null for none.</param>
    private async Task<Visit> ShowAsync(HostPage host, bool flags = false, int perDay = 1000, string? before = null)
    {
        await using (var admin = await site.VisitAsAdminAsync())
        {
            await admin.OpenSampleAsync();
            _corpus = (await (await admin.Page.APIRequest.GetAsync(ApiRoutes.AskInfo)).JsonAsync())!.Value.GetProperty("corpus").GetString()!;
            if (before is not null)
            {
                var other = await admin.Page.APIRequest.PostAsync(
                    ApiRoutes.Corpora, new APIRequestContextOptions { DataObject = new CreateCorpusRequest(before, before) });
                Assert.True(other.Ok, await other.TextAsync());
            }
            var made = await admin.Page.APIRequest.PostAsync(ApiRoutes.Widgets, new APIRequestContextOptions
            {
                DataObject = new SaveWidgetRequest("Shown", before is null ? [_corpus] : [before, _corpus], [host.Origin], AsksPerDay: perDay, Flags: flags),
            });
            Assert.True(made.Ok, await made.TextAsync());
            _widget = (await made.JsonAsync())!.Value.GetProperty("id").GetString()!;
        }
        var visit = await site.VisitAloneAsync();
        await visit.Page.GotoAsync(host.Address.AbsoluteUri);
        return visit;
    }

    private static Task BoxAsync(Visit visit, string change) => visit.Locator("realm-ask").EvaluateAsync(change);

    private static async Task<JsonElement> HeardAsync(Visit visit, string name)
    {
        await visit.Page.WaitForFunctionAsync("name => heard.some(([one]) => one === name)", name);
        return await visit.Page.EvaluateAsync<JsonElement>("name => heard.find(([one]) => one === name)[1]", name);
    }
}
