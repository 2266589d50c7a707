using Bunit;
using MudBlazor;
using RealmWeb.Client.Components.Corpora;
using RealmWeb.Contracts.Access;

namespace RealmWeb.Client.Tests.Components.Corpora;

public sealed class AccessPanelTests : IAsyncLifetime
{
    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
        _browser.Render<MudPopoverProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Save_ClosesTheCorpusForAllButThoseWhoWereAdded()
    {
        var panel = Shown();
        await panel.InvokeAsync(() => panel.FindAll("input[type=radio]")[1].Change(true));
        Assert.Contains("only administrators see the corpus", panel.Markup, StringComparison.Ordinal);

        await AddAsync(panel, "mary", CorpusRole.Curator);
        await AddAsync(panel, "readers", CorpusRole.Asker);
        await panel.InvokeAsync(() => panel.Find("form").Submit());

        panel.WaitForAssertion(() => Assert.Equal(2, _site.Access.Grants.Count), Patience);
        Assert.True(_site.Access.Restricted);
        Assert.Equal(
            [new CorpusGrant(GrantKind.User, "mary", CorpusRole.Curator), new CorpusGrant(GrantKind.Group, "readers", CorpusRole.Asker)], _site.Access.Grants);
        panel.WaitForAssertion(() => Assert.True(panel.Find("button[type=submit]").HasAttribute("disabled")), Patience);
    }

    [Fact]
    public void Panel_ShowsWhoIsChosen_AndWhichWidgetsAsk()
    {
        _site.Access = new CorpusAccessView("handbook", true, [new(GrantKind.Group, "readers", CorpusRole.Annotator)], ["Intranet"]);

        var panel = Shown();

        Assert.Contains("readers (group)", panel.Find(".access-grants").TextContent, StringComparison.Ordinal);
        Assert.Equal("Annotator", panel.Find(".access-role option[selected]").GetAttribute("value"));
        Assert.Contains("the widget Intranet", panel.Find("[role=note]").TextContent, StringComparison.Ordinal);
    }

    private static async Task AddAsync(IRenderedComponent<AccessPanel> panel, string name, CorpusRole role)
    {
        await panel.InvokeAsync(() => panel.Find("#access-name").Input(name));
        await panel.InvokeAsync(() => panel.Find("#access-role").Change(role.ToString()));
        await panel.InvokeAsync(() => panel.FindAll("button").Single(button => button.TextContent.Trim() == "Add").Click());
    }

    private IRenderedComponent<AccessPanel> Shown()
    {
        var panel = _browser.Render<AccessPanel>(parameters => parameters.Add(shown => shown.Corpus, "handbook"));
        panel.WaitForElement("form", Patience);
        // The names come after the rights.
        panel.WaitForElement("datalist option", Patience);
        return panel;
    }
}
