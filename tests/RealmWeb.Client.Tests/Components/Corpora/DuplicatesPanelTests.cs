using Bunit;
using RealmWeb.Client.Components.Corpora;
using RealmWeb.Contracts.Corpora;

namespace RealmWeb.Client.Tests.Components.Corpora;

public sealed class DuplicatesPanelTests : IAsyncLifetime
{
    private readonly BunitContext _browser = new();
    private ScriptedSite _site = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await ScriptedSite.StartAsync();
        _browser.Services.AddRealmWebClient(_site.Address);
        _browser.JSInterop.Mode = JSRuntimeMode.Loose;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Panel_NamesTheDocumentsOfEachGroup_AndHowMuchTheyShare()
    {
        _site.Duplicates = new("handbook", 40, 0.8, 2, [Set(1, exact: true, 1, 1), Set(11, exact: false, 1, 0.875)]);

        var panel = await LookedAsync("article");

        Assert.Equal(
            ["2 documents with the same text", "2 documents with nearly the same text"], panel.FindAll("article h3").Select(title => title.TextContent));
        Assert.Equal(
            ["corpora/handbook/docs/1", "corpora/handbook/docs/2", "corpora/handbook/docs/11", "corpora/handbook/docs/12"],
            panel.FindAll("article a").Select(link => link.GetAttribute("href")));
        Assert.Equal(
            ["1.txt · 500 characters", "2.txt · 500 characters · same text", "11.txt · 500 characters", "12.txt · 500 characters · 87.5 % shared"],
            panel.FindAll("article .muted").Select(words => words.TextContent.Trim()));
        Assert.StartsWith("2 groups among 40 documents.", panel.Find("[role=status]").TextContent.Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain("largest", panel.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Panel_ShowsMoreOnDemand_AndSaysHowManyItLeavesOut()
    {
        var sets = Enumerable.Range(0, 25).Select(i => Set(100 * (i + 1), exact: true, [.. Enumerable.Repeat(1.0, i == 0 ? 23 : 2)]));
        _site.Duplicates = new("handbook", 4000, 0.8, 60, [.. sets]);
        var panel = await LookedAsync("article");
        var before = panel.FindAll("article").Count;

        await panel.InvokeAsync(() => panel.FindAll("button")[^1].Click());

        Assert.Equal((20, 25), (before, panel.FindAll("article").Count));
        Assert.Contains("The 25 largest are shown.", panel.Find("[role=status]").TextContent, StringComparison.Ordinal);
        Assert.Equal(20, panel.FindAll("article")[0].QuerySelectorAll("li").Length);
        Assert.Contains("and 3 more", panel.FindAll("article")[0].TextContent, StringComparison.Ordinal);
        Assert.Equal("Look again", Assert.Single(panel.FindAll("button")).TextContent.Trim());
    }

    [Fact]
    public async Task Panel_SaysSo_WhenNothingIsThereTwice()
    {
        _site.Duplicates = new("handbook", 3, 0.8, 0, []);

        var panel = await LookedAsync("p[role=status]");

        Assert.Equal("None of 3 documents says what another says.", panel.Find("[role=status]").TextContent);
    }

    [Fact]
    public async Task Panel_ForgetsWhatItFound_WhenItShowsAnotherCorpus()
    {
        _site.Duplicates = new("handbook", 40, 0.8, 1, [Set(1, exact: true, 1, 1)]);
        var panel = await LookedAsync("article");

        panel.Render(parameters => parameters.Add(shown => shown.Corpus, "wiki"));

        Assert.Empty(panel.FindAll("article"));
        Assert.Equal("Look for duplicates", panel.Find("button").TextContent.Trim());
    }

    [Fact]
    public async Task Panel_SaysWhyItKnowsNothing_WhenTheSiteCannotLook()
    {
        var panel = await LookedAsync("[role=alert]");

        Assert.Contains("Another corpus is being compared.", panel.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.False(panel.Find("button").HasAttribute("disabled"));
    }

    private async Task<IRenderedComponent<DuplicatesPanel>> LookedAsync(string there)
    {
        var panel = _browser.Render<DuplicatesPanel>(parameters => parameters.Add(shown => shown.Corpus, "handbook"));
        // Nothing is compared before somebody wants it.
        Assert.Empty(panel.FindAll("[role=status], article"));
        await panel.InvokeAsync(() => panel.Find("button").Click());
        panel.WaitForElement(there, Patience);
        return panel;
    }

    /// <summary>A group of documents with ids from a first one.</summary>
    private static DuplicateSet Set(int first, bool exact, params double[] similarities) => new(
        exact, [.. similarities.Select((share, i) => new DuplicateDocument(first + i, $"Leave {first + i}", $"{first + i}.txt", 500, share, share >= 1))]);
}
