using Bunit;
using MudBlazor;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Questions;

namespace RealmWeb.Client.Tests.Pages;

public sealed class QuestionsPageTests : IAsyncLifetime
{
    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;
    private IRenderedComponent<MudDialogProvider> _dialog = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _site.Questions.AddRange([Question("Who led them?", ""), Question("Who came back?", "ann")]);
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
        _browser.SetRendererInfo(new("WebAssembly", isInteractive: true));
        _browser.Render<MudPopoverProvider>();
        _dialog = _browser.Render<MudDialogProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Administrator_DeletesAQuestion()
    {
        var page = _browser.Render<QuestionsPage>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count), Patience);
        Assert.Contains("a visitor", page.FindAll("tbody tr")[0].TextContent, StringComparison.Ordinal);

        await page.InvokeAsync(() => page.Find("button[aria-label='Delete the question Who led them?']").Click());
        _dialog.WaitForAssertion(() => Assert.Contains("Delete the question?", _dialog.Markup, StringComparison.Ordinal), Patience);
        await _dialog.InvokeAsync(() => _dialog.FindAll("button").First(button => button.TextContent.Trim() == "Delete").Click());

        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")), Patience);
        Assert.Equal("Who came back?", Assert.Single(_site.Questions).Question);
    }

    [Fact]
    public void Annotator_SeesThem_AndDeletesNone()
    {
        _site.Me = new("ann", [Roles.Annotator], false, true);

        var page = _browser.Render<QuestionsPage>();

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count), Patience);
        Assert.Empty(page.FindAll("button[aria-label^='Delete']"));
    }

    private static QuestionRecord Question(string question, string by) =>
        new(Guid.NewGuid(), "rivers", question, "Orellana", false, 0.9, "tiny", "g1", by, DateTimeOffset.UnixEpoch);
}
