using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using RealmWeb.Client.Pages;
using RealmWeb.Contracts.Corpora;
using RealmWeb.Contracts.Questions;

namespace RealmWeb.Client.Tests.Pages;

/// <summary>The page with the client's own services over a real connection.</summary>
public sealed class AskPageTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly EvidencePassage Passage = new(1, "b1", 1, "Orne", "The mill stands by the Orne.", 0, 23, 27, 1, 0.9, 0.8, 0.72);

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
}
