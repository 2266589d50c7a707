using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Flags;
using RealmWeb.Contracts.Questions;

namespace RealmWeb.Client.Tests.Pages;

/// <summary>The page with the client's own services over a real connection.</summary>
public sealed class AskPageTests : IAsyncLifetime
{
    private static readonly EvidencePassage Passage = new(1, "b1", 1, "Orne", "The mill stands by the Orne.", 0, 23, 27, 1, 0.9, 0.8, 0.72);

    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;
    private IRenderedComponent<MudDialogProvider> _dialogs = null!;
    private IRenderedComponent<MudSnackbarProvider> _snackbars = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
        _browser.SetRendererInfo(new("WebAssembly", isInteractive: true));
        _browser.Render<MudPopoverProvider>();
        _dialogs = _browser.Render<MudDialogProvider>();
        _snackbars = _browser.Render<MudSnackbarProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Page_ShowsAnAnswerByTerms_WhenTheCorpusHasNoIndex()
    {
        _site.Infos["notes"] = Task.FromResult(new AskInfo("notes", "Notes", 3, 30, null, false, "tiny", false, []));
        _browser.Services.GetRequiredService<NavigationManager>().NavigateTo("c/notes?q=Which+river%3F");

        var page = _browser.Render<AskPage>(parameters => parameters.Add(ask => ask.Corpus, "notes"));
        using var patience = new CancellationTokenSource(Patience);
        var (request, answer, _) = await _site.Asked.Reader.ReadAsync(patience.Token);
        answer.TryWrite(new(null, [Passage], null));
        answer.TryWrite(new(null, null, new(
            request.Question, "notes", "Orne", false, 0.7, 0.1, [new("Orne", 0.7, 1)], [Passage], new(1, 2, 3, 6), "tiny", "")));
        answer.TryComplete();

        page.WaitForAssertion(() => Assert.Equal("Orne", page.Find("#answer").TextContent), Patience);
        Assert.Equal("Which river?", request.Question);
        Assert.Contains("found by words, without an index", page.Find(".answer-source").TextContent, StringComparison.Ordinal);
        Assert.Contains("passages are found by their words alone", page.Find("[role=status] .notice").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_AndPassage_AreFlaggedApart_AndUndone()
    {
        var (page, answer) = await AnsweredAsync(Flagging.On, "Orne");

        await page.InvokeAsync(() => page.Find("#flag-2").Click());
        page.WaitForAssertion(() => Assert.Equal("true", page.Find("#flag-2").GetAttribute("aria-pressed")), Patience);
        await page.InvokeAsync(() => Button(page, "This answers it").Click());
        page.WaitForAssertion(() => Assert.Equal("true", Button(page, "This answers it").GetAttribute("aria-pressed")), Patience);
        // The button is pressed before the site has heard of it.
        page.WaitForAssertion(() => Assert.Equal(2, _site.Flags.Count), Patience);
        var both = _site.Flags[^1];
        await page.InvokeAsync(() => Button(page, "Undo").Click());

        Assert.Equal((answer, AnswerVerdict.Wrong, PassageVerdict.Answers), (both.Answer, both.Flag!.Answer, both.Flag.Passages![1]));
        page.WaitForAssertion(() => Assert.Equal("false", Button(page, "This answers it").GetAttribute("aria-pressed")), Patience);
        page.WaitForAssertion(() => Assert.Equal(3, _site.Flags.Count), Patience);
        Assert.Equal("true", page.Find("#flag-2").GetAttribute("aria-pressed"));
        Assert.Equal(AnswerVerdict.Wrong, _site.Flags[^1].Flag!.Answer);
        Assert.Null(_site.Flags[^1].Flag!.Passages);
    }

    [Fact]
    public async Task Keys_FlagTheAnswer_AndUndoIt()
    {
        var (page, _) = await AnsweredAsync(Flagging.On, "Orne");

        await page.InvokeAsync(() => page.Instance.OnKey("2"));
        var closed = _site.Flags.Count;
        foreach (var key in new[] { "f", "2", "j", "n" })
            await page.InvokeAsync(() => page.Instance.OnKey(key));
        var said = _site.Flags[^1].Flag!;
        _snackbars.WaitForAssertion(() => Assert.Contains("Passage 1 does not belong here", _snackbars.Markup, StringComparison.Ordinal), Patience);
        await page.InvokeAsync(() => page.Instance.OnKey("u"));

        Assert.Equal(0, closed);
        Assert.Equal((AnswerVerdict.Wrong, PassageVerdict.DoesNotBelong), (said.Answer, said.Passages![1]));
        Assert.Null(_site.Flags[^1].Flag!.Passages);
    }

    [Fact]
    public async Task Refusal_IsReportedAsAGap()
    {
        var (page, _) = await AnsweredAsync(Flagging.On, answer: null);

        Assert.Equal("Report a gap", page.Find("#flag-1").TextContent);
        await page.InvokeAsync(() => page.Find("#flag-1").Click());
        page.WaitForAssertion(() => Assert.Single(_site.Flags), Patience);

        Assert.Equal((true, null), (_site.Flags[^1].Flag!.NotInDocuments, _site.Flags[^1].Flag!.Answer));
    }

    [Fact]
    public async Task Place_IsFoundAndMarked()
    {
        _site.Passages.Add(new("b9", 9, "Mills", "The mill was built in 1820.", 40));
        var (page, _) = await AnsweredAsync(Flagging.On, "Orne");

        await page.InvokeAsync(() => Button(page, "I know where it is").Click());
        _dialogs.WaitForAssertion(() => Assert.Contains("The mill stands by the Orne.", _dialogs.Find(".place").TextContent, StringComparison.Ordinal), Patience);
        await _dialogs.InvokeAsync(() => _dialogs.Find("#place-words").Input("1820"));
        await _dialogs.InvokeAsync(() => _dialogs.Find(".place-search").Submit());
        _dialogs.WaitForAssertion(() => Assert.Contains("built in 1820", _dialogs.Find(".place").TextContent, StringComparison.Ordinal), Patience);
        await _dialogs.InvokeAsync(() => _dialogs.Find(".place").Click());
        var marker = _dialogs.FindComponent<Client.Components.Shared.SpanMarker>();
        await marker.InvokeAsync(() => marker.Instance.OnSelected(24, 25));
        await _dialogs.InvokeAsync(() => _dialogs.FindAll("button").Single(button => button.TextContent.Trim() == "This is the answer").Click());

        page.WaitForAssertion(() => Assert.Equal("1820", page.Find(".flag-place mark").TextContent), Patience);
        page.WaitForAssertion(() => Assert.Equal(new MarkedPlace(9, "b9", 22, 26), _site.Flags.LastOrDefault().Flag?.Place), Patience);
    }

    [Theory]
    [InlineData(Flagging.SignIn, "Sign in to say what is right or wrong here.")]
    [InlineData(Flagging.Off, "This site keeps no questions, so that answers cannot be flagged.")]
    public async Task Flagging_SaysWhyNot_WhereThisOneMayNot(Flagging access, string why)
    {
        var (page, _) = await AnsweredAsync(access, "Orne");

        Assert.Equal(why, page.Find(".flag-panel p").TextContent);
        await page.InvokeAsync(() => page.Instance.OnKey("f"));

        Assert.Empty(page.FindAll(".flag-choices, .evidence-verdicts"));
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<AskPage> page, string text) =>
        page.FindAll("button").Single(button => button.TextContent.Trim() == text);

    private async Task<(IRenderedComponent<AskPage> Page, Guid Answer)> AnsweredAsync(Flagging access, string? answer)
    {
        _site.Infos["notes"] = Task.FromResult(new AskInfo("notes", "Notes", 3, 30, "g1", false, "tiny", false, []) { Flagging = access });
        _browser.Services.GetRequiredService<NavigationManager>().NavigateTo("c/notes?q=Which+river%3F");
        var page = _browser.Render<AskPage>(parameters => parameters.Add(ask => ask.Corpus, "notes"));
        using var patience = new CancellationTokenSource(Patience);
        var (request, stream, _) = await _site.Asked.Reader.ReadAsync(patience.Token);
        var id = Guid.CreateVersion7();
        stream.TryWrite(new(null, null, new(
            request.Question, "notes", answer, answer is null, 0.7, 0.1, [], [Passage], new(1, 2, 3, 6), "tiny", "g1") { Id = id }));
        stream.TryComplete();
        page.WaitForElement(".flag-panel p, .flag-choices", Patience);
        return (page, id);
    }
}
