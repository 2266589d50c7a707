using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using RealmWeb.Client.Components.Documents;
using RealmWeb.Client.State;
using RealmWeb.Contracts;
using RealmWeb.Contracts.Accounts;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Sources;

namespace RealmWeb.Client.Tests.Components.Documents;

/// <summary>The buttons that read a document again or delete it.</summary>
public sealed class DocumentFactsTests : IAsyncLifetime
{
    private static readonly DocumentOrigin ServerFile = new(DocumentPlace.ServerFile, "/srv/mill.txt", IsThere: true);

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
    public async Task Import_ReadsTheFileOfTheServerAgain_AndShowsItsRun()
    {
        var facts = await ShowAsync(ServerFile);

        await ClickAsync(facts, "Import its file again");

        facts.WaitForAssertion(() => Assert.True(Button(facts, "Delete").HasAttribute("disabled")), Patience);
        Assert.Equal([ApiRoutes.ImportDocument("handbook", 7)], _site.Started.Select(start => start.Route));
    }

    [Fact]
    public async Task Sync_ReadsTheSourceOfTheDocument()
    {
        var source = Guid.NewGuid();
        var facts = await ShowAsync(new(DocumentPlace.Source, "https://example.org/mill", source, "Mill site"));

        await ClickAsync(facts, "Sync its source");

        facts.WaitForAssertion(() => Assert.True(Button(facts, "Delete").HasAttribute("disabled")), Patience);
        Assert.Equal([(ApiRoutes.SyncSource("handbook", source), (object?)new SyncSourceRequest())], _site.Started);
    }

    [Theory]
    [InlineData("Delete", true)]
    [InlineData("Keep", false)]
    public async Task Delete_AsksFirst_AndLeadsToTheCorpus(string said, bool deleted)
    {
        var facts = await ShowAsync(ServerFile);

        var click = ClickAsync(facts, "Delete");
        _dialogs.WaitForElement(".mud-dialog", Patience);
        Assert.Contains("“Mill” is no longer found from now on", _dialogs.Find(".mud-dialog").TextContent, StringComparison.Ordinal);
        await _dialogs.InvokeAsync(() => _dialogs.FindAll(".mud-dialog button").Single(button => button.TextContent.Trim() == said).Click());
        await click;

        Assert.Equal(deleted ? [7L] : [], _site.DeletedDocuments);
        Assert.Equal(deleted, _browser.Services.GetRequiredService<NavigationManager>().Uri.EndsWith("corpora/handbook", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(DocumentPlace.ServerFile, false, "Delete")]
    [InlineData(DocumentPlace.Upload, false, "Choose the file again, Delete")]
    [InlineData(DocumentPlace.Source, false, "Delete")]
    [InlineData(DocumentPlace.Unknown, false, "Delete")]
    public async Task Buttons_AreThoseThatCanDoSomething(DocumentPlace place, bool isThere, string buttons)
    {
        var facts = await ShowAsync(new(place, "mill.txt", IsThere: isThere));

        Assert.Equal(buttons, string.Join(", ", facts.FindAll("button").Select(button => button.TextContent.Trim())));
    }

    [Fact]
    public async Task Buttons_AreForAdministrators()
    {
        _site.Me = new("mary", [Roles.Curator], false, true);

        var facts = await ShowAsync(ServerFile);

        Assert.Empty(facts.FindAll("button"));
    }

    private async Task<IRenderedComponent<DocumentFacts>> ShowAsync(DocumentOrigin origin)
    {
        await _browser.Services.GetRequiredService<AccountState>().LoadAsync();
        var details = new DocumentDetails(origin, null, new DocumentImport(DateTimeOffset.UnixEpoch, "ada"), [], []);
        return _browser.Render<DocumentFacts>(shown => shown
            .Add(facts => facts.Document, new DocumentView(7, "handbook", "mill.txt", "Mill", "The mill.")).Add(facts => facts.Details, details));
    }

    // Done when what the click began is done.
    private static Task ClickAsync(IRenderedComponent<DocumentFacts> facts, string text) => facts.InvokeAsync(() => Button(facts, text).ClickAsync(new()));

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<DocumentFacts> facts, string text) =>
        facts.FindAll("button").Single(button => button.TextContent.Trim() == text);
}
