using Bunit;
using MudBlazor;
using RealmWeb.Client.Components.Sources;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Runs;
using RealmWeb.Contracts.Sources;

namespace RealmWeb.Client.Tests.Components.Sources;

public sealed class SourcesPanelTests : IAsyncLifetime
{
    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;
    private IRenderedComponent<MudDialogProvider> _dialogs = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
        _browser.Render<MudPopoverProvider>();
        _dialogs = _browser.Render<MudDialogProvider>();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Add_AsksForWhatTheKindNeeds_AndShowsTheSource()
    {
        var panel = Shown();
        panel.WaitForAssertion(() => Assert.False(panel.Find("header button").HasAttribute("disabled")), Patience);
        await panel.InvokeAsync(() => panel.Find("header button").Click());
        _dialogs.WaitForElement("#source-form", Patience);

        // a folder is chosen from those that the settings name
        await _dialogs.InvokeAsync(() => _dialogs.Find("#source-kind").Change(nameof(SourceKind.Folder)));
        _dialogs.WaitForAssertion(() => Assert.Equal(["handbook-files", "wiki"], _dialogs.FindAll("#source-address option").Select(option => option.TextContent)),
            Patience);
        await _dialogs.InvokeAsync(() => _dialogs.Find("#source-kind").Change(nameof(SourceKind.Website)));
        await _dialogs.InvokeAsync(() => _dialogs.Find("#source-name").Input("Company site"));
        await _dialogs.InvokeAsync(() => _dialogs.Find("#source-address").Input("https://example.org/docs/"));
        await _dialogs.InvokeAsync(() => _dialogs.Find("#source-prefix").Input("/docs/"));
        await _dialogs.InvokeAsync(() => _dialogs.Find("#source-form").Submit());

        panel.WaitForAssertion(() => Assert.Contains("Company site", panel.Find("h3").TextContent, StringComparison.Ordinal), Patience);
        var made = Assert.Single(_site.Sources).Source;
        Assert.Equal((SourceKind.Website, "https://example.org/docs/", "/docs/"), (made.Kind, made.Address, made.Website!.PathPrefix));
        Assert.Null(made.Times);
        Assert.Null(made.Git);
    }

    [Fact]
    public void Panel_ShowsWhatATrialFound_AndOffersForce_OnlyWhereTooMuchIsGone()
    {
        var source = Add(new SourceSync(
            Guid.NewGuid(), RunState.Succeeded, true, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "ann", 2, 1, 40, 1, 0, 0,
            [new(SourceChangeKind.Added, "https://example.org/new", "New page"), new(SourceChangeKind.Removed, "https://example.org/old", "Old page")], null, ""));

        var panel = Shown();

        panel.WaitForAssertion(
            () => Assert.Contains("2 would be added, 1 changed, 1 would be removed, 40 unchanged", panel.Markup, StringComparison.Ordinal), Patience);
        Assert.Contains("Would be removed Old page", panel.Find(".source-changes").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Remove what is gone", panel.Markup, StringComparison.Ordinal);

        // a sync that removed nothing says why, and force is offered
        _site.Sources[0] = source with
        {
            Last =
            [
                source.Last[0] with { RunId = Guid.NewGuid(), DryRun = false, State = RunState.CompletedWithErrors, Note = "That is more than half, so none is deleted." },
                .. source.Last,
            ],
        };
        var again = Shown();
        again.WaitForAssertion(() => Assert.Contains("Remove what is gone", again.Markup, StringComparison.Ordinal), Patience);
        Assert.Contains("so none is deleted", again.Find(".notice").TextContent, StringComparison.Ordinal);
        Assert.Contains("Earlier: 1", again.Find(".source-history").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Buttons_TryAndSync_AndWhatIsNotTheirsToChangeHasNone()
    {
        var source = Add();
        _site.Sources[0] = source with { MayChange = false };
        var panel = Shown();
        panel.WaitForElement(".source", Patience);

        await panel.InvokeAsync(() => Button(panel, "Try").Click());
        panel.WaitForAssertion(() => Assert.Single(_site.Started), Patience);
        panel.WaitForAssertion(() => Assert.False(Button(panel, "Sync now").HasAttribute("disabled")), Patience);
        await panel.InvokeAsync(() => Button(panel, "Sync now").Click());
        panel.WaitForAssertion(() => Assert.Equal(2, _site.Started.Count), Patience);

        Assert.Equal(
            [(ApiRoutes.SyncSource("handbook", source.Id), new SyncSourceRequest(DryRun: true)), (ApiRoutes.SyncSource("handbook", source.Id), new SyncSourceRequest())],
            _site.Started.Select(started => (started.Route, (SyncSourceRequest)started.Request!)));
        Assert.Empty(panel.FindAll("[title=Change], [title=Delete]"));
    }

    private SourceView Add(params SourceSync[] last)
    {
        var source = new SourceView(
            Guid.NewGuid(), "handbook", new SaveSourceRequest("Site", SourceKind.Website, "https://example.org/"), "ann", DateTimeOffset.UnixEpoch, null, last, true);
        _site.Sources.Add(source);
        return source;
    }

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<SourcesPanel> panel, string words) =>
        panel.FindAll("button").Single(button => button.TextContent.Trim() == words);

    private IRenderedComponent<SourcesPanel> Shown() => _browser.Render<SourcesPanel>(parameters => parameters.Add(panel => panel.Corpus, "handbook"));
}
