using Bunit;
using MudBlazor;
using RealmWeb.Client.Components.Annotation;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Annotation;

namespace RealmWeb.Client.Tests.Pages;

/// <summary>The page with the client's own services over a real connection.</summary>
public sealed class AnnotatePageTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
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
        Assert.Equal(DeskKeys.All.Count, DeskKeys.All.Select(entry => entry.Key).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(Enum.GetValues<DeskAction>().Order(), DeskKeys.All.Select(entry => entry.Action).Order());
    }

    private async Task<IRenderedComponent<AnnotatePage>> OpenAsync(string question)
    {
        var page = _browser.Render<AnnotatePage>();
        await page.WaitForAssertionAsync(() => Assert.Equal(question, page.Find(".asked").TextContent), Patience);
        return page;
    }

    private static Task PressAsync(IRenderedComponent<AnnotatePage> page, string key) => page.InvokeAsync(() => page.Instance.OnDeskKey(key));
}
