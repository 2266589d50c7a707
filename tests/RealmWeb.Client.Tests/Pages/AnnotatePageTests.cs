using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using RealmWeb.Client.Components.Annotation;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Annotation;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Events;

namespace RealmWeb.Client.Tests.Pages;

/// <summary>The page with the client's own services over a real connection.</summary>
public sealed class AnnotatePageTests : IAsyncLifetime
{
    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
        _browser.SetRendererInfo(new("WebAssembly", isInteractive: true));
        _browser.Render<MudPopoverProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Item_IsLabelledByKeysAlone_AndUndone()
    {
        _site.Annotation.Items.AddRange([ScriptedAnnotation.Item(1, "Who led them?"), ScriptedAnnotation.Item(2, "Who came back?")]);
        var page = await OpenAsync("Who led them?");

        await PressAsync(page, "j");
        // The first arrow takes the guess; the next ones move the mark.
        await page.InvokeAsync(() => page.FindComponent<GuessedText>().Instance.OnArrow("ArrowRight", false, false));
        Assert.Equal("Orellana", page.Find(".own-mark").TextContent);
        await page.InvokeAsync(() => page.FindComponent<GuessedText>().Instance.OnArrow("ArrowRight", true, false));
        Assert.Equal("Orellana led", page.Find(".own-mark").TextContent);
        await PressAsync(page, "2");
        await PressAsync(page, "Enter");
        page.WaitForAssertion(() => Assert.Equal("Who came back?", page.Find(".asked").TextContent), Patience);

        var said = Assert.Single(_site.Annotation.Saved.Single(saved => saved.Request.State == LabelState.Submitted).Request.Content.Passages);
        Assert.Equal((2, new SpanLabel(8, 20)), (said.Grade, Assert.Single(said.Spans)));
        await PressAsync(page, "Ctrl+z");
        page.WaitForAssertion(() => Assert.Equal("Orellana led", page.Find(".own-mark").TextContent), Patience);
    }

    [Fact]
    public async Task Desk_TakesWhatComesIntoTheQueue_WhenNothingWaited()
    {
        var page = _browser.Render<AnnotatePage>();
        page.WaitForAssertion(() => Assert.Contains("All done.", page.Markup, StringComparison.Ordinal), Patience);

        _site.Annotation.Items.Add(ScriptedAnnotation.Item(1, "Who led them?"));
        await _site.HappenAsync(EventTopics.Queue("rivers"), EventTypes.QueueChanged, new ThingChanged("1"));

        page.WaitForAssertion(() => Assert.Equal("Who led them?", page.Find(".asked").TextContent), Patience);
    }

    [Fact]
    public void Desk_BeginsAnew_WhenALinkLeadsToAnotherCorpus()
    {
        var page = _browser.Render<AnnotatePage>();
        page.WaitForAssertion(() => Assert.Equal([""], _site.Annotation.Wanted), Patience);

        _browser.Services.GetRequiredService<NavigationManager>().NavigateTo("annotate?corpus=lakes");

        page.WaitForAssertion(() => Assert.Equal(["", "lakes"], _site.Annotation.Wanted), Patience);
    }

    [Fact]
    public async Task Passage_ShowsWhatStandsAroundIt_WhenAsked()
    {
        _site.Annotation.Items.Add(ScriptedAnnotation.Item(1, "Who led them?", "Orellana led them."));
        _site.Document = new DocumentView(1, "rivers", "amazon", "Amazon", "Orellana led them. They came to the sea.");
        var page = await OpenAsync("Who led them?");

        await page.InvokeAsync(() => page.FindAll("button").First(button => button.TextContent.Contains("Around it", StringComparison.Ordinal)).Click());

        page.WaitForAssertion(() => Assert.Contains("They came to the sea.", page.Find(".surroundings").TextContent, StringComparison.Ordinal), Patience);
        Assert.Contains("the document begins here", page.Find(".surroundings").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submitted_ShowsWhatBecameOfThem_InTheChosenCorpus()
    {
        _site.Annotation.Items.Add(ScriptedAnnotation.Item(1, "Who led them?"));
        var said = LabelContent.Empty with { NoAnswer = true };
        _site.Annotation.History = new(
            "ann", 12, 9, 2, 1, new(0.4, 0.1, 0.7, 5), [new(new(2026, 3, 2), 12)], [new(21, "Who came back?", said, LabelContent.Empty with { BadQuestion = true })]);
        var page = await OpenAsync("Who led them?");

        await page.InvokeAsync(() => page.FindAll(".filters .filter").First(tab => tab.TextContent.Contains("Submitted", StringComparison.Ordinal)).Click());
        page.WaitForAssertion(() => Assert.Contains("Choose a corpus", page.Markup, StringComparison.Ordinal), Patience);
        await page.InvokeAsync(() => page.Find(".desk-tools select").Change("rivers"));

        page.WaitForAssertion(() => Assert.Contains("Overruled2", page.Find("section[aria-labelledby=own-history] .figures").TextContent
            .Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal), Patience);
        Assert.Contains("You: No answer here", page.Find("section[aria-labelledby=own-history] li").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Selection_SnapsToWords_AndTheTextStaysWhole()
    {
        const string text = "In 1541 Orellana led them 😀 down.";
        _site.Annotation.Items.Add(ScriptedAnnotation.Item(1, "Who led them?", text));
        var page = await OpenAsync("Who led them?");

        await page.InvokeAsync(() => page.FindComponent<GuessedText>().Instance.OnSelected(4, 10));

        Assert.Equal("1541 Orellana", page.Find(".own-mark").TextContent);
        Assert.Equal(text, page.Find(".marked-passage").TextContent);
        Assert.True(page.Find("input[type=radio][value='3']").HasAttribute("checked"));
    }

    [Fact]
    public async Task Guess_IsNotInThePage_WhereItIsHidden()
    {
        _site.Annotation.Items.Add(ScriptedAnnotation.Item(1, "Who led them?", guessHidden: true));
        var page = await OpenAsync("Who led them?");

        Assert.Empty(page.FindAll(".guess"));
        Assert.Contains("hidden", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoAnswer_TakesBackWhatAnswers()
    {
        _site.Annotation.Items.Add(ScriptedAnnotation.Item(1, "Who led them?"));
        var page = await OpenAsync("Who led them?");
        await PressAsync(page, "j");
        await PressAsync(page, "3");

        await PressAsync(page, "n");
        Assert.False(page.Find("input[type=radio][value='3']").HasAttribute("checked"));
        await PressAsync(page, "3");

        Assert.Equal("false", page.FindAll(".whole-label .filter")[0].GetAttribute("aria-pressed"));
    }

    [Fact]
    public async Task LostHold_IsABanner_AndNothingCanBeSubmitted()
    {
        _site.Annotation.Items.Add(ScriptedAnnotation.Item(1, "Who led them?"));
        var page = await OpenAsync("Who led them?");
        _site.Annotation.TakenByOthers.Add(1);

        await PressAsync(page, "n");
        await PressAsync(page, "Enter");

        page.WaitForAssertion(() => Assert.Contains("Somebody else has this item", page.Find("[role=alert]").TextContent, StringComparison.Ordinal), Patience);
        Assert.True(page.FindAll(".desk-bar button")[0].HasAttribute("disabled"));
    }

    [Fact]
    public void EmptyQueue_SaysAllDone()
    {
        var page = _browser.Render<AnnotatePage>();

        page.WaitForAssertion(() => Assert.Contains("All done.", page.Find(".notice").TextContent, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public void Asker_IsToldThatLabelsAreForAnnotators()
    {
        _site.Me = new("eve", [Roles.Asker], false, true);

        var page = _browser.Render<AnnotatePage>();

        page.WaitForAssertion(() => Assert.Contains("made by annotators", page.Find(".notice").TextContent, StringComparison.Ordinal), Patience);
    }

    [Fact]
    public void Keys_AreOneForEachAction_AndEachActionHasOne()
    {
        Assert.Null(DeskKeys.Problem(DeskKeys.Default.Choice));
        Assert.Equal(Enum.GetValues<DeskAction>().Order(), DeskKeys.Default.All.Select(entry => entry.Action).Order());
    }

    [Fact]
    public async Task ChosenKeys_StandOnButtonsAndInTheList_AndDoTheWork()
    {
        _site.Annotation.Keys = new(new Dictionary<DeskAction, string> { [DeskAction.Grade3] = "v", [DeskAction.Skip] = "Ctrl+d" });
        _site.Annotation.Items.Add(ScriptedAnnotation.Item(1, "Who led them?"));
        var page = await OpenAsync("Who led them?");
        var dialogs = _browser.Render<MudDialogProvider>();

        await PressAsync(page, "j");
        await PressAsync(page, "3");
        Assert.False(page.Find("input[type=radio][value='3']").HasAttribute("checked"));
        await PressAsync(page, "v");
        Assert.True(page.Find("input[type=radio][value='3']").HasAttribute("checked"));

        Assert.Equal(["0", "1", "2", "v"], page.FindAll(".grade kbd").Select(key => key.TextContent));
        Assert.Contains("Ctrl D", page.Find(".desk-bar").TextContent, StringComparison.Ordinal);
        // The key is done with when the list is closed.
        var listing = PressAsync(page, "?");
        dialogs.WaitForAssertion(() => Assert.Contains("vItanswersfully", dialogs.Find(".keys").TextContent.ReplaceLineEndings("").Replace(" ", ""), StringComparison.Ordinal), Patience);
        await ClickAsync(dialogs, "Close");
        await listing;
    }

    [Fact]
    public async Task Key_ThatIsTaken_IsRefusedInWords_AndChangesPlacesWhereThatIsWanted()
    {
        _site.Annotation.Items.Add(ScriptedAnnotation.Item(1, "Who led them?"));
        var page = await OpenAsync("Who led them?");
        var dialogs = _browser.Render<MudDialogProvider>();
        // The key is done with when the list is closed.
        var listing = PressAsync(page, "?");
        await dialogs.WaitForAssertionAsync(() => dialogs.Find(".keys"), Patience);
        await ClickAsync(dialogs, "Change keys");

        await dialogs.FindAll(".key-button")[1].ClickAsync(new());
        await dialogs.FindAll(".key-button")[1].KeyDownAsync(new KeyboardEventArgs { Key = "J" });
        Assert.Contains("j is taken by “Next passage”", dialogs.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        await dialogs.FindAll(".key-button")[1].ClickAsync(new());
        await dialogs.FindAll(".key-button")[1].KeyDownAsync(new KeyboardEventArgs { Key = "w", CtrlKey = true });
        Assert.Contains("The browser keeps Ctrl W", dialogs.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        await dialogs.FindAll(".key-button")[1].ClickAsync(new());
        await dialogs.FindAll(".key-button")[1].KeyDownAsync(new KeyboardEventArgs { Key = "j" });
        await ClickAsync(dialogs, "Change places");
        await ClickAsync(dialogs, "Save");
        await listing;

        await dialogs.WaitForAssertionAsync(() => Assert.Empty(dialogs.FindAll(".keys")), Patience);
        Assert.Equal(("k", "j"), (_site.Annotation.Keys.Keys[DeskAction.NextPassage], _site.Annotation.Keys.Keys[DeskAction.PassageBefore]));
        await PressAsync(page, "k");
        Assert.Contains("evidence-selected", page.Find(".passage-form").ClassName, StringComparison.Ordinal);
    }

    private async Task<IRenderedComponent<AnnotatePage>> OpenAsync(string question)
    {
        var page = _browser.Render<AnnotatePage>();
        await page.WaitForAssertionAsync(() => Assert.Equal(question, page.Find(".asked").TextContent), Patience);
        return page;
    }

    private static Task ClickAsync(IRenderedComponent<MudDialogProvider> dialogs, string text) =>
        dialogs.FindAll("button").Single(button => button.TextContent.Trim() == text).ClickAsync(new());

    private static Task PressAsync(IRenderedComponent<AnnotatePage> page, string key) => page.InvokeAsync(() => page.Instance.OnDeskKey(key));
}
